import type { Settings, Strategy } from '../inputs/types.ts';

/** Left at the end of a job for what it has to tell and to clear away. */
const FAREWELL_MS = 20_000;

/** Milliseconds that all attempts together may take: as the strategy has it, and no longer than the job. */
export function deadlineOf(
  { buildTimeoutMs, jobDeadlineMs }: Pick<Settings, 'buildTimeoutMs' | 'jobDeadlineMs'>,
  nowMs: number,
  strategy: Strategy,
): number {
  const leftMs = jobDeadlineMs === null ? Number.POSITIVE_INFINITY : Math.max(0, jobDeadlineMs - nowMs - FAREWELL_MS);
  return Math.min(buildTimeoutMs[strategy], leftMs);
}
