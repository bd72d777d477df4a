import type { AttemptOutcome, PushedAgain, PushedTag } from './record.ts';
import type { Inputs } from '../inputs/types.ts';
import type { Plan } from '../plan/plan.ts';
import type { AttemptResult } from './attempt.ts';
import { pushAgain, type PushAgainPorts, type PushQuestion } from './push-again.ts';

export interface Recovered {
  readonly outcome: AttemptOutcome;
  readonly pushed: readonly PushedTag[];
  /** Why another build would be of no use, or null. */
  readonly settled: string | null;
  /** How the push was repeated, or null. */
  readonly pushedAgain: PushedAgain | null;
}

/**
 * What a failed push still can become. A build whose image stands and whose push failed is not built again: it is pushed
 * again. Everything else stays as it is. Several outputs at once are left to a second build from cached steps, because the
 * failed one may have left some of them out.
 */
export async function recoverPush(
  outcome: AttemptOutcome,
  result: AttemptResult,
  inputs: Inputs,
  plan: Plan,
  limits: Pick<PushQuestion, 'remainingMs' | 'stallMs'>,
  ports: PushAgainPorts,
): Promise<Recovered> {
  const { tags, push, outputs } = inputs.request;
  const untouched: Recovered = { outcome, pushed: [], settled: null, pushedAgain: null };
  if (!push || outputs.length > 0 || tags.length === 0) return untouched;
  const digest = result.announcedDigest;
  if (outcome.kind === 'built') return { ...untouched, pushed: tags.map((tag) => ({ tag, digest, problem: null })) };
  if (outcome.kind !== 'failed' || !isAboutPush(outcome)) return untouched;
  const { failure } = outcome;
  if (!failure.retryable && tags.length === 1) {
    return { ...untouched, pushed: tags.map((tag) => ({ tag, digest: null, problem: failure.headline })) };
  }
  const again = await pushAgain({ plan, tags, digest, failure, ...limits }, ports);
  const { pushed, times, waitedMs } = again;
  const { component, headline } = failure;
  const about = { pushed, settled: null, pushedAgain: { times, waitedMs, component, headline } };
  if (ports.signal.aborted) return { ...about, outcome: { kind: 'cancelled', signal: 'cancelled' } };
  switch (again.kind) {
    case 'pushed':
      return { ...about, outcome: { kind: 'built' } };
    case 'build again':
      return { ...about, outcome };
    case 'failed': {
      const lastLine = again.lastLine ?? outcome.lastLine;
      const settled = 'the image is built, and what is missing is its push, which was tried for as long as it may';
      return { ...about, outcome: { ...outcome, failure: again.failure, lastLine }, settled };
    }
  }
}

function isAboutPush({ failure }: Extract<AttemptOutcome, { kind: 'failed' }>): boolean {
  return failure.cause === 'push' || failure.class === 'push-failed-transient' || failure.step?.kind === 'push';
}
