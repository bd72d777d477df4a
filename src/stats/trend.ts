import { spreadOf, type Collector } from './collector.ts';
import { endOf } from './judge-run.ts';

/** What happened within one day (UTC). */
export interface TrendDay {
  /** `2026-11-23`. */
  readonly day: string;
  readonly built: number;
  readonly recovered: number;
  readonly failed: number;
  readonly ownFault: number;
  readonly medianSeconds: number | null;
  /** The lowest health score of the day. */
  readonly lowestScore: number;
}

/** Days that are kept: five years. */
const MAX_DAYS = 1830;

export function collectTrend(): Collector<readonly TrendDay[]> {
  interface Day {
    built: number;
    recovered: number;
    failed: number;
    ownFault: number;
    seconds: number[];
    lowestScore: number;
  }
  const days = new Map<string, Day>();
  return {
    add: (run) => {
      const end = endOf(run);
      if (end === 'other' || end === 'cancelled' || end === 'health') return;
      const name = dayOf(run.startedAtMs);
      if (name === null) return;
      const day = days.get(name) ?? { built: 0, recovered: 0, failed: 0, ownFault: 0, seconds: [], lowestScore: 100 };
      days.set(name, day);
      day[end === 'own-fault' ? 'ownFault' : end === 'infrastructure' ? 'failed' : end] += 1;
      if (run.verdict === 'built') day.seconds.push(run.seconds);
      day.lowestScore = Math.min(day.lowestScore, run.score);
    },
    result: () =>
      [...days]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .slice(-MAX_DAYS)
        .map(([day, { seconds, ...counts }]) => ({ day, ...counts, medianSeconds: spreadOf(seconds)?.median ?? null })),
  };
}

/** Null for what is no time that a calendar knows. */
function dayOf(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 10);
}
