import { duration } from '../report/words.ts';
import type { CacheStats } from './caches.ts';
import { shareOf } from './collector.ts';
import type { Counted, Recommendation } from './recommend.ts';
import { percent } from './words.ts';

/** Caches that do not pay. */
export function recommendCaches({ caches }: Counted): readonly Recommendation[] {
  return caches.flatMap((cache) => [...seldomFound(cache), ...neverFaster(cache), ...cutShort(cache)].slice(0, 1));
}

/** Look-ups, and exports, before a cache is judged. */
const MIN_ASKED = 20;
/** Builds with and without a hit before their times are compared. */
const MIN_BUILDS = 10;

function seldomFound(cache: CacheStats): readonly Recommendation[] {
  const { backend, imports, hitRate, exportSeconds } = cache;
  const known = imports.found + imports.empty + imports.failed;
  if (known < MIN_ASKED || hitRate >= 0.2) return [];
  const cost = exportSeconds === null ? '' : `, and writing caches took ${duration(exportSeconds.median)} a build`;
  return [
    {
      id: 'drop-cache',
      advice: `Do without the ${backend} cache, or find out why it is empty.`,
      evidence: `It had something in ${imports.found} of ${known} builds (${percent(hitRate)})${cost}.`,
      ...without(backend),
      samples: known,
    },
  ];
}

function neverFaster(cache: CacheStats): readonly Recommendation[] {
  const { backend, withHit, withoutHit, exportSeconds } = cache;
  if (withHit === null || withoutHit === null) return [];
  if (withHit.count < MIN_BUILDS || withoutHit.count < MIN_BUILDS) return [];
  const saved = withoutHit.median - withHit.median;
  const cost = exportSeconds?.median ?? 0;
  if (saved > cost) return [];
  const took = `Builds took ${duration(withHit.median)} with it and ${duration(withoutHit.median)} without (medians of ${withHit.count} and ${withoutHit.count})`;
  return [
    {
      id: 'drop-cache',
      advice: `Do without the ${backend} cache.`,
      evidence: cost > 0 ? `${took}, and writing caches took ${duration(cost)}.` : `${took}.`,
      ...without(backend),
      samples: withHit.count + withoutHit.count,
    },
  ];
}

function cutShort({ backend, exports }: CacheStats): readonly Recommendation[] {
  const bad = exports.cutShort;
  if (exports.asked < MIN_ASKED || shareOf(bad, exports.asked) < 0.2) return [];
  return [
    {
      id: 'cache-export-timeout',
      advice: `Give exports to the ${backend} cache more time, or do without them.`,
      evidence: `${bad} of ${exports.asked} exports were given up at their deadline: the time was spent and nothing was kept.`,
      setting: 'CACHE_EXPORT_TIMEOUT',
      value: null,
      samples: exports.asked,
    },
  ];
}

/** Where a cache is turned off: the user's own are named in his inputs. */
function without(backend: string): Pick<Recommendation, 'setting' | 'value'> {
  const own = ['local', 'gha', 'registry'];
  if (!own.includes(backend)) return { setting: 'cache-from and cache-to', value: null };
  return { setting: 'CACHE_BACKENDS', value: own.filter((one) => one !== backend).join(',') };
}
