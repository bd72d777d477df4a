import type { ImageReference } from '../../registry/reference.ts';

/** What is asked about a Dockerfile: everything that changes which images it needs. */
export interface DockerfileQuestion {
  /** Stage to build; null is the last one. */
  readonly target: string | null;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Such as `linux/arm64`; empty is the engine's own. */
  readonly platforms: readonly string[];
  /** The platform that the engine itself runs on, such as `linux/amd64`. */
  readonly buildPlatform: string;
  /** Keys of the user's own named contexts (`--build-context KEY=…`). They win over any image. */
  readonly contexts: readonly string[];
}

/** Everything that one Dockerfile says about a build, for one question. */
export interface DockerfileFacts {
  /** The images this build asks a registry for, in order of first use. */
  readonly images: readonly ExternalImage[];
  readonly stages: readonly StageFacts[];
  /** Index in `stages` of what is built; null if there is no such stage. */
  readonly target: number | null;
  readonly syntax: Syntax;
  readonly globalArguments: readonly Declaration[];
  /** ONBUILD instructions that name images: the images of those who build on the result. */
  readonly onbuild: readonly OnbuildImages[];
  readonly goUse: GoUse;
  /** Package managers that reachable stages run. */
  readonly packageManagers: readonly PackageManager[];
  readonly problems: readonly DockerfileProblem[];
}

export interface ExternalImage {
  readonly reference: ImageReference;
  /** As the Dockerfile names it, after substitution. */
  readonly text: string;
  /** The key of `--build-context` that BuildKit looks up for it. */
  readonly contextKey: string;
  readonly platforms: readonly string[];
  readonly uses: readonly ImageUse[];
  /** A stage bears the context key as its name: a context of that key would replace the stage. Never emit one. */
  readonly shadowedByStage: boolean;
  /** The image that the Dockerfile names, where this one stands in for it. */
  readonly insteadOf?: string;
}

type ImageUseKind = 'from' | 'copy-from' | 'mount-from' | 'syntax';

export interface ImageUse {
  readonly kind: ImageUseKind;
  /** 1-based line where the instruction starts. */
  readonly line: number;
  /** Name of the stage as BuildKit prints it (`build`, `stage-1`); null for the syntax line. */
  readonly stage: string | null;
}

export interface StageFacts {
  readonly index: number;
  readonly line: number;
  /** In lower case, as BuildKit compares names. */
  readonly name: string | null;
  /** As BuildKit prints it: the name, or `stage-1`. */
  readonly label: string;
  /** What FROM says, before substitution. */
  readonly base: string;
  /** Index of the stage it starts from; null if that is an image. */
  readonly parent: number | null;
  /** Whether the build of the target needs it, for any of the platforms. */
  readonly reachable: boolean;
  /** A context of the user stands in for this stage: its commands do not run. */
  readonly replacedByContext: boolean;
  readonly arguments: readonly Declaration[];
  readonly environment: readonly Declaration[];
  readonly usesGo: boolean;
  readonly packageManagers: readonly PackageManager[];
}

/** One `ARG NAME=value` or `ENV NAME=value`, before substitution; a null value is an ARG without default. */
export interface Declaration {
  readonly name: string;
  readonly value: string | null;
  readonly line: number;
}

/** Which frontend reads the Dockerfile. */
export type Syntax =
  | { readonly kind: 'built-in' }
  | {
      readonly kind: 'image';
      /** The image as written. */
      readonly text: string;
      /** The line of the directive; null if the build argument BUILDKIT_SYNTAX says it. */
      readonly line: number | null;
      /** Whether it is known to read Dockerfiles as this reader does (docker/dockerfile and its mirrors and copies). */
      readonly isDockerfile: boolean;
    };

/** Whether reachable stages build Go, and whether their GOPROXY can be set from outside. */
type GoUse = { readonly kind: 'none' } | { readonly kind: 'used'; readonly stages: readonly GoStage[] };

export interface GoStage {
  readonly stage: string;
  readonly proxy: GoProxySetting;
}

export type GoProxySetting =
  /** Nothing in the Dockerfile speaks of GOPROXY. */
  | { readonly kind: 'unset' }
  /** `ARG GOPROXY` is in force, so that a build argument sets it; with its default. */
  | { readonly kind: 'argument'; readonly line: number; readonly value: string | null }
  /** ENV or a RUN line sets it: the user's choice, not to be overridden. */
  | { readonly kind: 'fixed'; readonly line: number };

export type PackageManager = 'apk' | 'apt' | 'dnf' | 'microdnf' | 'yum' | 'zypper' | 'pacman';

export interface OnbuildImages {
  readonly line: number;
  readonly stage: string;
  readonly images: readonly string[];
}

export type ProblemKind =
  /** The frontend image may read the file by other rules than Dockerfile's: what it needs cannot be known. */
  | 'foreign-syntax'
  | 'no-stage'
  | 'unknown-target'
  | 'unknown-instruction'
  | 'instruction-before-from'
  | 'malformed-instruction'
  | 'unterminated-heredoc'
  | 'repeated-directive'
  | 'invalid-stage-name'
  | 'invalid-platform'
  | 'empty-image'
  | 'invalid-image'
  | 'bad-substitution'
  | 'variable-in-from'
  | 'unknown-stage-index'
  | 'stage-used-before-defined'
  | 'circular-stages';

/** What BuildKit will refuse (and explain in its own words), or what cannot be known before the build. */
export interface DockerfileProblem {
  readonly kind: ProblemKind;
  readonly line: number;
  /** The words of the user that it is about. */
  readonly text: string;
  readonly message: string;
}
