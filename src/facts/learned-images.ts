import type { Settings } from '../inputs/types.ts';
import { contextKey, parseReference } from '../registry/reference.ts';
import type { Blueprint } from './blueprint.ts';
import type { ExternalImage } from './dockerfile/types.ts';

/**
 * With what a failed attempt needed and no Dockerfile told of: that of a context that nobody could read, a named context of
 * the user's (`docker-image://…`), an ONBUILD of a base. Whether a stage is named like the image is not known, so no named
 * context is emitted for it: a context would replace that stage. Where only what was planned may be fetched, nothing is added.
 */
export function withLearned(
  blueprint: Blueprint,
  names: readonly string[],
  platforms: readonly string[],
  { locked, mirrorsOnly, offline }: Pick<Settings, 'locked' | 'mirrorsOnly' | 'offline'>,
): Blueprint {
  if (names.length === 0 || locked || mirrorsOnly || offline) return blueprint;
  const images = names.flatMap((text): readonly ExternalImage[] => {
    const parsed = parseReference(text);
    if (parsed.kind !== 'parsed') return [];
    const { reference } = parsed;
    return [{ reference, text, contextKey: contextKey(reference), platforms, uses: [], shadowedByStage: true }];
  });
  return { ...blueprint, facts: { ...blueprint.facts, images: [...blueprint.facts.images, ...images] } };
}
