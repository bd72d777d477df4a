import type { CustomMirror } from '../registry/mirror-list.ts';
import type { BaseFallback } from './fallbacks.ts';
import type { PackageSources } from './package-sources.ts';
import type { ScanSettings, VerifyRule } from '../scan/settings.ts';
import type { Asked } from './drop-in/asked.ts';
import type { PassedOver } from './passed-over.ts';
import type { Switches } from './drop-in/switches.ts';

/** The strategies, best first. A plan only ever moves to the right. */
export const STRATEGIES = ['optimal', 'resilient', 'conservative', 'emergency'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What the caller wants from this run. */
export type Mode = 'build' | 'health' | 'monitor' | 'plan' | 'prewarm';

/** Which of the two ways to call was taken: this action's own, around `image`, or docker/build-push-action's. */
export type Form = 'image' | 'drop-in';

/**
 * One `docker buildx build`, in the terms of docker/build-push-action: every way to call this project is lowered to it.
 * Lists are as the user gave them, empty where nothing was given; `null` is "not given".
 */
export interface BuildRequest {
  readonly addHosts: readonly string[];
  readonly allow: readonly string[];
  readonly annotations: readonly string[];
  readonly attests: readonly string[];
  readonly buildArgs: readonly string[];
  readonly buildContexts: readonly string[];
  readonly builder: string | null;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  /** How the build is evaluated, such as `check`. */
  readonly call: string | null;
  readonly cgroupParent: string | null;
  readonly context: string;
  readonly file: string | null;
  readonly labels: readonly string[];
  readonly load: boolean;
  readonly network: string | null;
  readonly noCache: boolean;
  readonly noCacheFilters: readonly string[];
  readonly outputs: readonly string[];
  readonly platforms: readonly string[];
  readonly pull: boolean;
  readonly push: boolean;
  /** Values of `--secret` from the environment, such as `id=key,env=KEY`. */
  readonly secretEnvs: readonly string[];
  /** The other values of `--secret`; secrets given as text are files by then. */
  readonly secrets: readonly string[];
  readonly shmSize: string | null;
  readonly ssh: readonly string[];
  readonly tags: readonly string[];
  readonly target: string | null;
  readonly ulimit: readonly string[];
}

/** Scores (0-100) from which on a strategy is chosen; below the last one it is `emergency`. */
export interface Thresholds {
  readonly optimal: number;
  readonly resilient: number;
  readonly conservative: number;
}

/** The caches that this action keeps itself. */
export const CACHE_BACKENDS = ['local', 'gha', 'registry'] as const;
export type CacheBackend = (typeof CACHE_BACKENDS)[number];

/** Where the reports of past runs are kept, and how many of them. */
export interface ReportSettings {
  readonly path: string;
  /** Whether the user named the directory. */
  readonly isGiven: boolean;
  /** How many; 0 for none. */
  readonly keep: number;
  /** All of them together. */
  readonly maxBytes: number;
  /** Whether they are kept from job to job in the Actions cache. */
  readonly persist: boolean;
}

/** Every setting that is both an input and an environment variable. */
export interface Settings extends PackageSources {
  readonly healthCheckTimeoutMs: number;
  readonly maxRetryAttempts: number;
  /** How long a build waits where nothing outside of its network answers. */
  readonly outageWaitMs: number;
  /** How long a run may build, all attempts together. */
  readonly buildTimeoutMs: Readonly<Record<Strategy, number>>;
  /** When the job will be ended, milliseconds since the epoch; null where that is not known. */
  readonly jobDeadlineMs: number | null;
  /** Silence after which a step has stalled. */
  readonly stallTimeoutMs: number;
  /** The same of steps that may be at work without a word. */
  readonly silentWorkMs: number;
  /** How long a finished build may go on exporting caches. */
  readonly cacheExportTimeoutMs: number;
  readonly cacheLocalPath: string;
  /** Largest local cache, bytes; null for a share of what is free. */
  readonly cacheMaxBytes: number | null;
  /** Whether the local cache is kept from job to job in the Actions cache. */
  readonly cacheLocalPersist: boolean;
  /** The caches that may be used. */
  readonly cacheBackends: readonly CacheBackend[];
  readonly reports: ReportSettings;
  /** Where the mode monitor keeps its history and its badge. */
  readonly monitorPath: string;
  /** Where the registry cache is kept, or null for `IMAGE:cache`. */
  readonly cacheRegistryRef: string | null;
  readonly thresholds: Thresholds;
  /** Passed on to buildx as it is; null leaves buildx its default. */
  readonly buildkitProgress: string | null;
  readonly noDefaultAttestations: string | null;
  readonly debug: boolean;
  /** The user's own mirrors, tried before the catalogue's. */
  readonly mirrors: readonly CustomMirror[];
  /** A single mirror that nothing confirms may be used. */
  readonly allowUnverifiedMirrors: boolean;
  /** Nothing but the user's own mirrors is ever contacted for an image. */
  readonly mirrorsOnly: boolean;
  /** Where this runs, as the catalogue names regions; null leaves it to measured latency. */
  readonly region: string | null;
  /** Where docker-build.lock is, as given. */
  readonly lockFile: string;
  /** A digest that neither the Dockerfile nor the lock file has is not used. */
  readonly locked: boolean;
  /** Bases that may stand in for others in the user's own Dockerfile. */
  readonly fallbacks: readonly BaseFallback[];
  /** What must succeed in an image with a base that stands in; null is its entry point with --version. */
  readonly smokeCommand: string | null;
  /** Builders to fall back to, in this order. */
  readonly builders: readonly string[];
  /** Nobody is contacted for an image: all come from the warm store. */
  readonly offline: boolean;
  /** Whether the warm store is kept from job to job in the Actions cache. */
  readonly warmStore: boolean;
  /** Age of a confirmation from which on an image of the warm store is for emergencies only. */
  readonly warmMaxAgeMs: number;
  /** Largest warm store, bytes; null for a share of what is free. */
  readonly warmMaxBytes: number | null;
  /** How long a builder may take to answer where there are others to fall back to. */
  readonly builderTimeoutMs: number;
  readonly scan: ScanSettings;
  /** Whose signatures images must carry; the first rule that fits an image counts. */
  readonly verify: readonly VerifyRule[];
}

/** What the caller asked for: parsed, checked, complete. */
export interface Inputs {
  readonly mode: Mode;
  readonly form: Form;
  /** A forced strategy is the incident switch; `auto` follows the score. */
  readonly strategy: Strategy | 'auto';
  readonly service: string | null;
  readonly image: string | null;
  readonly version: string | null;
  readonly request: BuildRequest;
  /** What becomes part of the request once the versions of buildx and BuildKit are known. */
  readonly asked: Asked;
  readonly switches: Switches;
  readonly settings: Settings;
  /** Builders that did not answer. */
  readonly passedOver?: readonly PassedOver[];
}
