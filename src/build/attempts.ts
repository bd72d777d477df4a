import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { Attribution } from '../failure/types.ts';
import type { Inputs } from '../inputs/types.ts';
import { hangsBuilder, learn, type Experience, type Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunCommand } from '../process/run-command.ts';
import type { RegistryClient } from '../registry/client.ts';
import type { AttemptRecord, PushedAgain, PushedTag } from '../report/result.ts';
import { givenUp } from './ended.ts';
import type { FetchTrouble } from './fetch-trouble.ts';
import { attempt, type AttemptFiles, type AttemptPorts, type AttemptResult, type Patience } from './attempt.ts';
import { nextStep, rerouteOf, type NextStep } from './next.ts';
import { cacheResults } from './cache-results.ts';
import { withDiskUsage } from './disk-usage.ts';
import { freeBuildCache } from './free-cache.ts';
import { writeRewrite } from './write-rewrite.ts';
import { afterCheck } from './check-call.ts';
import { bootOutcome, outcomeOf, stepTimes } from './outcome.ts';
import { bootBuilder, restartBuilder } from './own-builder.ts';
import type { Surroundings } from './hopeless.ts';
import { recoverPush } from './push-recovery.ts';
import { countDown } from './waits.ts';

/** How the attempts tell what they do; the words are the report's. */
export interface AttemptNews {
  readonly onPlan: (number: number, plan: Plan) => void;
  readonly onAttemptEnd: (record: AttemptRecord, nextPlan: Plan | null) => void;
  /** How much of a long wait is left. */
  readonly onWait?: (text: string) => void;
}

export interface AttemptsPorts extends AttemptPorts {
  readonly run: RunCommand;
  readonly registry: RegistryClient;
  readonly around: Surroundings;
  readonly onBuilder: (name: string) => void;
  readonly news: AttemptNews;
  readonly random: () => number;
  /** Plans anew with what was learned; the first time with nothing. */
  readonly plan: (lessons: Lessons) => Promise<Plan>;
  /** The plan that would be made with these lessons, while another one is carried out: nothing is tried or told. */
  readonly planAhead: (lessons: Lessons) => Promise<Plan>;
  /** Asks a registry or mirror once more for what this build has of it: what is wrong with it, or null. */
  readonly recheck: (host: string) => Promise<string | null>;
  /** Called before each attempt, for whatever its caches need. */
  readonly beforeAttempt: () => Promise<void>;
}

export interface AttemptsResult {
  readonly records: readonly AttemptRecord[];
  readonly imageId: string | null;
  readonly metadata: string | null;
  /** The digest that the build's log names. */
  readonly announcedDigest: string | null;
  /** The one digest that the build's log names as pushed. */
  readonly pushedDigest: string | null;
  readonly pushed: readonly PushedTag[];
}

/** A source that is well answers within this time. */
const RECHECK_HEDGE_MS = 600;

/** A failed attempt on its way through p-retry, which only speaks exceptions. */
class AttemptFailed extends Error {}

/** Plans, builds, and plans again with what the failure taught, until an image stands or nothing is left to try. */
export async function buildWithAttempts(
  inputs: Inputs,
  files: AttemptFiles,
  engineSeen: boolean,
  ports: AttemptsPorts,
): Promise<AttemptsResult> {
  const startedAt = performance.now();
  const history: Experience[] = [];
  const records: AttemptRecord[] = [];
  const booted = new Set<string>();
  let plan = await ports.plan(learn([]));
  let deadlineMs = plan.deadlineMs;
  let last: AttemptResult | null = null;
  let cleanedUp = false;
  let pushed: readonly PushedTag[] = [];
  let settled: string | null = null;
  let pushedAgain: PushedAgain | null = null;
  const waitedMs = new Map<string, number>();
  const remainingMs = (): number => deadlineMs - (performance.now() - startedAt);

  async function once(number: number): Promise<void> {
    ports.news.onPlan(number, plan);
    pushedAgain = null;
    const startedAtMs = Date.now();
    await ports.beforeAttempt();
    await writeRewrite(plan);
    const boot = await bootIfNeeded(plan, booted, ports);
    last = boot === null ? await attempt(plan, files, patience(), { ...ports, askWayOut }) : null;
    const outcome = last === null ? bootOutcome(boot ?? '') : await judge(last);
    const seconds = (Date.now() - startedAtMs) / 1000;
    const record = {
      number,
      plan,
      startedAtMs,
      seconds,
      outcome,
      next: null,
      steps: stepTimes(last?.log, last?.spans ?? new Map()),
      caches: cacheResults(plan.caches, last?.log),
      ...pushedAgainOf(),
    };
    if (outcome.kind !== 'failed') {
      records.push(record);
      ports.news.onAttemptEnd(record, null);
      return;
    }
    history.push({ plan, failure: outcome.failure });
    const next = await decide(outcome.failure);
    const again = next.kind === 'again';
    const isFull = !again && outcome.failure.class === 'disk-full';
    const failure = isFull
      ? await withDiskUsage(outcome.failure, inputs.settings.cacheLocalPath, ports.run)
      : outcome.failure;
    const ended = {
      ...record,
      outcome: { ...outcome, failure },
      next: { decision: next.kind, reason: next.reason, waitMs: again ? next.waitMs : 0 },
    } as const;
    records.push(ended);
    ports.news.onAttemptEnd(ended, again ? plan : null);
    if (!again) return;
    if (next.cleanUp) {
      cleanedUp = true;
      await freeBuildCache(plan, ports.run, ports.write);
    }
    if (hangsBuilder(outcome.failure)) await restartBuilder(record.plan.builder, ports.run);
    const { class: kind } = outcome.failure;
    waitedMs.set(kind, (waitedMs.get(kind) ?? 0) + next.waitMs);
    await countDown(next.waitMs, ports.signal, (text) => ports.news.onWait?.(text));
    throw new AttemptFailed(outcome.failure.headline);
  }

  function pushedAgainOf(): Pick<AttemptRecord, 'pushedAgain'> {
    return pushedAgain === null ? {} : { pushedAgain };
  }

  /** What came of it, once a failed push has been pushed again. */
  async function judge(result: AttemptResult): Promise<AttemptRecord['outcome']> {
    const first = afterCheck(outcomeOf(result, plan, ports.around), result, inputs.request.call);
    const limits = { remainingMs, stallMs: inputs.settings.stallTimeoutMs };
    const recovered = await recoverPush(first, result, inputs, plan, limits, ports);
    ({ pushed, settled, pushedAgain } = recovered);
    return recovered.outcome;
  }

  /** Another source of what is being fetched is worth a change if it is known before the build has failed. */
  async function askWayOut(trouble: FetchTrouble): Promise<string | null> {
    const failure = givenUp({ trouble, reason: '' });
    const { component } = failure;
    const checked = trouble.kind === 'silence' && component !== null ? ports.recheck(component) : Promise.resolve('');
    // Who is well says so at once; for anybody else the other sources are looked at meanwhile.
    const isWell = (await Promise.race([checked, sleep(RECHECK_HEDGE_MS, '')])) === null;
    if (isWell && !trouble.isDead) return null;
    const [evidence, ahead] = await Promise.all([checked, ports.planAhead(learn([...history, { plan, failure }]))]);
    if (evidence === null && !trouble.isDead) return null;
    const reroute = rerouteOf(plan, ahead, component);
    return reroute === null ? null : evidence || reroute;
  }

  /** Makes the next plan, and asks whether it is worth running. */
  async function decide(failure: Attribution): Promise<NextStep> {
    if (settled !== null || (!failure.retryable && failure.class !== 'disk-full'))
      return nextStep({ ...question(), nextPlan: plan });
    const nextPlan = await ports.plan(learn(history));
    const next = nextStep({ ...question(), nextPlan });
    plan = nextPlan;
    deadlineMs = Math.min(deadlineMs, performance.now() - startedAt + nextPlan.deadlineMs);
    return next;
  }

  const question = (): Omit<Parameters<typeof nextStep>[0], 'nextPlan'> => ({
    history,
    maxAttempts: inputs.settings.maxRetryAttempts,
    remainingMs: remainingMs(),
    random: ports.random(),
    engineSeen,
    cleanedUp,
    settled,
    waitedMs: waitedMs.get(history.at(-1)?.failure.class ?? '') ?? 0,
  });
  const patience = (): Patience => ({
    remainingMs: remainingMs(),
    stallMs: inputs.settings.stallTimeoutMs,
    cacheExportMs: inputs.settings.cacheExportTimeoutMs,
  });

  // p-retry runs the attempts; whether there is another one, and after which wait, nextStep has decided by then.
  await pRetry(once, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 0,
    shouldConsumeRetry: () => false,
    shouldRetry: ({ error }) => error instanceof AttemptFailed,
    signal: ports.signal,
  }).catch((error: unknown) => {
    if (!ports.signal.aborted) throw error;
  });
  const result = last as AttemptResult | null;
  return {
    records,
    imageId: result?.imageId ?? null,
    metadata: result?.metadata ?? null,
    announcedDigest: result?.announcedDigest ?? null,
    pushedDigest: result?.pushedDigest ?? null,
    pushed,
  };
}

/** Boots the plan's own builder once; gives back the output of a boot that failed. */
async function bootIfNeeded(plan: Plan, booted: Set<string>, ports: AttemptsPorts): Promise<string | null> {
  if (plan.builder.kind !== 'own' || booted.has(plan.builder.name)) return null;
  ports.onBuilder(plan.builder.name);
  const outcome = await bootBuilder(plan.builder, ports.run);
  if (outcome.kind === 'failed') {
    ports.write(`${outcome.output.trimEnd()}\n`);
    return outcome.output;
  }
  booted.add(plan.builder.name);
  return null;
}
