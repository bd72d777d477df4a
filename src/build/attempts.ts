import pRetry from 'p-retry';
import type { Attribution, BuildLog } from '../failure/types.ts';
import type { Inputs } from '../inputs/types.ts';
import { hangsBuilder, learn, type Experience, type Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunCommand } from '../process/run-command.ts';
import type { RegistryClient } from '../registry/client.ts';
import type { AttemptRecord, CacheResult, PushedAgain, PushedTag } from './record.ts';
import { attempt, type AttemptFiles, type AttemptPorts, type AttemptResult, type Patience } from './attempt.ts';
import { cachesAfterPush } from './export-caches.ts';
import { findWayOut, type WayOutPorts } from './find-way-out.ts';
import type { AskWayOut } from './way-out.ts';
import { nextStep, type NextStep } from './next.ts';
import { cacheResults } from './cache-results.ts';
import { compileOutside } from './outside/compile.ts';
import { withDiskUsage } from './disk-usage.ts';
import { askedBuilder } from './builder-watch.ts';
import { freeBuildCache } from './free-cache.ts';
import { writeRewrite } from './write-rewrite.ts';
import { afterCheck } from './check-call.ts';
import { bootOutcome, outcomeOf, stepTimes } from './outcome.ts';
import { bootBuilder, isNear, restartBuilder, seedBuilder } from './own-builder.ts';
import { cutOff, type Surroundings } from './hopeless.ts';
import { recoverPush } from './push-recovery.ts';
import { countDown } from './waits.ts';
import { movingMs } from './watchdog.ts';

/** How the attempts tell what they do; the words are the report's. */
export interface AttemptNews {
  readonly onPlan: (number: number, plan: Plan) => void;
  readonly onAttemptEnd: (record: AttemptRecord, nextPlan: Plan | null) => void;
  /** How much of a long wait is left. */
  readonly onWait?: (text: string) => void;
}

export interface AttemptsPorts extends AttemptPorts, WayOutPorts {
  readonly run: RunCommand;
  readonly registry: RegistryClient;
  readonly around: Surroundings;
  /** What is wrong with a builder, by its name or the one in use, asked within the time that it may take; or null. */
  readonly builderProblem: (name: string | null) => Promise<string | null>;
  readonly onBuilder: (name: string) => void;
  readonly news: AttemptNews;
  readonly random: () => number;
  /** When the time began that all attempts together may take, by performance.now(). Default: now. */
  readonly startedAt?: number;
  /** Plans anew with what was learned; the first time with nothing. */
  readonly plan: (lessons: Lessons) => Promise<Plan>;
  /** What a status page declares about a service; null for nothing. */
  readonly declaredOutage: (service: string | null) => string | null;
  /** Called before each attempt, for whatever its caches need. */
  readonly beforeAttempt: (plan: Plan) => Promise<void>;
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

/** A failed attempt on its way through p-retry, which only speaks exceptions. */
class AttemptFailed extends Error {}

/** Plans, builds, and plans again with what the failure taught, until an image stands or nothing is left to try. */
export async function buildWithAttempts(
  inputs: Inputs,
  files: AttemptFiles,
  engineSeen: boolean,
  ports: AttemptsPorts,
): Promise<AttemptsResult> {
  const startedAt = ports.startedAt ?? performance.now();
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
  let caches: readonly CacheResult[] | null = null;
  const waitedMs = new Map<string, number>();
  const silence = { stallMs: inputs.settings.stallTimeoutMs, silentWorkMs: inputs.settings.silentWorkMs };
  const remainingMs = (): number => deadlineMs - (performance.now() - startedAt);

  async function once(number: number): Promise<void> {
    ports.news.onPlan(number, plan);
    pushedAgain = caches = null;
    const startedAtMs = Date.now();
    await ports.beforeAttempt(plan);
    await writeRewrite(plan);
    const outcome = await outcomeNow();
    const seconds = (Date.now() - startedAtMs) / 1000;
    const record = {
      number,
      plan,
      startedAtMs,
      seconds,
      outcome,
      next: null,
      steps: stepTimes(last?.log, last?.spans ?? new Map()),
      caches: cachesOf(last?.log),
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

  /** Boots, compiles and builds what the plan says; what went wrong first is the outcome. */
  async function outcomeNow(): Promise<AttemptRecord['outcome']> {
    last = null;
    const boot = await bootIfNeeded(plan, booted, ports);
    const early = boot === null ? await compileOutside(plan, patience(), ports) : bootOutcome(boot);
    if (early !== null) return early;
    const known = { plan, history: [...history], isBuilderNear: isNear(plan.builder, ports.env) };
    const ask: AskWayOut = async (trouble) => await findWayOut(trouble, known, ports);
    const asked = askedBuilder(plan.builder, inputs.settings.builders.length > 0, ports.builderProblem);
    last = await attempt(plan, files, patience(), { ...ports, askWayOut: ask, ...asked });
    return await judge(last);
  }

  function cachesOf(log: BuildLog | undefined): readonly CacheResult[] {
    return caches ?? cacheResults(plan.caches, log);
  }

  function pushedAgainOf(): Pick<AttemptRecord, 'pushedAgain'> {
    return pushedAgain === null ? {} : { pushedAgain };
  }

  /** What came of it, once a failed push has been pushed again. */
  async function judge(result: AttemptResult): Promise<AttemptRecord['outcome']> {
    const first = afterCheck(outcomeOf(result, plan, ports.around), result, inputs.request.call);
    const limits = { remainingMs, stallMs: movingMs(silence) };
    const recovered = await recoverPush(first, result, inputs, plan, limits, ports);
    ({ pushed, settled, pushedAgain } = recovered);
    if (pushedAgain !== null && recovered.outcome.kind === 'built') {
      const timeoutMs = Math.min(remainingMs(), inputs.settings.cacheExportTimeoutMs);
      caches = await cachesAfterPush(plan, result.log, timeoutMs, ports);
    }
    return recovered.outcome;
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
    cutOff: cutOff(history.at(-1), ports.around),
    outageWaitMs: inputs.settings.outageWaitMs,
    declared: ports.declaredOutage(history.at(-1)?.failure.component ?? null),
    waitedMs: waitedMs.get(history.at(-1)?.failure.class ?? '') ?? 0,
  });
  const patience = (): Patience => ({
    remainingMs: remainingMs(),
    ...silence,
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

/** Boots the plan's own builder once, or helps the user's to boot; gives back the output of a boot that failed. */
async function bootIfNeeded(plan: Plan, booted: Set<string>, ports: AttemptsPorts): Promise<string | null> {
  if (plan.builder.kind === 'current') {
    const { seed } = plan.builder;
    if (seed !== undefined && !booted.has(seed.from)) await seedBuilder(seed, ports.run);
    if (seed !== undefined) booted.add(seed.from);
    return null;
  }
  if (booted.has(plan.builder.name)) return null;
  ports.onBuilder(plan.builder.name);
  const outcome = await bootBuilder(plan.builder, ports.run);
  if (outcome.kind === 'failed') {
    ports.write(`${outcome.output.trimEnd()}\n`);
    return outcome.output;
  }
  booted.add(plan.builder.name);
  return null;
}
