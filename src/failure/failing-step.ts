import type { BuildLog, Step } from './types.ts';

/** The step that ended the build: the one that the final error repeats, else the last that failed. */
export function failingStep(log: BuildLog): Step | null {
  const failed = log.steps.filter((step) => step.state === 'error');
  const final = log.finalError;
  const repeated = failed.findLast((step) => step.error !== null && final !== null && sameError(step.error, final));
  if (repeated !== undefined) return repeated;
  // A cache import that fails is a miss and stops nothing (facts.md 2), unless nothing else failed.
  const fatal = failed.filter((step) => step.kind !== 'import');
  const told =
    fatal.findLast((step) => step.error !== null) ??
    fatal.findLast((step) => step.logs.length > 0) ??
    fatal.at(-1) ??
    failed.at(-1);
  if (told !== undefined) return told;
  return final === null || processFailed(final) ? lastProgram(log) : null;
}

function sameError(error: string, final: string): boolean {
  const first = error.split('\n')[0]?.trim() ?? '';
  return first !== '' && final.includes(first);
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
  /process ".*" did not complete successfully|executor failed running \[\/|returned a non-zero code: \d+|while running runtime: exit status \d+|error building at STEP|building at STEP/s;

/** The engine's own words for "the user's program ended with an error". */
export function processFailed(text: string): boolean {
  return processPhrase.test(text);
}

export function exitCodeIn(text: string): number | null {
  const match = /(?:exit code:?|non-zero code:|exit status) (\d+)/.exec(text);
  return match?.[1] === undefined ? null : Number(match[1]);
}
