import type { Attribution } from '../failure/types.ts';
import type { Facts } from '../facts/facts.ts';
import type { Health } from '../health/health.ts';
import type { Inputs } from '../inputs/types.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scan } from '../scan/findings.ts';
import type { Verification } from '../scan/verification.ts';

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

/** The image as it was read back after the build, from where it now lives. */
export interface BuiltImage {
  readonly reference: string;
  readonly registry: string | null;
  readonly digest: string | null;
  readonly imageId: string | null;
  readonly where: 'registry' | 'engine' | 'builder cache';
  readonly platforms: readonly BuiltPlatform[];
  /** Why sizes could not be read, or null. */
  readonly problem: string | null;
}

export interface BuiltPlatform {
  readonly platform: string;
  /** Compressed size in a registry, unpacked size in an engine; null where unknown. */
  readonly sizeBytes: number | null;
}

/** What a tag named before it was pushed over. */
export interface PreviousImage {
  readonly digest: string;
  readonly platforms: readonly BuiltPlatform[];
}

/** A plan that was only made, and the one below it with what it would change. */
export interface Planned {
  readonly plan: Plan;
  readonly oneDown: Plan | null;
  readonly changes: readonly string[];
}

export type Verdict = 'built' | 'failed' | 'cancelled' | 'health' | 'plan';

/** One service that the repository's builds need, for the mode monitor. */
export interface NeededService {
  /** As the health check names it: `docker.io`, `gha-cache`, `go-proxies`, or a registry's host. */
  readonly name: string;
  readonly isDown: boolean;
  readonly evidence: string;
}

/** Everything that happened in one run; summary, diagnostics, outputs and report.json are renderings of it. */
export interface Result {
  readonly verdict: Verdict;
  readonly startedAtMs: number;
  readonly seconds: number;
  readonly inputs: Inputs;
  readonly facts: Facts;
  readonly health: Health;
  readonly attempts: readonly AttemptRecord[];
  /** What went wrong outside of any attempt: why there was none, or what failed after the last one. */
  readonly problem?: string;
  /** With `mode: plan`, what a build would do, and what it would do one strategy down. */
  readonly planned?: Planned;
  /** With `mode: monitor`, what the repository needs. */
  readonly needed?: readonly NeededService[];
  readonly image: BuiltImage | null;
  /** What the first tag named before; null where there was nothing, or its registry did not say in time. */
  readonly previous?: PreviousImage | null;
  /** Contents of buildx's --metadata-file, or null. */
  readonly metadata: string | null;
  /** The ID that buildx wrote, and the digest, whether or not the build as a whole succeeded. */
  readonly imageId?: string | null;
  readonly digest?: string | null;
  readonly tags: readonly string[];
  /** Which tags arrived at their registries; nothing where none was to be pushed, or the build came not so far. */
  readonly pushed?: readonly PushedTag[];
  /** The local cache after a build that succeeded. */
  readonly keptLocally?: KeptLocally | null;
  /** What a scanner found, where the user asked for it. */
  readonly scans?: readonly Scan[];
  /** What cosign said of the signatures that the user's policy asks for. */
  readonly verifications?: readonly Verification[];
}
