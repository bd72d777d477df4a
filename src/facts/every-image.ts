import { formatReference, type ImageReference } from '../registry/reference.ts';
import { readDockerfile } from './dockerfile/read.ts';
import { combinations, fallbackChains } from './fallback-chain.ts';

/** An image that some build of some Dockerfile can need. */
export interface PossibleImage {
  readonly reference: ImageReference;
  /** For which platforms; empty is the engine's own. */
  readonly platforms: readonly string[];
}

export interface EveryImageQuestion {
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  readonly buildPlatform: string;
}

/**
 * The images of every stage as a target of its own, with every combination of declared bases, by canonical reference:
 * whatever is built of these Dockerfiles, and in whatever weather, needs nothing else.
 */
export function everyImage(texts: readonly string[], question: EveryImageQuestion): ReadonlyMap<string, PossibleImage> {
  const found = new Map<string, PossibleImage>();
  for (const text of texts) {
    for (const bases of combinations(fallbackChains(text, question.buildArgs))) {
      const read = (target: string | null): ReturnType<typeof readDockerfile> =>
        readDockerfile(text, { ...question, target, buildArgs: { ...question.buildArgs, ...bases }, contexts: [] });
      const targets = [null, ...read(null).stages.flatMap(({ name }) => name ?? [])];
      for (const { reference, platforms } of targets.flatMap((target) => read(target).images)) {
        const key = formatReference(reference);
        found.set(key, { reference, platforms: [...new Set([...(found.get(key)?.platforms ?? []), ...platforms])] });
      }
    }
  }
  return found;
}
