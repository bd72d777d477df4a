import { classify } from '../failure/classify.ts';
import { serviceTitle } from '../failure/explain.ts';
import type { Attribution, BuildLog, Step } from '../failure/types.ts';
import type { GivenUp } from './way-out.ts';
import { hangingStep } from './watchdog.ts';

/** The rule by which a builder that answers no question any more is told from one that failed. */
export const BUILDER_SILENT = 'builder-silent';

/** A build that was ended for its silence or its length: the step that gave the last sign of life is where it hung. */
export function endedBy(reason: 'deadline' | 'stall', log: BuildLog, seconds: number): Attribution {
  const step = hangingStep(log) ?? log.steps.find((one) => one.id === log.lastEventStep) ?? null;
  const guess = classify({ ...log, finalError: null });
  const where = step === null ? 'before its first step' : `in ${step.name}`;
  const headline =
    reason === 'deadline'
      ? `the build reached its deadline after ${Math.round(seconds)} s, ${where}`
      : `the build gave no sign of life ${where}`;
  const fetches = step !== null && ['resolve', 'frontend', 'from', 'import', 'boot'].includes(step.kind);
  const pushed = step === null ? null : pushedBy(step);
  const component = pushed ?? (step !== null && fetches ? hostIn(step.name) : null);
  // Whoever is silent for as long as that is not well; more time would not make it so.
  const isSilent = reason === 'stall' && component !== null && step?.kind !== 'import';
  return {
    ...guess,
    class: !isSilent ? 'timeout' : pushed !== null ? 'push-failed-transient' : 'registry-unavailable',
    retryable: reason === 'stall' && (fetches || pushed !== null),
    step: stepOf(step),
    cause: pushed !== null ? 'push' : step === null || !fetches ? null : causeOf(step.kind),
    component,
    headline,
    advice: endedAdvice(reason, component),
    rule: `ended-by-${reason}`,
  };
}

function endedAdvice(reason: 'deadline' | 'stall', component: string | null): string {
  if (reason === 'deadline')
    return 'Raise BUILD_TIMEOUT_* if the build needs longer, else look at what the step waits for.';
  return component === null
    ? 'Look at what the step waits for; raise stall-timeout if it may be silent for so long.'
    : `Run it again when ${serviceTitle(component)} answers.`;
}

/** A build whose fetch of an image was given up for another source. */
export function givenUp({ trouble, reason }: GivenUp): Attribution {
  const guess = classify(trouble.asFailed);
  if (trouble.kind === 'error') return guess;
  const { step } = trouble;
  const host = hostIn(step.name);
  return {
    ...guess,
    class: 'registry-unavailable',
    retryable: true,
    step: stepOf(step),
    cause: causeOf(step.kind),
    component: host,
    host,
    evidence: [reason],
    headline: `nothing comes from ${host ?? 'the registry'} in ${step.name}: ${reason}`,
    advice: endedAdvice('stall', host),
    rule: 'fell-silent',
  };
}

/** A build that was ended for the silence of its builder, whatever it was at. */
export function fellSilent(log: BuildLog, builder: string | null, problem: string): Attribution {
  const step = hangingStep(log);
  return {
    ...classify({ ...log, finalError: null }),
    class: 'builder',
    retryable: true,
    step: stepOf(step),
    cause: null,
    component: null,
    host: null,
    evidence: [problem],
    headline: `the builder ${builder ?? 'in use'} fell silent${step === null ? '' : ` in ${step.name}`}: ${problem}`,
    advice: 'Look at the builder and the way to it (docker buildx inspect), or name others to fall back to (builders).',
    rule: BUILDER_SILENT,
  };
}

function stepOf(step: Step | null): Attribution['step'] {
  return step === null ? null : { kind: step.kind, name: step.name, number: step.number };
}

function causeOf(kind: Step['kind']): Attribution['cause'] {
  return kind === 'import'
    ? 'cache-import'
    : kind === 'boot'
      ? 'boot'
      : kind === 'frontend'
        ? 'frontend'
        : 'base-image';
}

/**
 * The registry that an export is pushing to when it ends, or null. BuildKit pushes inside the step of the export, one
 * tag after the other (`pushing manifest for ghcr.io/acme/api:v1@sha256:…`, util/push/push.go); before the first
 * manifest the name is the one that was given to the image.
 */
function pushedBy(step: Step): string | null {
  if (step.kind !== 'export' && step.kind !== 'push') return null;
  if (!step.logs.some((line) => line.startsWith('pushing '))) return null;
  const named = step.logs.findLast((line) => /^(?:pushing manifest for|naming to) /.test(line));
  return named === undefined ? null : hostIn(named);
}

/** The registry in a step's name, `[internal] load metadata for docker.io/library/alpine:3.20`. */
function hostIn(name: string): string | null {
  return /(?:^|\s)([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)\//i.exec(name)?.[1] ?? null;
}
