import { registryHealth, type Health } from '../health/health.ts';
import { isUsable } from '../health/observation.ts';
import type { BuildRequest } from '../inputs/types.ts';
import { readCacheEntry, registriesOf, type CacheEntry } from './cache-entry.ts';
import type { Lessons } from './lessons.ts';
import type { CacheChoice } from './plan.ts';

/**
 * The caches that the user named, in his order and in his words. One is left out only where a probe or an attempt found
 * it broken, and that is said; no strategy touches them.
 */
export function givenCaches(
  request: BuildRequest,
  health: Health,
  lessons: Lessons,
  canIgnoreErrors: boolean,
): readonly CacheChoice[] {
  return [
    ...request.cacheFrom.map((text) => choose(text, 'import', health, lessons, text)),
    ...request.cacheTo.map((text) =>
      choose(text, 'export', health, lessons, canIgnoreErrors ? ignoringErrors(text) : text),
    ),
  ];
}

function choose(
  text: string,
  direction: CacheChoice['direction'],
  health: Health,
  lessons: Lessons,
  value: string,
): CacheChoice {
  const entry = readCacheEntry(text);
  // An inline cache is part of the image: what became of other backends is no news of it.
  const learned = entry.attributes['type'] === 'inline' ? undefined : lessonOf(entry, direction, lessons);
  const obstacle = learned ?? obstacleOf(entry, direction, health);
  if (obstacle !== null) return { backend: entry.backend, direction, value: null, reason: obstacle, given: text };
  return { backend: entry.backend, direction, value, reason: 'as given', given: text };
}

/** What an attempt taught about it. */
function lessonOf(entry: CacheEntry, direction: CacheChoice['direction'], lessons: Lessons): string | undefined {
  const [ofReference] = entry.references.flatMap((reference) => lessons.cacheReferences.get(reference) ?? []);
  return lessons[`${direction}s`].get(entry.backend) ?? ofReference;
}

/** What a probe found broken about it, or null. */
function obstacleOf(entry: CacheEntry, direction: CacheChoice['direction'], health: Health): string | null {
  switch (entry.backend) {
    case 'gha':
      return ghaObstacle(entry, direction, health);
    case 'registry': {
      const observations = registriesOf(entry).map((host) => registryHealth(health, host));
      return observations.find((seen) => seen !== null && !isUsable(seen))?.evidence ?? null;
    }
    case 'local':
    case 'custom':
      return null;
  }
}

/** Entries with a service or a token of their own lead elsewhere than what was probed. */
function ghaObstacle(entry: CacheEntry, direction: CacheChoice['direction'], health: Health): string | null {
  if (['url', 'url_v2', 'token'].some((name) => name in entry.attributes)) return null;
  const observation = health.services['gha-cache'];
  const rights = health.cacheRights;
  if (observation === null || rights === null) return null;
  if (!isUsable(observation)) return observation.evidence;
  // A token without rights in either direction fails the whole build; a read-only one only the export, which is ignored.
  const isUseless = !rights.read && !rights.write;
  return isUseless || (direction === 'import' && !rights.read) ? (rights.reason ?? 'not allowed') : null;
}

/**
 * `ignore-error=true` behind an export whose user did not say otherwise: a cache that cannot be written is no reason to
 * lose a build (BuildKit >= 0.12, control/control.go). An inline cache is a part of the image, and a bare reference takes
 * no attributes.
 */
function ignoringErrors(text: string): string {
  const { attributes } = readCacheEntry(text);
  const type = attributes['type'] ?? '';
  return type === '' || type === 'inline' || 'ignore-error' in attributes ? text : `${text},ignore-error=true`;
}

/** What is said of the caches that are left out, a sentence each. */
export function leftOutCaches(caches: readonly CacheChoice[]): readonly string[] {
  return caches.flatMap(({ given, value, direction, reason }) =>
    given === undefined || value !== null ? [] : [`the cache ${direction} ${given} is left out: ${reason}`],
  );
}
