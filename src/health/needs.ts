import type { DigestMemory } from '../facts/digest-memory.ts';
import { needKey, type Blueprint } from '../facts/blueprint.ts';
import { mirrorsOf, type MirrorChoice } from '../registry/catalogue.ts';
import type { CustomMirror } from '../registry/mirror-list.ts';
import { formatReference, type ImageReference } from '../registry/reference.ts';
import type { Source } from './ask-source.ts';
import type { ImageNeed } from './probe-image.ts';

/** What decides where an image may come from. */
export interface NeedOptions {
  readonly mirrors: MirrorChoice<CustomMirror>;
  readonly memory: DigestMemory;
}

/** Every external image of the blueprints once, with the platforms that any of them wants. */
export function needsOf(blueprints: readonly Blueprint[], options: NeedOptions): readonly ImageNeed[] {
  const needs = new Map<string, ImageNeed>();
  for (const image of blueprints.flatMap((blueprint) => blueprint.facts.images)) {
    const key = needKey(image);
    const platforms = [...new Set([...(needs.get(key)?.platforms ?? []), ...image.platforms])];
    needs.set(key, { ...needOf(image.reference, platforms, options), key });
  }
  return [...needs.values()];
}

/** One image and everything that may hold it. */
export function needOf(image: ImageReference, platforms: readonly string[], options: NeedOptions): ImageNeed {
  const key = formatReference(image);
  return {
    key,
    image,
    platforms,
    mirrors: mirrorsOf(image, options.mirrors).map(
      (mirror): Source => ({
        host: mirror.host,
        repository: mirror.repository,
        operator: mirror.operator,
        kind: mirror.custom ? 'custom-mirror' : 'mirror',
        retired: mirror.state === 'retired',
        trust: mirror.trust,
      }),
    ),
    knownDigest: image.digest ?? options.memory.get(key)?.digest ?? null,
  };
}
