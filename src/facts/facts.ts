import type { BuilderFacts } from './builder.ts';
import type { BuildxFacts } from './buildx.ts';
import type { DockerfileChoice } from './dockerfile-choice.ts';
import type { EngineFacts } from './engine.ts';
import type { JobPolicy } from './job-policy.ts';
import type { RunnerFacts } from './runner.ts';

/** What is true here before anything is probed. */
export interface Facts {
  readonly engine: EngineFacts;
  readonly builder: BuilderFacts;
  readonly buildx: BuildxFacts;
  readonly runner: RunnerFacts;
  readonly dockerfiles: DockerfileChoice;
  /** Whether the engine holds buildx's BuildKit image, so that a builder boots without any registry. */
  readonly hasBuilderImage: boolean;
  /** The source policy that the job gives to buildx by itself. Default: none. */
  readonly jobPolicy?: JobPolicy;
  /** Bytes free where the local cache lives, or null where that cannot be told. */
  readonly freeBytes: number | null;
}

/** What the builder at hand can do; known from driver and image store, before any build. */
export interface Capabilities {
  readonly cacheExport: boolean;
  readonly multiPlatform: boolean;
}

/** The docker driver does either only with the containerd image store (buildx driver/docker/driver.go, `Features`). */
export function capabilitiesOf(engine: EngineFacts, builder: BuilderFacts): Capabilities {
  const able = builder.driver !== 'docker' || engine.containerdStore;
  return { cacheExport: able, multiPlatform: able };
}
