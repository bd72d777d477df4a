import { setTimeout as sleep } from 'node:timers/promises';
import type { FailureClass } from '../failure/types.ts';

/** How a class of failure is waited for. */
export interface WaitPolicy {
  /** The longest wait after the first failure, doubled with every further one. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** How long the class may be waited for in all. */
  readonly budgetMs: number;
}

const MINUTE_MS = 60_000;
const DEFAULT: WaitPolicy = { firstMs: 4000, maxMs: MINUTE_MS, budgetMs: 5 * MINUTE_MS };

/**
 * Budgets follow the length of real outages: a mirror in mid-sync is well again after a minute, a registry's push after
 * some; a rate limit lasts hours, and is answered with another source instead.
 */
const POLICIES: Readonly<Partial<Record<FailureClass, WaitPolicy>>> = {
  'push-failed-transient': { firstMs: 2000, maxMs: 30_000, budgetMs: 5 * MINUTE_MS },
  'registry-rate-limit': { firstMs: 20_000, maxMs: MINUTE_MS, budgetMs: 5 * MINUTE_MS },
  'package-mirror': { firstMs: 10_000, maxMs: MINUTE_MS, budgetMs: 5 * MINUTE_MS },
  'go-proxy': { firstMs: 6000, maxMs: MINUTE_MS, budgetMs: 5 * MINUTE_MS },
};

/** A network that nothing answers in: looked at again every so often, for as long as the user allows. */
export const OUTAGE_POLICY: Pick<WaitPolicy, 'firstMs' | 'maxMs'> = { firstMs: 10_000, maxMs: MINUTE_MS };

export function waitPolicy(kind: FailureClass): WaitPolicy {
  return POLICIES[kind] ?? DEFAULT;
}

/** Exponential with full jitter, so that jobs of one matrix do not come back together; who names a time is believed. */
export function waitMs(kind: FailureClass, failures: number, retryAfterMs: number | null, random: number): number {
  if (retryAfterMs !== null) return retryAfterMs;
  const { firstMs, maxMs } = waitPolicy(kind);
  return Math.round(Math.min(firstMs * 2 ** (failures - 1), maxMs) * random);
}

/** Every so often a long wait says how much of it is left. */
const TELL_EVERY_MS = 10_000;

/** Waits, and counts down. Rejects when the signal aborts. */
export async function countDown(ms: number, signal: AbortSignal, tell: (text: string) => void): Promise<void> {
  let left = ms;
  while (left > 0) {
    const step = Math.min(left, TELL_EVERY_MS);
    await sleep(step, undefined, { signal });
    left -= step;
    if (left > 0) tell(`waiting: ${seconds(left)} left`);
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
