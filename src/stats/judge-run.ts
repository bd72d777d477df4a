import type { AttemptSummary, RunRecord } from './run-record.ts';

/** What a run came to, as far as it is counted. */
export type RunEnd =
  | 'built'
  /** Built, although an attempt failed or an image came from somewhere else. */
  | 'recovered'
  /** The build's own fault. */
  | 'own-fault'
  /** Nothing was left to try. */
  | 'infrastructure'
  | 'cancelled'
  | 'health'
  | 'other';

/** Failures in which every service did its part. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['user-code', 'registry-auth', 'image-not-found', 'out-of-memory']);

export function isOwnFault(failureClass: string): boolean {
  return OWN_FAULTS.has(failureClass);
}

export function endOf(run: RunRecord): RunEnd {
  switch (run.verdict) {
    case 'built':
      return isRecovered(run) ? 'recovered' : 'built';
    case 'failed': {
      const failure = run.attempts.at(-1)?.failure ?? null;
      return failure !== null && isOwnFault(failure.class) ? 'own-fault' : 'infrastructure';
    }
    case 'cancelled':
      return 'cancelled';
    case 'health':
      return 'health';
    default:
      return 'other';
  }
}

/** Whether it tried to build at all. */
export function isBuild(run: RunRecord): boolean {
  return run.verdict === 'built' || run.verdict === 'failed';
}

function isRecovered(run: RunRecord): boolean {
  const last = run.attempts.at(-1);
  return run.attempts.length > 1 || (last?.images.some(wasRedirected) ?? false);
}

/** Whether an image came from a mirror because its own registry was not well. */
function wasRedirected({ choice, answers }: AttemptSummary['images'][number]): boolean {
  const upstream = answers.find(({ kind }) => kind === 'upstream');
  return choice.kind === 'mirror' && upstream !== undefined && upstream.state !== 'up';
}

/**
 * Seconds that a failed attempt cost: the wait, and what was done twice. Finished steps are kept, so of two attempts the
 * shorter one is about what the failure added; where none followed, all of it was lost.
 */
export function costSeconds(failed: AttemptSummary, following: AttemptSummary | undefined): number {
  return failed.waitSeconds + Math.min(failed.seconds, following?.seconds ?? Number.POSITIVE_INFINITY);
}
