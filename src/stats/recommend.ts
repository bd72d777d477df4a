import { recommendCaches } from './recommend-caches.ts';
import { recommendSources } from './recommend-sources.ts';
import { recommendTimes } from './recommend-times.ts';
import type { Stats } from './stats.ts';

/** One change that the numbers speak for. */
export interface Recommendation {
  /** What it is about, the same in every release: `drop-mirror`. */
  readonly id: string;
  /** What to do, a sentence. */
  readonly advice: string;
  /** The numbers behind it, a sentence. */
  readonly evidence: string;
  /** The input, variable or command to change or run. */
  readonly setting: string;
  /** What to set it to; null where that is for the reader to decide. */
  readonly value: string | null;
  /** How many runs, answers or transfers the evidence counts. */
  readonly samples: number;
}

/** What the rules look at. */
export type Counted = Omit<Stats, 'recommendations'>;

/** Every rule says nothing below its own minimum number of samples: a bad day is no reason to change a setting. */
export function recommend(counted: Counted): readonly Recommendation[] {
  return [...recommendTimes(counted), ...recommendSources(counted), ...recommendCaches(counted)];
}
