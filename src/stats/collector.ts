import type { RunRecord } from './run-record.ts';

/** Counts one subject over many runs; only what is counted is kept in memory, never the runs. */
export interface Collector<Result> {
  readonly add: (run: RunRecord) => void;
  readonly result: () => Result;
}

/** A spread of durations or latencies, in the unit of what was added. */
export interface Spread {
  readonly count: number;
  readonly total: number;
  readonly median: number;
  /** Nine of ten are at most this. */
  readonly p90: number;
  readonly max: number;
}

/** Null where nothing was measured. Percentiles by nearest rank: each is a value that was really seen. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return {
    count: sorted.length,
    total: sorted.reduce((sum, value) => sum + value, 0),
    median: rank(0.5),
    p90: rank(0.9),
    max: sorted.at(-1) ?? 0,
  };
}

/** More names than these are not told apart: reports of strangers must not fill the memory. */
const MAX_KEYS = 5000;

/** The entry of a name, made where it is new; nothing once there are too many names. */
export function entryOf<Entry>(entries: Map<string, Entry>, name: string, make: () => Entry): Entry | null {
  const known = entries.get(name);
  if (known !== undefined) return known;
  if (entries.size >= MAX_KEYS) return null;
  const made = make();
  entries.set(name, made);
  return made;
}

/** How large a part is, 0 to 1; 0 of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
