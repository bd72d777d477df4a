import type { DigestMemory } from '../facts/digest-memory.ts';
import type { Lock } from '../facts/lock-file.ts';
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
  readonly lock: Lock;
  /** Nobody is asked at all. */
  readonly offline?: boolean;
}

/** Every external image of the blueprints once, with the platforms that any of them wants. */
export function needsOf(blueprints: readonly Blueprint[], options: NeedOptions): readonly ImageNeed[] {
  const needs = new Map<string, ImageNeed>();
  for (const image of blueprints.flatMap((blueprint) => blueprint.facts.images)) {
    const key = needKey(image);
    const platforms = [...new Set([...(needs.get(key)?.platforms ?? []), ...image.platforms])];
    needs.set(key, { ...needOf(image.reference, platforms, options), key });
  }
  return [...needs.values()].map((need) => ({ ...need, pulls: pullsFrom(need.image.registry, [...needs.values()]) }));
}

/** A registry that counts pulls counts one for each platform of each image (docs.docker.com/docker-hub/usage/pulls). */
function pullsFrom(registry: string, needs: readonly ImageNeed[]): number {
  const from = needs.filter((need) => need.image.registry === registry);
  return from.reduce((sum, need) => sum + Math.max(1, need.platforms.length), 0);
}

/** One image and everything that may hold it. */
export function needOf(image: ImageReference, platforms: readonly string[], options: NeedOptions): ImageNeed {
  const key = formatReference(image);
  return {
    key,
    image,
    platforms,
    pulls: Math.max(1, platforms.length),
    mirrorsOnly: options.mirrors.mirrorsOnly,
    ...(options.offline === true ? { offline: true } : {}),
    mirrors: (options.offline === true ? [] : mirrorsOf(image, options.mirrors)).map((mirror): Source => ({
      host: mirror.host,
      repository: mirror.repository,
      operator: mirror.operator,
      kind: mirror.custom ? 'custom-mirror' : 'mirror',
      retired: mirror.state === 'retired',
      trust: mirror.trust,
      region: mirror.region,
    })),
    locked: options.lock.get(key) ?? null,
    knownDigest: image.digest ?? options.lock.get(key)?.digest ?? options.memory.get(key)?.digest ?? null,
  };
}
