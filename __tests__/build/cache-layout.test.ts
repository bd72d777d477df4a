import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderBytes, layoutDamage } from '../../src/build/cache-layout.ts';
import { cacheLimit, openLocalCache, prepareLocalCache, rotateLocalCache } from '../../src/build/local-cache.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-layout-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Blob {
  readonly digest: string;
  readonly size: number;
}

async function blob(directory: string, letter: string, content: string): Promise<Blob> {
  const hex = letter.repeat(64);
  await mkdir(join(directory, 'blobs/sha256'), { recursive: true });
  await writeFile(join(directory, 'blobs/sha256', hex), content);
  return { digest: `sha256:${hex}`, size: content.length };
}

/** What BuildKit's exporter writes: an index, a manifest whose layers are blobs, and its configuration. */
async function layout(directory: string, field: 'layers' | 'manifests' = 'layers'): Promise<void> {
  const layers = [await blob(directory, 'a', 'layer one'), await blob(directory, 'b', 'layer two')];
  const config = await blob(directory, 'c', '{}');
  const manifest = await blob(directory, 'd', JSON.stringify({ [field]: layers, config }));
  await writeFile(join(directory, 'index.json'), JSON.stringify({ manifests: [manifest] }));
}

const file = (letter: string): string => join(folder, 'blobs/sha256', letter.repeat(64));

describe('damage', () => {
  test.each(['layers', 'manifests'] as const)('a whole cache has none, its layers listed as %s', async (field) => {
    await layout(folder, field);
    expect(await layoutDamage(folder)).toBeNull();
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['no index', () => rm(join(folder, 'index.json')), /index\.json cannot be read/],
    [
      'an index cut short',
      () => writeFile(join(folder, 'index.json'), '{"manifests":[{"dig'),
      /index\.json cannot be read/,
    ],
    [
      'an index of something else',
      () => writeFile(join(folder, 'index.json'), '{"manifests":7}'),
      /index\.json cannot be read/,
    ],
    ['no manifest', () => rm(file('d')), /^sha256:d+ is missing$/],
    ['no layer', () => rm(file('b')), /^sha256:b+ is missing$/],
    ['no configuration', () => rm(file('c')), /^sha256:c+ is missing$/],
    ['half a layer', () => writeFile(file('a'), 'layer'), /^sha256:a+ has 5 bytes instead of 9$/],
  ])('%s', async (_, harm, damage) => {
    await layout(folder);
    await harm();
    expect(await layoutDamage(folder)).toMatch(damage);
  });
});

test('a damaged cache is not imported, and makes way for the next', async () => {
  const current = join(folder, 'buildkit/api/current');
  await mkdir(current, { recursive: true });
  await writeFile(join(current, 'index.json'), 'damaged');
  const cache = await openLocalCache(folder, 'api');
  expect(cache).toMatchObject({ source: null, problem: null, damage: `${join(current, 'index.json')} cannot be read` });
  await prepareLocalCache(cache);
  await layout(cache.destination);
  expect(await rotateLocalCache(cache)).toMatchObject({ dropped: null });
  expect(await openLocalCache(folder, 'api')).toMatchObject({ source: current });
});

describe('size', () => {
  test.each<[string, number | null, number | null, number, number]>([
    ['as asked for', 500, 1_000_000, 0, 500],
    ['a quarter of the free disk', null, 1000, 0, 250],
    ['which what is there already does not make smaller', null, 600, 400, 250],
    ['nothing where nothing is free', null, 0, 0, 0],
    ['no limit where nobody knows', null, null, 0, Number.MAX_SAFE_INTEGER],
  ])('%s', (_, asked, free, present, limit) => {
    expect(cacheLimit(asked, free, present)).toBe(limit);
  });

  test('an export that is too large is not kept, and the old cache stays', async () => {
    const small = await openLocalCache(folder, 'api', { askedBytes: 10_000, freeBytes: null });
    await prepareLocalCache(small);
    await layout(small.destination);
    const kept = await rotateLocalCache(small);
    expect(kept).toEqual({
      sizeBytes: await folderBytes(join(small.root, 'current')),
      maxBytes: 10_000,
      dropped: null,
    });
    await prepareLocalCache(small);
    await layout(small.destination);
    await writeFile(join(small.destination, 'blobs/large'), Buffer.alloc(20_000));
    expect(await rotateLocalCache(small)).toMatchObject({ maxBytes: 10_000, dropped: 'it is larger than it may be' });
    expect(await openLocalCache(folder, 'api')).toMatchObject({ source: join(small.root, 'current') });
  });

  test('a cache that has become too large for the disk is built anew', async () => {
    const first = await openLocalCache(folder, 'api');
    await prepareLocalCache(first);
    await layout(first.destination);
    await rotateLocalCache(first);
    const cache = await openLocalCache(folder, 'api', { askedBytes: 10, freeBytes: null });
    expect(cache).toMatchObject({ source: null, damage: 'larger than it may be', maxBytes: 10 });
    await prepareLocalCache(cache);
    expect(await folderBytes(cache.root)).toBe(0);
  });

  test('where no room is left, nothing is asked for', async () => {
    const cache = await openLocalCache(folder, 'api', { askedBytes: null, freeBytes: 0 });
    expect(cache.problem).toBe('no room is left for it');
  });
});
