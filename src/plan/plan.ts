import type { Strategy } from '../inputs/types.ts';
import type { Blueprint } from '../facts/blueprint.ts';
import type { DockerfileFile } from '../facts/dockerfile-choice.ts';
import type { SourceAnswer } from '../health/source-answer.ts';
import type { ImageReference } from '../registry/reference.ts';
import type { SourcePolicy } from './source-policy.ts';
import type { StoreLoad } from './store-means.ts';

/** Everything one attempt will do, decided; it can be printed without being run. */
export interface Plan {
  readonly strategy: Strategy;
  /** Why this strategy: the score and its threshold, a forced one, or what stands in the way of a better one. */
  readonly reason: string;
  readonly dockerfile: {
    readonly kind: Blueprint['kind'];
    readonly file: DockerfileFile;
    /** Built in its place: the same with a build argument declared that it did not provide for. */
    readonly rewrite?: Rewrite | undefined;
  };
  readonly images: readonly ImageRoute[];
  /** Rules for what no named context can redirect. */
  readonly policy?: SourcePolicy;
  /** Images of the warm store that the engine is given before the build. */
  readonly loads?: readonly StoreLoad[];
  /** What is compiled outside of Docker before the build, where no source has any image. */
  readonly outside?: OutsideBuild;
  readonly substitutions: readonly Substitution[];
  readonly caches: readonly CacheChoice[];
  /** Stages that build Go, where there are any. */
  readonly goStages?: readonly string[];
  /** The GOPROXY that some of them are given, as an argument or in the Dockerfile built in the place of the user's. */
  readonly goProxy?: { readonly value: string; readonly stages: readonly string[] };
  readonly builder: BuilderChoice;
  /** What the user asked for, or could have, and does not get in this plan: one sentence each. */
  readonly missing: readonly string[];
  /** Milliseconds that all attempts together may take. */
  readonly deadlineMs: number;
  /** The complete command line, beginning with `docker`. */
  readonly argv: readonly string[];
  /** Variables set for the build beyond the action's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A Dockerfile of our own making, written before the attempt. */
export interface Rewrite {
  readonly path: string;
  readonly text: string;
  /** Lines that were put in, 1-based. */
  readonly lines: readonly number[];
  readonly reason: string;
}

/** A program that this machine's own Go compiles, and what its image gets beside it. */
export interface OutsideBuild {
  /** The toolchain: `go1.24.4`. */
  readonly go: string;
  readonly goProxy: string;
  /** The file with the certificates that the image gets. */
  readonly certificates: string;
  /** A folder of the run: what is made lies under `image`. */
  readonly folder: string;
  /** The bundled Dockerfile whose script prepares the compilation. */
  readonly prepare: string;
  readonly service: string;
  readonly version: string;
  readonly platforms: readonly {
    readonly platform: string;
    readonly os: string;
    readonly architecture: string;
    readonly variant: string;
  }[];
}

/** Where one external image of the build comes from. */
export interface ImageRoute {
  /** As the Dockerfile has it, after substitution. */
  readonly name: string;
  readonly reference?: ImageReference;
  /** The key for `--build-context`, or null where no context can redirect it. */
  readonly contextKey: string | null;
  readonly purpose: 'base' | 'frontend' | 'builder' | 'scanner';
  /** The image that the Dockerfile names, where this one stands in for it. */
  readonly insteadOf?: string;
  /** A rule of the user's looks at its digest before the build: nothing else may then be fetched. */
  readonly isInspected?: true;
  /** Where the Dockerfile asks for it: `FROM on line 1 (build)`. */
  readonly uses: readonly string[];
  readonly platforms: readonly string[];
  readonly choice: RouteChoice;
  /** Every candidate that was asked, the chosen one included, in the order of preference. */
  readonly answers: readonly SourceAnswer[];
}

export type RouteChoice =
  /** BuildKit fetches it as the Dockerfile says. */
  | { readonly kind: 'upstream'; readonly digest: string | null; readonly reason: string }
  | {
      readonly kind: 'mirror';
      readonly host: string;
      readonly repository: string;
      readonly digest: string;
      /** Who vouches for the digest: `Dockerfile`, `docker.io`, `last healthy run 2 h ago`, two mirrors. */
      readonly confirmedBy: string;
      readonly reason: string;
      /** What put this host before the next one that has the image; nothing where there is none. */
      readonly preference?: string;
    }
  /** Out of the warm store, on this machine. */
  | {
      readonly kind: 'store';
      /** Where the store is. */
      readonly path: string;
      readonly digest: string;
      /** Who vouched for the digest, and how long ago. */
      readonly confirmedBy: string;
      readonly reason: string;
      /** That was longer ago than `warm-max-age`. */
      readonly isOld: boolean;
    }
  /** No route is known; the build still tries the upstream, which knows best. */
  | {
      readonly kind: 'none';
      readonly reason: string;
      readonly remedy: string | null;
      /** What the build asks all the same, and nothing else: a reference by the digest that was agreed on. */
      readonly via?: string;
    };

/** A base of another distribution in place of the first choice; only where the Dockerfile declares it. */
export interface Substitution {
  readonly arg: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** Registries without which the first choice cannot be had. */
  readonly hosts: readonly string[];
  /** The image itself stands on it, and not only a stage that something is copied from. */
  readonly inResult?: boolean;
  /** Whether an image on it is still to be built and started before it counts; left out where that is not asked for. */
  readonly trial?: 'outstanding' | 'passed';
}

/** One cache backend: on the line, or the reason why not. */
export interface CacheChoice {
  readonly backend: 'local' | 'gha' | 'registry' | 'custom';
  readonly direction: 'import' | 'export';
  /** The value of --cache-from or --cache-to, or null where it is left out. */
  readonly value: string | null;
  readonly reason: string;
  /** The user's own words, where he named this cache. */
  readonly given?: string;
}

export type BuilderChoice =
  | {
      readonly kind: 'current';
      readonly name: string | null;
      readonly driver: string | null;
      /** An image that the engine is given before the builder boots: from where, and the name that it gets. */
      readonly seed?: { readonly from: string; readonly as: string };
      /** Why it must not boot: another one has to build. */
      readonly barred?: string;
    }
  /** A docker-container builder of the action's own, removed afterwards. */
  | {
      readonly kind: 'own';
      readonly name: string;
      readonly image: string | null;
      readonly reason: string;
      /** The builder of the user's whose options it has; left out where it has none but ours. */
      readonly like?: string;
    };
