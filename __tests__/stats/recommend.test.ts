import { expect, test } from 'vitest';
import { recommend, type Counted } from '../../src/stats/recommend.ts';
import type { CacheStats } from '../../src/stats/caches.ts';
import { spreadOf, type Spread } from '../../src/stats/collector.ts';
import type { ImageStats, MirrorStats } from '../../src/stats/sources.ts';
import type { StrategyStats } from '../../src/stats/strategies.ts';
import { generatedStats } from './collected.ts';

const { recommendations: _, ...counted } = generatedStats({ seed: 1, count: 1 });
const quiet: Counted = { ...counted, strategies: [], scores: [], caches: [], failures: [] };

function spread(count: number, value: number): Spread | null {
  return spreadOf(Array.from({ length: count }, () => value));
}

/** What is advised, as `setting=value`. */
function advised(changes: Partial<Counted>): readonly string[] {
  return recommend({ ...quiet, ...changes }).map(({ setting, value }) =>
    value === null ? setting : `${setting}=${value}`,
  );
}

function strategy(changes: Partial<StrategyStats>): StrategyStats {
  const base = { strategy: 'optimal', runs: 50, built: 50, successRate: 1, stumbled: 0, timedOut: 0 } as const;
  return { ...base, deadlineSeconds: 600, seconds: spread(50, 200), ...changes };
}

function mirror(changes: Partial<MirrorStats>): MirrorStats {
  const base = { host: 'hub.corp.example', upstream: 'docker.io', custom: true, asked: 40, up: 40, missing: 0 };
  return { ...base, stale: 0, chosen: 3, latencyMs: spread(40, 100), ...changes };
}

function image(changes: Partial<ImageStats>): ImageStats {
  const base = { name: 'golang:1.24', upstream: 'docker.io', runs: 40, pinned: false, upstreamBad: 0, viaMirror: 0 };
  return { ...base, noRoute: 0, unverified: 0, ...changes };
}

function cache(changes: Partial<CacheStats>): CacheStats {
  return {
    backend: 'gha',
    imports: { asked: 40, found: 30, empty: 10, failed: 0 },
    hitRate: 0.75,
    exports: { asked: 40, done: 40, failed: 0, cutShort: 0 },
    withHit: spread(30, 60),
    withoutHit: spread(10, 120),
    exportSeconds: spread(40, 10),
    ...changes,
  };
}

test.each<[string, Partial<Counted>, readonly string[]]>([
  ['nothing counted', {}, []],
  [
    'builds stumble just above the threshold',
    {
      scores: [
        { from: 80, runs: 12, stumbled: 6, medianSeconds: 90 },
        { from: 95, runs: 40, stumbled: 1, medianSeconds: 60 },
      ],
    },
    ['THRESHOLD_OPTIMAL=90'],
  ],
  [
    'the same of too few builds',
    {
      scores: [
        { from: 80, runs: 9, stumbled: 6, medianSeconds: 90 },
        { from: 95, runs: 40, stumbled: 1, medianSeconds: 60 },
      ],
    },
    [],
  ],
  [
    'builds stumble everywhere',
    {
      scores: [
        { from: 80, runs: 12, stumbled: 6, medianSeconds: 90 },
        { from: 95, runs: 40, stumbled: 20, medianSeconds: 60 },
      ],
    },
    [],
  ],
  [
    'care that is never needed',
    {
      scores: [{ from: 75, runs: 25, stumbled: 0, medianSeconds: 300 }],
      strategies: [
        strategy({ deadlineSeconds: null }),
        strategy({ strategy: 'resilient', deadlineSeconds: null, seconds: spread(25, 400) }),
      ],
    },
    ['THRESHOLD_OPTIMAL=75'],
  ],
  [
    'deadlines that long builds reach',
    { strategies: [strategy({ timedOut: 4, seconds: spread(46, 500) })] },
    ['BUILD_TIMEOUT_OPTIMAL=900'],
  ],
  ['builds that are stuck, not slow', { strategies: [strategy({ timedOut: 4, seconds: spread(46, 50) })] }, []],
  [
    'a deadline far above any build',
    { strategies: [strategy({ deadlineSeconds: 2400 })] },
    ['BUILD_TIMEOUT_OPTIMAL=600'],
  ],
  ['the same of too few builds', { strategies: [strategy({ deadlineSeconds: 2400, seconds: spread(29, 200) })] }, []],
  ['a mirror that mostly fails', { sources: { ...quiet.sources, mirrors: [mirror({ up: 5 })] } }, ['REGISTRY_MIRRORS']],
  [
    'a mirror that is behind',
    { sources: { ...quiet.sources, mirrors: [mirror({ stale: 30 })] } },
    ['REGISTRY_MIRRORS'],
  ],
  [
    "one of the catalogue's",
    { sources: { ...quiet.sources, mirrors: [mirror({ up: 5, custom: false })] } },
    ['smart-docker-build mirrors check'],
  ],
  [
    'a slow mirror',
    { sources: { ...quiet.sources, mirrors: [mirror({ latencyMs: spread(40, 2500) })] } },
    ['REGISTRY_MIRRORS'],
  ],
  ['a mirror asked too seldom', { sources: { ...quiet.sources, mirrors: [mirror({ asked: 19, up: 0 })] } }, []],
  [
    'images without a route',
    { sources: { ...quiet.sources, images: [image({ noRoute: 3, upstreamBad: 1 })] } },
    ['REGISTRY_MIRRORS=docker.io=your-mirror.example/path'],
  ],
  [
    'images that nobody vouched for',
    { sources: { ...quiet.sources, images: [image({ noRoute: 3, unverified: 3 })] } },
    ['smart-docker-build lock'],
  ],
  [
    'a pinned image',
    { sources: { ...quiet.sources, images: [image({ noRoute: 3, unverified: 3, pinned: true })] } },
    [],
  ],
  [
    'a registry that is often not well',
    { sources: { ...quiet.sources, images: [image({ upstreamBad: 4 })] } },
    ['mode: prewarm'],
  ],
  ['a cache that pays', { caches: [cache({})] }, []],
  [
    'a cache that is seldom found',
    { caches: [cache({ hitRate: 0.1, imports: { asked: 40, found: 4, empty: 36, failed: 0 } })] },
    ['CACHE_BACKENDS=local,registry'],
  ],
  [
    'a cache that saves less than it costs',
    { caches: [cache({ exportSeconds: spread(40, 70) })] },
    ['CACHE_BACKENDS=local,registry'],
  ],
  [
    "a cache of the user's own",
    { caches: [cache({ backend: 'custom', exportSeconds: spread(40, 70) })] },
    ['cache-from and cache-to'],
  ],
  [
    'exports that are cut short',
    { caches: [cache({ exports: { asked: 40, done: 20, failed: 0, cutShort: 20 } })] },
    ['CACHE_EXPORT_TIMEOUT'],
  ],
  [
    'attempts that never help',
    { ends: { ...quiet.ends, recovered: 30, infrastructure: 12, attemptsNeeded: [100, 30] } },
    ['MAX_RETRY_ATTEMPTS=2'],
  ],
  [
    'a third attempt that helped once',
    { ends: { ...quiet.ends, recovered: 30, infrastructure: 12, attemptsNeeded: [100, 30, 1] } },
    [],
  ],
])('%s', (__, changes, expected) => {
  expect(advised(changes)).toEqual(expected);
});

test('every recommendation has its evidence and enough of it', () => {
  const { recommendations } = generatedStats({ seed: 7, count: 1200 });
  expect(recommendations.length).toBeGreaterThan(3);
  for (const { advice, evidence, samples } of recommendations) {
    expect(advice).toMatch(/\.$/);
    expect(evidence).toMatch(/\d/);
    expect(samples).toBeGreaterThanOrEqual(10);
  }
});
