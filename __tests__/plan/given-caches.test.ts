import { describe, expect, test } from 'vitest';
import { planFor, type Step } from '../inputs/drop-in/given.ts';
import { down } from '../../src/health/observation.ts';
import { readCacheEntry } from '../../src/plan/cache-entry.ts';
import { NO_LESSONS } from '../../src/plan/lessons.ts';
import { healthOf } from './world.ts';
import { valuesOf } from './question.ts';

test.each([
  ['type=gha,scope=a', 'gha', []],
  ['type=registry,ref=ghcr.io/a/b:c', 'registry', ['ghcr.io/a/b:c']],
  ['user/app:cache', 'registry', ['user/app:cache']],
  ['user/app:cache,user/app:other', 'registry', ['user/app:cache', 'user/app:other']],
  ['Type=local , SRC=/x', 'local', []],
  ['type=s3,bucket=b', 'custom', []],
  ['type=inline', 'custom', []],
  ['type=registry', 'registry', []],
  ['a "b', 'registry', []],
])('%s is a cache of %s', (text, backend, references) => {
  expect(readCacheEntry(text)).toMatchObject({ backend, references });
});

const step = (from: string, to = ''): Step => ({ inputs: { context: '.', 'cache-from': from, 'cache-to': to } });

describe('in a healthy world', () => {
  test('they are on the line as given, exports with the one addition', async () => {
    const from = ['type=gha', 'user/app:cache', 'type=local,src=/nowhere', 'type=s3,bucket=b'];
    const to = ['type=gha', 'type=inline', 'user/app:cache', 'type=registry,ref=a/b,Ignore-Error=false'];
    const plan = await planFor(step(from.join('\n'), to.join('\n')));
    expect(valuesOf(plan, '--cache-from')).toEqual(from);
    expect(valuesOf(plan, '--cache-to')).toEqual(['type=gha,ignore-error=true', ...to.slice(1)]);
    expect(plan.caches.every(({ reason }) => reason === 'as given')).toBe(true);
    expect(plan.missing).toEqual([]);
  });

  test.each([['v0.11.6'], ['v0.11.0-rc1']])('BuildKit %s does not know the addition', async (version) => {
    const plan = await planFor(step('', 'type=gha'), { nodes: ['v0.25.1', version] });
    expect(valuesOf(plan, '--cache-to')).toEqual(['type=gha']);
  });

  test('no strategy takes one away, and none is added', async () => {
    const plan = await planFor({ inputs: { ...step('type=gha').inputs, strategy: 'emergency' } });
    expect(plan.strategy).toBe('emergency');
    expect(valuesOf(plan, '--cache-from')).toEqual(['type=gha']);
    expect(plan.argv).not.toContain('--no-cache');
  });
});

describe('what a probe found broken is left out, and that is said', () => {
  test('the cache service', async () => {
    const health = await healthOf({ 'gha-cache': down('cache.example answered 503 with an HTML page') });
    const plan = await planFor(
      step('type=gha\ntype=gha,url=https://own.example/,token=x', 'type=gha,mode=max'),
      {},
      { health },
    );
    expect(valuesOf(plan, '--cache-from')).toEqual(['type=gha,url=https://own.example/,token=x']);
    expect(valuesOf(plan, '--cache-to')).toEqual([]);
    expect(plan.missing).toEqual([
      'the cache import type=gha is left out: cache.example answered 503 with an HTML page',
      'the cache export type=gha,mode=max is left out: cache.example answered 503 with an HTML page',
    ]);
  });

  test('a registry, and only that one', async () => {
    const targets = [{ host: 'dead.example', repository: 'a/b', reference: 'c' }];
    const health = await healthOf(
      { 'dead.example': down('503 from dead.example'), 'docker.io': down('docker.io is down') },
      { targets },
    );
    const from = 'type=registry,ref=dead.example/a/b:c\nuser/app:cache\ntype=registry,ref=ghcr.io/a/b:c';
    const plan = await planFor(step(from, 'type=registry,ref=dead.example/a/b:c,mode=max'), {}, { health });
    expect(valuesOf(plan, '--cache-from')).toEqual(['type=registry,ref=ghcr.io/a/b:c']);
    expect(valuesOf(plan, '--cache-to')).toEqual([]);
    expect(plan.missing).toHaveLength(3);
  });

  test.each([
    [{ read: true, write: false, reason: 'read-only' }, ['type=gha'], ['type=gha,ignore-error=true']],
    [{ read: false, write: true, reason: 'write-only' }, [], ['type=gha,ignore-error=true']],
    [{ read: false, write: false, reason: 'the runtime token has expired' }, [], []],
  ])('a token with the rights %j', async (cacheRights, from, to) => {
    const health = await healthOf({}, { cacheRights });
    const plan = await planFor(step('type=gha', 'type=gha'), {}, { health });
    expect([valuesOf(plan, '--cache-from'), valuesOf(plan, '--cache-to')]).toEqual([from, to]);
  });

  test('outside of Actions buildx itself leaves it out', async () => {
    const health = await healthOf({}, { cacheService: null, cacheRights: null });
    expect(valuesOf(await planFor(step('type=gha'), {}, { health }), '--cache-from')).toEqual(['type=gha']);
  });
});

test('what failed an attempt is left out of the next one', async () => {
  const lessons = {
    ...NO_LESSONS,
    imports: new Map([['gha', 'the cache broke']] as const),
    exports: new Map([['registry', 'no push']] as const),
  };
  const plan = await planFor(step('type=gha\nuser/app:cache', 'type=registry,ref=a/b'), {}, { lessons });
  expect(valuesOf(plan, '--cache-from')).toEqual(['user/app:cache']);
  expect(valuesOf(plan, '--cache-to')).toEqual([]);
});

test('of several registry caches only the one that failed is left out, in both directions', async () => {
  const lessons = { ...NO_LESSONS, cacheReferences: new Map([['ghcr.io/a/b:cache', 'its blobs are gone']]) };
  const given = 'type=registry,ref=ghcr.io/a/b:cache\ntype=registry,ref=ghcr.io/a/c:cache';
  const plan = await planFor(step(given, given), {}, { lessons });
  expect(valuesOf(plan, '--cache-from')).toEqual(['type=registry,ref=ghcr.io/a/c:cache']);
  expect(valuesOf(plan, '--cache-to')).toEqual(['type=registry,ref=ghcr.io/a/c:cache,ignore-error=true']);
});

test('beside an image they come before its own', async () => {
  const inputs = {
    image: 'ghcr.io/acme/api',
    version: 'v1',
    context: 'https://github.com/a/b.git',
    'cache-from': 'type=registry,ref=a/b',
  };
  const plan = await planFor({ inputs });
  expect(valuesOf(plan, '--cache-from')[0]).toBe('type=registry,ref=a/b');
  expect(valuesOf(plan, '--cache-from').length).toBeGreaterThan(1);
});

test('a cache of another kind that failed is left out as well, but never the one inside the image', async () => {
  const lessons = { ...NO_LESSONS, exports: new Map([['custom', 'S3 answered 503']] as const) };
  const plan = await planFor(step('', 'type=s3,bucket=b\ntype=inline'), {}, { lessons });
  expect(valuesOf(plan, '--cache-to')).toEqual(['type=inline']);
});
