import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nameOf, recoverOld } from '../../src/build/cache-leftovers.ts';
import {
  discardExport,
  openLocalCache,
  prepareLocalCache,
  rotateLocalCache,
  type LocalCache,
} from '../../src/build/local-cache.ts';

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

const here = { host: hostname(), pid: process.pid };
/** No process has this number (Linux' largest is 2^22). */
const DEAD = 4_194_305;

test('two builds of one scope at the same time keep out of each other', async () => {
  const cacheOf = async (pid: number): Promise<LocalCache> =>
    await openLocalCache(folder, 'api', undefined, { host: here.host, pid });
  const [one, two] = [await cacheOf(process.pid), await cacheOf(process.ppid)];
  await prepareLocalCache(one);
  await exportTo(one.destination, 'one');
  await prepareLocalCache(two);
  await exportTo(two.destination, 'two');
  expect(await readdir(one.destination)).toContain('index.json');
  await Promise.all([rotateLocalCache(one), rotateLocalCache(two)]);
  expect(await readdir(one.root)).toEqual(['current']);
  const blobs = await readdir(join(one.root, 'current', 'blobs'));
  expect(blobs).toHaveLength(1);
  expect(await readFile(join(one.root, 'current/index.json'), 'utf8')).toContain(String(blobs[0]));
});

test('what a run left that has ended is cleared, and what one still writes is not', async () => {
  const root = join(folder, 'buildkit', 'api');
  const names = [DEAD, process.ppid].map((pid) => `next-${nameOf({ host: here.host, pid })}`);
  const elsewhere = `next-${nameOf({ host: 'another-machine', pid: 7 })}`;
  for (const name of [...names, elsewhere, 'next', 'old']) await mkdir(join(root, name), { recursive: true });
  await prepareLocalCache(await openLocalCache(folder, 'api', undefined, here));
  expect((await readdir(root)).toSorted()).toEqual([names[1], elsewhere].toSorted());
});

test('a cache is brought back whose rotation was cut off in the middle', async () => {
  await build('one');
  const root = join(folder, 'buildkit', 'api');
  const old = join(root, `old-${nameOf({ host: here.host, pid: DEAD })}`);
  await rename(join(root, 'current'), old);
  await recoverOld(root, here);
  expect(await readdir(root)).toEqual(['current']);
  const { source } = await openLocalCache(folder, 'api', undefined, here);
  expect(await readFile(join(String(source), 'index.json'), 'utf8')).toContain('one');
  await recoverOld(join(folder, 'nowhere'), here);
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
