import type { BuildLog, Step } from './types.ts';

/** The step that ended the build: the one that the final error repeats, else the last that failed. */
export function failingStep(log: BuildLog): Step | null {
  const failed = log.steps.filter((step) => step.state === 'error');
  const final = log.finalError;
  const repeated = failed.findLast((step) => step.error !== null && final !== null && sameError(step.error, final));
  if (repeated !== undefined) return originOf(log, repeated);
  // A cache import that fails is a miss and stops nothing (moby/buildkit solver/llbsolver/solver.go), unless nothing else failed.
  const fatal = failed.filter((step) => step.kind !== 'import');
  const told =
    fatal.findLast((step) => step.error !== null) ?? fatal.findLast((step) => step.logs.length > 0) ?? fatal.at(-1);
  if (told !== undefined) return told;
  if (final === null) return failed.at(-1) ?? lastProgram(log);
  return shownStep(log) ?? (processFailed(final) ? lastProgram(log) : null);
}

/** The final error repeats a step's, sometimes without the words that led to it. */
function sameError(error: string, final: string): boolean {
  const first = error.split('\n')[0]?.trim() ?? '';
  if (first === '') return false;
  const parts = first.split(': ');
  return parts.some((_, index) => {
    const rest = parts.slice(index).join(': ');
    return (index === 0 || rest.length >= 30) && final.includes(rest);
  });
}

/**
 * Layers are fetched when a step needs them: BuildKit fails the RUN and leaves the FROM running, which logged the same
 * words before each of its own retries (util/resolver/retryhandler/retry.go).
 */
function originOf(log: BuildLog, step: Step): Step {
  const words = step.error?.split('\n')[0] ?? '';
  if (step.kind === 'from' || processFailed(words) || words === '') return step;
  const origin = log.steps.find((other) => other.kind === 'from' && other.logs.some((line) => line.includes(words)));
  return origin === undefined ? step : { ...origin, error: step.error };
}

/** A missing COPY source is reported before the step starts; the Dockerfile's line names the step. */
function shownStep(log: BuildLog): Step | null {
  const instruction = shownInstruction(log);
  if (instruction === '') return null;
  return log.steps.findLast((step) => step.name.endsWith(instruction)) ?? null;
}

export function shownInstruction(log: BuildLog): string {
  const line = log.dockerfile?.excerpt.find((entry) => />>> /.test(entry)) ?? '';
  return line.replace(/^.*>>> /, '').trim();
}

function lastProgram(log: BuildLog): Step | null {
  const open = log.steps.filter((step) => step.state === 'running');
  return (
    open.findLast((step) => step.kind === 'run' && step.logs.length > 0) ??
    open.find((step) => step.id === log.lastEventStep) ??
    null
  );
}

const processPhrase =
  /executor failed running \[\/|returned a non-zero code: \d+|while running runtime: exit status \d+|error building at STEP|building at STEP|failed to execute command: (?:waiting for process to exit|starting command)/;

/** The engine's own words for "the user's program ended with an error". */
export function processFailed(text: string): boolean {
  // The command between the two may be a whole script.
  const start = text.indexOf('process "');
  return (start >= 0 && text.includes('" did not complete successfully', start)) || processPhrase.test(text);
}

export function exitCodeIn(text: string): number | null {
  const match = /(?:exit code:?|non-zero code:|exit status) (\d+)/.exec(text);
  return match?.[1] === undefined ? null : Number(match[1]);
}
