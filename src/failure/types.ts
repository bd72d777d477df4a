/** What a step of a build does, read from its name. */
export type StepKind =
  | 'boot'
  | 'frontend'
  | 'resolve'
  | 'import'
  | 'context'
  | 'run'
  | 'copy'
  | 'from'
  | 'export'
  | 'push'
  | 'cache-export'
  | 'sbom'
  | 'other';

export type StepState = 'running' | 'done' | 'cached' | 'error' | 'canceled';

/** One vertex of the build, or one instruction of a classic `docker build`. */
export interface Step {
  /** Unique within a log, also where two builds in one log use the same numbers. */
  readonly id: string;
  readonly number: number | null;
  readonly digest: string | null;
  readonly name: string;
  readonly kind: StepKind;
  readonly stage: string | null;
  readonly state: StepState;
  readonly seconds: number | null;
  /** The last lines that the step printed, without prefixes. */
  readonly logs: readonly string[];
  readonly error: string | null;
}

export interface DockerfileSpot {
  readonly file: string;
  readonly line: number;
  readonly excerpt: readonly string[];
}

/** A build log, whoever wrote it, reduced to what a failure can be attributed by. */
export interface BuildLog {
  readonly steps: readonly Step[];
  /** The engine's or the client's last word, continuation lines included. */
  readonly finalError: string | null;
  readonly dockerfile: DockerfileSpot | null;
  /** Lines that belong to no step. */
  readonly otherLines: readonly string[];
  /** `Step.id` of the step that gave the last sign of life: a build that stalls, stalls there. */
  readonly lastEventStep: string | null;
}

export type FailureClass =
  | 'gha-cache'
  | 'registry-unavailable'
  | 'registry-rate-limit'
  | 'registry-auth'
  | 'image-not-found'
  | 'push-failed-transient'
  | 'go-proxy'
  | 'package-mirror'
  | 'dns'
  | 'network'
  | 'builder'
  | 'disk-full'
  | 'out-of-memory'
  | 'timeout'
  | 'user-code';

/** Where the next step depends on more than the class: what the failing request was made for. */
export type FailureCause =
  'cache-import' | 'cache-export' | 'boot' | 'frontend' | 'base-image' | 'sbom' | 'push' | null;

export interface FailedStep {
  readonly kind: StepKind;
  readonly name: string;
  readonly number: number | null;
}

/** A failed build, attributed: the answer to "whose fault, and is another try worth it". */
export interface Attribution {
  readonly class: FailureClass;
  readonly retryable: boolean;
  /** The service that failed (`docker.io`, `gha-cache`, `proxy.golang.org`, a host name), if one can be named. */
  readonly component: string | null;
  readonly step: FailedStep | null;
  readonly host: string | null;
  readonly cause: FailureCause;
  readonly evidence: readonly string[];
  readonly dockerfile: DockerfileSpot | null;
  /** One sentence in plain words. */
  readonly headline: string;
  /** The next thing for the user to do. */
  readonly advice: string;
  /** What the service itself asked to wait, if it did. */
  readonly retryAfterMs: number | null;
  /** Id of the rule that decided, for the report and for tests. */
  readonly rule: string;
}
