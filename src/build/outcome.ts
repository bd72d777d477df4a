import { excerpt } from '../facts/dockerfile/excerpt.ts';
import { originalLine } from '../facts/dockerfile/insert-argument.ts';
import { classify } from '../failure/classify.ts';
import { readLog } from '../failure/progress.ts';
import type { Attribution, BuildLog } from '../failure/types.ts';
import type { Plan } from '../plan/plan.ts';
import type { AttemptOutcome, StepTime } from './record.ts';
import type { AttemptResult } from './attempt.ts';
import { hopelessFailure, type Surroundings } from './hopeless.ts';
import { endedBy, fellSilent, givenUp } from './ended.ts';
import type { StepSpan } from './step-clock.ts';

/** A builder of ours that did not boot. */
export function bootOutcome(output: string): AttemptOutcome {
  const guess = classify(readLog(output));
  // No code of the user's has run yet.
  const kind = guess.class === 'user-code' ? 'builder' : guess.class;
  const failure = { ...guess, class: kind, cause: 'boot' as const, retryable: true };
  return { kind: 'failed', exitCode: null, failure, lastLine: output.trim().split('\n').at(-1) ?? '' };
}

/** Judges one run of the command. */
export function outcomeOf(result: AttemptResult, plan: Plan, around: Surroundings): AttemptOutcome {
  const { exit, log, lastLine } = result;
  if (exit.ended === 'cancelled') return { kind: 'cancelled', signal: 'cancelled' };
  if (exit.exitCode === 0) return { kind: 'built' };
  // Only its caches were cut short: the image is where it belongs, and stays there.
  if (exit.ended === 'cache-export') return { kind: 'built' };
  if (exit.startError !== null) {
    const failure = notStarted(exit.startError);
    return { kind: 'failed', exitCode: null, failure, lastLine: exit.startError };
  }
  const failure = inOriginal(onOurRoute(failureOf(result, plan, around), plan), plan);
  return { kind: 'failed', exitCode: exit.exitCode, failure, lastLine, stepLog: stepLog(failure, log) };
}

function failureOf(result: AttemptResult, plan: Plan, around: Surroundings): Attribution {
  const { exit, log, givenUp: abandoned, builderProblem } = result;
  if (builderProblem !== null) return fellSilent(log, plan.builder.name, builderProblem);
  switch (exit.ended) {
    case 'deadline':
    case 'stall':
    case 'builder':
      return withoutHope(endedBy(exit.ended === 'deadline' ? 'deadline' : 'stall', log, exit.seconds), plan, around);
    case 'reroute':
      return abandoned === null ? classify(log) : givenUp(abandoned);
    case 'cache-export':
    case 'cancelled':
    case null:
      return classify(log);
  }
}

function notStarted(error: string): Attribution {
  return {
    ...classify(readLog(`ERROR: ${error}`)),
    class: 'builder',
    retryable: false,
    headline: `docker could not be started: ${error}`,
    advice: 'install Docker with its buildx plugin on this machine',
    rule: 'not-started',
  };
}

/** The failed step's own last lines. */
function stepLog(failure: Attribution, log: BuildLog): readonly string[] {
  const { step } = failure;
  return step === null
    ? []
    : (log.steps.find((one) => one.number === step.number && one.name === step.name)?.logs ?? []);
}

/** A source that was known to be silent before the build, and still is, is no matter of patience. */
function withoutHope(failure: Attribution, plan: Plan, around: Surroundings): Attribution {
  if (failure.rule !== 'ended-by-stall') return failure;
  return { ...failure, ...hopelessFailure(plan, failure, around) };
}

/** The line as the user's own Dockerfile has it, where another was built in its place. */
function inOriginal(failure: Attribution, plan: Plan): Attribution {
  const { rewrite } = plan.dockerfile;
  const spot = failure.dockerfile;
  if (rewrite === undefined || spot === null) return failure;
  const line = originalLine(spot.line, rewrite.lines);
  const original = rewrite.text
    .split('\n')
    .filter((_, index) => !rewrite.lines.includes(index + 1))
    .join('\n');
  return {
    ...failure,
    headline: failure.headline.replace(`${spot.file}:${spot.line}`, `${spot.file}:${line}`),
    dockerfile: { ...spot, line, excerpt: excerpt(original, line).split('\n') },
  };
}

/** What is final at the registry of the user's choice is one more reason to go elsewhere at a mirror of ours. */
function onOurRoute(failure: Attribution, plan: Plan): Attribution {
  const hosts = plan.images.flatMap(({ choice }) => (choice.kind === 'mirror' ? [choice.host] : []));
  const ours = hosts.find((host) => host === failure.component || host === failure.host);
  if (ours === undefined || (failure.class !== 'image-not-found' && failure.class !== 'registry-auth')) return failure;
  return { ...failure, retryable: true, cause: failure.cause ?? 'base-image', component: ours };
}

/** The steps with their times, for the timeline. A step that failed names no time of its own. */
export function stepTimes(log: BuildLog | undefined, spans: ReadonlyMap<number, StepSpan>): readonly StepTime[] {
  return (log?.steps ?? []).map((step) => {
    const span = spans.get(step.number ?? 0);
    const lived = span === undefined || step.state === 'cached' ? 0 : (span.endMs - span.startMs) / 1000;
    return {
      name: step.name,
      state: step.state,
      seconds: step.seconds ?? inMilliseconds(lived),
      offsetSeconds: span === undefined ? null : inMilliseconds(span.startMs / 1000),
    };
  });
}

function inMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
