import { contextKey, parseReference } from '../registry/reference.ts';
import type { Blueprint } from './blueprint.ts';
import type { ExternalImage } from './dockerfile/types.ts';
import type { ReadDockerfiles } from './read-dockerfiles.ts';

/** Whether BuildKit may read another Dockerfile than was read here, so that a failure can tell of images that nobody knows. */
export function mayLearnImages({ choice, unread }: Pick<ReadDockerfiles, 'choice' | 'unread'>): boolean {
  const { remote } = choice.standard;
  return unread !== undefined || (remote?.kind === 'read' && !remote.isExact);
}

/**
 * What a Dockerfile that nobody could read turned out to need. Whether a stage is named like the image is not known, so no
 * named context is emitted for it: a context would replace that stage.
 */
export function withLearned(blueprint: Blueprint, names: readonly string[], platforms: readonly string[]): Blueprint {
  const images = names.flatMap((text): readonly ExternalImage[] => {
    const parsed = parseReference(text);
    if (parsed.kind !== 'parsed') return [];
    const { reference } = parsed;
    return [{ reference, text, contextKey: contextKey(reference), platforms, uses: [], shadowedByStage: true }];
  });
  return { ...blueprint, facts: { ...blueprint.facts, images: [...blueprint.facts.images, ...images] } };
}
