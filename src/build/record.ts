import type { Attribution } from '../failure/types.ts';
import type { Plan } from '../plan/plan.ts';

/** One try at the build. */
export interface AttemptRecord {
  readonly number: number;
  readonly plan: Plan;
  readonly startedAtMs: number;
  readonly seconds: number;
  readonly outcome: AttemptOutcome;
  /** What the next attempt does differently, or why there is none; null while it is the last and succeeded. */
  readonly next: { readonly decision: 'again' | 'stop'; readonly reason: string; readonly waitMs: number } | null;
  readonly steps: readonly StepTime[];
  /** What became of the caches that were on the line. */
  readonly caches: readonly CacheResult[];
  /** How a push that failed was repeated from what was built, where it was. */
  readonly pushedAgain?: PushedAgain;
}

/** A push that failed within an attempt, and was repeated there. */
export interface PushedAgain {
  /** Rounds of pushes; none where the tags turned out to have arrived. */
  readonly times: number;
  readonly waitedMs: number;
  /** The service that failed the build's own push, and what it did. */
  readonly component: string | null;
  readonly headline: string;
}

export interface CacheResult {
  readonly backend: 'local' | 'gha' | 'registry' | 'custom';
  readonly direction: 'import' | 'export';
  /** `empty`: nothing was cached there yet; `cut short`: given up at its deadline, or with the build. */
  readonly result: 'found' | 'empty' | 'exported' | 'failed' | 'cut short' | 'unknown';
  readonly detail: string | null;
}

/** What became of the local cache at the end of a build. */
export interface KeptLocally {
  readonly sizeBytes: number;
  readonly maxBytes: number;
  /** Why what was exported is not kept, or null. */
  readonly dropped: string | null;
}

export type AttemptOutcome =
  | { readonly kind: 'built' }
  | {
      readonly kind: 'failed';
      readonly exitCode: number | null;
      readonly failure: Attribution;
      readonly lastLine: string;
      /** The last lines that the failed step printed, for the summary. */
      readonly stepLog?: readonly string[];
      /** What the step's error says in place of `buildx failed with: …`. */
      readonly message?: string;
    }
  | { readonly kind: 'cancelled'; readonly signal: string };

/** One tag of a build that pushes: the digest that its registry has now, or what kept it from there. */
export interface PushedTag {
  readonly tag: string;
  readonly digest: string | null;
  readonly problem: string | null;
}

/** One step of the build with its time, for the timeline. */
export interface StepTime {
  readonly name: string;
  readonly state: 'done' | 'cached' | 'error' | 'canceled' | 'running';
  readonly seconds: number;
  /** Seconds from the attempt's start to this step's start, where known. */
  readonly offsetSeconds: number | null;
}
