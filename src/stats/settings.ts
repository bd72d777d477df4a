import type { Thresholds } from '../inputs/types.ts';
import type { Collector } from './collector.ts';

/** Settings of the newest run that says them: what recommendations change. */
export interface SeenSettings {
  readonly thresholds: Thresholds;
  readonly maxAttempts: number;
}

export function collectSettings(): Collector<SeenSettings> {
  let newestMs = -1;
  let seen: SeenSettings = { thresholds: { optimal: 80, resilient: 60, conservative: 40 }, maxAttempts: 3 };
  return {
    add: ({ startedAtMs, thresholds, maxAttempts }) => {
      if (startedAtMs < newestMs) return;
      newestMs = startedAtMs;
      seen = { thresholds: thresholds ?? seen.thresholds, maxAttempts: maxAttempts ?? seen.maxAttempts };
    },
    result: () => seen,
  };
}
