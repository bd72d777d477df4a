import type { BuildLog } from '../failure/types.ts';

/**
 * The log of a build that succeeded. Plain progress leaves the end of a step out where it fell between two refreshes
 * (`#11 ...`, and never `#11 DONE`); a build that succeeded has no step that did not end.
 */
export function finishedLog(log: BuildLog): BuildLog {
  return {
    ...log,
    steps: log.steps.map((step) => (step.state === 'running' ? { ...step, state: 'done' as const } : step)),
  };
}
