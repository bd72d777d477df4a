import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { classify } from '../failure/classify.ts';
import { readLog } from '../failure/progress.ts';
import type { Attribution, BuildLog } from '../failure/types.ts';
import type { Inputs } from '../inputs/types.ts';
import { learn, type Experience, type Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunCommand } from '../process/run-command.ts';
import type { AttemptOutcome, AttemptRecord, StepTime } from '../report/result.ts';
import { attempt, type AttemptFiles, type AttemptPorts, type AttemptResult } from './attempt.ts';
import { nextStep, type NextStep } from './next.ts';
import { bootBuilder } from './own-builder.ts';

/** How the attempts tell what they do; the words are the report's. */
export interface AttemptNews {
  readonly onPlan: (number: number, plan: Plan) => void;
  readonly onAttemptEnd: (record: AttemptRecord, nextPlan: Plan | null) => void;
}

export interface AttemptsPorts extends AttemptPorts {
  readonly run: RunCommand;
  readonly onBuilder: (name: string) => void;
  readonly news: AttemptNews;
  readonly random: () => number;
  /** Plans anew with what was learned; the first time with nothing. */
  readonly plan: (lessons: Lessons) => Promise<Plan>;
  /** Called before each attempt, for whatever its caches need. */
  readonly beforeAttempt: () => Promise<void>;
}

export interface AttemptsResult {
  readonly records: readonly AttemptRecord[];
  readonly imageId: string | null;
  readonly metadata: string | null;
}

/** A failed attempt on its way through p-retry, which only speaks exceptions. */
class AttemptFailed extends Error {}

/** Plans, builds, and plans again with what the failure taught, until an image stands or nothing is left to try. */
export async function buildWithAttempts(inputs: Inputs, files: AttemptFiles, engineSeen: boolean, ports: AttemptsPorts): Promise<AttemptsResult> {
  const startedAt = performance.now();
  const history: Experience[] = [];
  const records: AttemptRecord[] = [];
  const booted = new Set<string>();
  let plan = await ports.plan(learn([]));
  let deadlineMs = plan.deadlineMs;
  let last: AttemptResult | null = null;
  const remainingMs = (): number => deadlineMs - (performance.now() - startedAt);

  async function once(number: number): Promise<void> {
    ports.news.onPlan(number, plan);
    const startedAtMs = Date.now();
    await ports.beforeAttempt();
    const boot = await bootIfNeeded(plan, booted, ports);
    last = boot === null ? await attempt(plan, files, remainingMs(), ports) : null;
    const outcome = boot === null && last !== null ? outcomeOf(last) : bootOutcome(boot ?? '');
    const seconds = (Date.now() - startedAtMs) / 1000;
    const record = { number, plan, startedAtMs, seconds, outcome, next: null, steps: stepTimes(last?.log) };
    if (outcome.kind !== 'failed') {
      records.push(record);
      ports.news.onAttemptEnd(record, null);
      return;
    }
    history.push({ plan, failure: outcome.failure });
    const next = await decide(outcome.failure);
    const again = next.kind === 'again';
    const ended = { ...record, next: { decision: next.kind, reason: next.reason, waitMs: again ? next.waitMs : 0 } } as const;
    records.push(ended);
    ports.news.onAttemptEnd(ended, again ? plan : null);
    if (!again) return;
    await sleep(next.waitMs, undefined, { signal: ports.signal });
    throw new AttemptFailed(outcome.failure.headline);
  }

  /** Makes the next plan, and asks whether it is worth running. */
  async function decide(failure: Attribution): Promise<NextStep> {
    if (!failure.retryable) return nextStep({ ...question(), nextPlan: plan });
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
  return { records, imageId: result?.imageId ?? null, metadata: result?.metadata ?? null };
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

function bootOutcome(output: string): AttemptOutcome {
  const failure = { ...classify(readLog(output)), cause: 'boot' as const, retryable: true };
  return { kind: 'failed', exitCode: null, failure, lastLine: output.trim().split('\n').at(-1) ?? '' };
}

function outcomeOf(result: AttemptResult): AttemptOutcome {
  const { exit, log, lastLine } = result;
  if (exit.ended === 'cancelled') return { kind: 'cancelled', signal: 'cancelled' };
  if (exit.exitCode === 0 && exit.ended === null) return { kind: 'built' };
  if (exit.startError !== null) {
    const failure = classify(readLog(`ERROR: ${exit.startError}`));
    return { kind: 'failed', exitCode: null, failure, lastLine: exit.startError };
  }
  const failure = exit.ended === null ? classify(log) : ended(exit.ended, log, exit.seconds);
  return { kind: 'failed', exitCode: exit.exitCode, failure, lastLine, stepLog: stepLog(failure, log) };
}

/** The failed step's own last lines. */
function stepLog(failure: Attribution, log: BuildLog): readonly string[] {
  const { step } = failure;
  return step === null ? [] : (log.steps.find((one) => one.number === step.number && one.name === step.name)?.logs ?? []);
}

/** A build that was ended for its silence or its length: the step that gave the last sign of life is where it hung. */
function ended(reason: 'deadline' | 'stall', log: BuildLog, seconds: number): Attribution {
  const step = log.steps.find((one) => one.id === log.lastEventStep) ?? null;
  const guess = classify({ ...log, finalError: null });
  const where = step === null ? 'before its first step' : `in ${step.name}`;
  const headline =
    reason === 'deadline'
      ? `the build reached its deadline after ${Math.round(seconds)} s, ${where}`
      : `the build gave no sign of life ${where}`;
  const fetches = step !== null && ['resolve', 'frontend', 'from', 'import', 'boot'].includes(step.kind);
  return {
    ...guess,
    class: 'timeout',
    retryable: reason === 'stall' && fetches,
    step: step === null ? null : { kind: step.kind, name: step.name, number: step.number },
    cause: step === null || !fetches ? null : causeOf(step.kind),
    component: step === null || !fetches ? null : hostIn(step.name),
    headline,
    advice: 'raise BUILD_TIMEOUT_* if the build needs longer, else look at what the step waits for',
    rule: `ended-by-${reason}`,
  };
}

function causeOf(kind: string): Attribution['cause'] {
  return kind === 'import' ? 'cache-import' : kind === 'boot' ? 'boot' : kind === 'frontend' ? 'frontend' : 'base-image';
}

/** The registry in a step's name, `[internal] load metadata for docker.io/library/alpine:3.20`. */
function hostIn(name: string): string | null {
  return /(?:^|\s)([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)\//i.exec(name)?.[1] ?? null;
}

function stepTimes(log: BuildLog | undefined): readonly StepTime[] {
  return (log?.steps ?? []).map((step) => ({
    name: step.name,
    state: step.state,
    seconds: step.seconds ?? 0,
    offsetSeconds: null,
  }));
}
