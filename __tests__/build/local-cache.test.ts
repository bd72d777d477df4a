import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discardExport, openLocalCache, prepareLocalCache, rotateLocalCache } from '../../src/build/local-cache.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-cache-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What BuildKit's exporter leaves: an index, and a blob of the build. */
async function exportTo(directory: string, build: string): Promise<void> {
  await mkdir(join(directory, 'blobs'), { recursive: true });
  await writeFile(join(directory, 'index.json'), JSON.stringify({ manifests: [], annotations: { build } }));
  await writeFile(join(directory, 'blobs', build), build);
}

async function build(name: string | null, scope = 'api'): Promise<string | null> {
  const cache = await openLocalCache(folder, scope);
  await prepareLocalCache(cache);
  if (name !== null) await exportTo(cache.destination, name);
  await rotateLocalCache(cache);
  return cache.source;
}

test('the first build has nothing to import, and that is no problem', async () => {
  const root = join(folder, 'buildkit', 'api');
  expect(await openLocalCache(folder, 'api')).toEqual({
    root,
    source: null,
    destination: join(root, 'next'),
    problem: null,
  });
  expect(await readdir(folder)).toEqual([]);
});

test('each build imports what the last one exported, and nothing grows', async () => {
  const sources = [await build('one'), await build('two'), await build('three')];
  const root = join(folder, 'buildkit', 'api');
  expect(sources).toEqual([null, join(root, 'current'), join(root, 'current')]);
  expect(await readdir(root)).toEqual(['current']);
  expect(await readdir(join(root, 'current', 'blobs'))).toEqual(['three']);
});

test('a build that exported nothing keeps the old cache', async () => {
  await build('one');
  await build(null);
  const { source } = await openLocalCache(folder, 'api');
  expect(await readFile(join(String(source), 'index.json'), 'utf8')).toContain('one');
});

test('half an export is thrown away, in its place and before the next', async () => {
  await build('one');
  const cache = await openLocalCache(folder, 'api');
  await mkdir(join(cache.destination, 'blobs'), { recursive: true });
  await writeFile(join(cache.destination, 'blobs', 'half'), '');
  await rotateLocalCache(cache);
  expect(await readdir(cache.root)).toEqual(['current']);
  await mkdir(cache.destination);
  await prepareLocalCache(cache);
  expect(await readdir(cache.root)).toEqual(['current']);
});

test('the export of a build that failed is dropped, and the old cache stays', async () => {
  await build('one');
  const cache = await openLocalCache(folder, 'api');
  await prepareLocalCache(cache);
  await exportTo(cache.destination, 'two');
  await discardExport(cache);
  expect(await readdir(cache.root)).toEqual(['current']);
  expect(await readFile(join(cache.root, 'current/index.json'), 'utf8')).toContain('one');
});

test('scopes do not mix', async () => {
  await build('one', 'api');
  await build('two', 'web');
  expect(await readFile(join(folder, 'buildkit', 'api', 'current', 'index.json'), 'utf8')).toContain('one');
  expect(await readFile(join(folder, 'buildkit', 'web', 'current', 'index.json'), 'utf8')).toContain('two');
});

test('a place where nothing can be kept is said, and left alone', async () => {
  await writeFile(join(folder, 'file'), '');
  const cache = await openLocalCache(join(folder, 'file'), 'api');
  expect(cache).toMatchObject({ source: null, problem: `${join(folder, 'file')} is not a directory` });
  await prepareLocalCache(cache);
  await rotateLocalCache(cache);
  expect(await readdir(folder)).toEqual(['file']);
});
