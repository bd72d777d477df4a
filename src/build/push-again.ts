import { createLineWriter } from './line-writer.ts';
import { classify } from '../failure/classify.ts';
import { readLog } from '../failure/progress.ts';
import type { Attribution } from '../failure/types.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunCommand } from '../process/run-command.ts';
import type { RegistryClient } from '../registry/client.ts';
import type { PushedTag } from './record.ts';
import type { AttemptPorts } from './attempt.ts';
import { nameCommand, pushCommand, registryOf, tagState, type TagState } from './push-means.ts';
import { runBuild } from './run-build.ts';
import { countDown, seconds, waitMs, waitPolicy } from './waits.ts';

export interface PushAgainPorts extends AttemptPorts {
  readonly registry: RegistryClient;
  readonly run: RunCommand;
  readonly random: () => number;
}

export interface PushQuestion {
  readonly plan: Plan;
  readonly tags: readonly string[];
  /** The digest that the build announced; null where its log names none. */
  readonly digest: string | null;
  /** How the build's own push failed. */
  readonly failure: Attribution;
  readonly stallMs: number;
  /** Milliseconds left of the deadline. */
  readonly remainingMs: () => number;
}

export interface PushAgainResult {
  /** `build again`: nothing holds the result, so the cached steps must give it once more. */
  readonly kind: 'pushed' | 'failed' | 'build again';
  readonly pushed: readonly PushedTag[];
  /** The last failure, where some tag did not arrive. */
  readonly failure: Attribution;
  readonly lastLine: string | null;
  /** Rounds in which tags were pushed, and the waits before them. */
  readonly times: number;
  readonly waitedMs: number;
}

/** A tag that has not arrived, with what stands in its way. */
interface Missing {
  readonly tag: string;
  readonly failure: Attribution | null;
  readonly lastLine: string | null;
}

/**
 * Pushes what a build has made, tag by tag, without building it again. Each tag fails or succeeds by itself: a registry
 * that refuses one for good does not keep the others from theirs. Waits are bounded by the class's budget and the deadline.
 */
export async function pushAgain(question: PushQuestion, ports: PushAgainPorts): Promise<PushAgainResult> {
  const { plan, tags, digest } = question;
  const arrived = new Map<string, string>();
  let missing: readonly Missing[] = tags.map((tag) => ({ tag, ...ofBuild(tag, question.failure) }));
  let waitedMs = 0;
  let times = 0;
  for (let round = 1; ; round++) {
    const states = await Promise.all(missing.map(({ tag }) => tagState(tag, ports.registry, ports.signal)));
    for (const state of states) if (isThere(state, digest)) arrived.set(state.tag, state.digest);
    missing = missing.filter(({ tag }) => !arrived.has(tag));
    // Tags that nobody has tried yet come first, and are not waited for.
    const untried = missing.filter(({ failure }) => failure === null);
    const wanted = untried.length > 0 ? untried : missing.filter(({ failure }) => failure?.retryable);
    if (wanted.length === 0) return resultOf('failed');
    if (pushCommand(plan, wanted[0]?.tag ?? '', digest, [...arrived.keys()]) === null) return resultOf('build again');
    const last = lastOf(wanted, question.failure);
    const asked = Math.max(0, ...states.map(({ retryAfterMs }) => retryAfterMs ?? 0));
    const wait = untried.length > 0 ? 0 : waitMs(last.class, round, asked || null, ports.random());
    if (waitedMs + wait > waitPolicy(last.class).budgetMs || wait >= question.remainingMs()) return resultOf('failed');
    ports.write(`${last.headline}; pushing again what was built${wait === 0 ? '' : ` in ${seconds(wait)}`}\n`);
    await countDown(wait, ports.signal, (text) => ports.write(`${text}\n`));
    waitedMs += wait;
    times += 1;
    for (const { tag } of wanted) {
      const outcome = await pushOne(tag, [...arrived.keys()], question, ports);
      if (outcome.kind === 'pushed') arrived.set(tag, outcome.digest);
      else missing = missing.map((one) => (one.tag === tag ? { tag, ...outcome } : one));
    }
    missing = missing.filter(({ tag }) => !arrived.has(tag));
    if (missing.length === 0 || ports.signal.aborted) return resultOf('failed');
  }

  function resultOf(kind: 'failed' | 'build again'): PushAgainResult {
    const pushed = tags.map((tag): PushedTag => {
      const problem = missing.find((one) => one.tag === tag);
      return {
        tag,
        digest: arrived.get(tag) ?? null,
        problem: problem === undefined ? null : problemOf(problem, question),
      };
    });
    const worst = missing.find(({ failure }) => failure?.retryable === false) ?? missing[0];
    return {
      kind: missing.length === 0 ? 'pushed' : kind,
      pushed,
      failure: worst?.failure ?? question.failure,
      lastLine: worst?.lastLine ?? null,
      times,
      waitedMs,
    };
  }
}

/** The build pushes one tag after the other and ends with the first failure: it speaks for the tags of that registry. */
function ofBuild(tag: string, failure: Attribution): Pick<Missing, 'failure' | 'lastLine'> {
  const registry = registryOf(tag);
  const concerned = registry === null || failure.component === null || registry === failure.component;
  return { failure: concerned ? failure : null, lastLine: null };
}

function problemOf({ failure }: Missing, question: PushQuestion): string {
  return (failure ?? question.failure).headline;
}

function lastOf(missing: readonly Missing[], fallback: Attribution): Attribution {
  return missing.find(({ failure }) => failure !== null)?.failure ?? fallback;
}

/** Without a digest to compare with, what the registry has may be an older image. */
function isThere(state: TagState, digest: string | null): state is TagState & { readonly digest: string } {
  return state.digest !== null && digest !== null && state.digest === digest;
}

type PushOutcome =
  | { readonly kind: 'pushed'; readonly digest: string }
  | { readonly kind: 'failed'; readonly failure: Attribution; readonly lastLine: string | null };

/** How `docker push` names what it pushed (moby distribution/push_v2.go); imagetools keeps the digest that it was given. */
const PUSHED = /\bdigest: (sha256:[0-9a-f]{64})/;

async function pushOne(
  tag: string,
  arrived: readonly string[],
  question: PushQuestion,
  ports: PushAgainPorts,
): Promise<PushOutcome> {
  const { plan, digest, failure, stallMs } = question;
  const name = nameCommand(plan, tag, digest);
  if (name !== null) await ports.run(name);
  let output = '';
  const writers = { stdout: createLineWriter(ports.write), stderr: createLineWriter(ports.write) };
  const exit = await runBuild({
    argv: pushCommand(plan, tag, digest, arrived) ?? [],
    env: ports.env,
    cwd: ports.cwd,
    deadlineMs: question.remainingMs(),
    watch: (silentMs) => (silentMs > stallMs ? 'stall' : null),
    signal: ports.signal,
    onOutput: (stream, text) => {
      output += text;
      writers[stream].push(text);
    },
  });
  writers.stdout.end();
  writers.stderr.end();
  if (exit.exitCode === 0) return { kind: 'pushed', digest: PUSHED.exec(output)?.[1] ?? digest ?? '' };
  const told = classify(readLog(output));
  const isTold = exit.ended === null && told.class !== 'user-code';
  const about: Attribution = isTold
    ? { ...told, cause: 'push', component: told.component ?? registryOf(tag) }
    : failure;
  return { kind: 'failed', failure: about, lastLine: output.trim().split('\n').at(-1) ?? null };
}
