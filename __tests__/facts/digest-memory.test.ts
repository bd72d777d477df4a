import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recallDigests, rememberDigests, type DigestMemory } from '../../src/facts/digest-memory.ts';
import { digestA, digestB } from '../plan/world.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'digest-memory-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const memory = (entries: Readonly<Record<string, number>>, digest = digestA): DigestMemory =>
  new Map(Object.entries(entries).map(([name, atMs]) => [name, { digest, atMs }]));

test('nothing is remembered at first', async () => {
  expect(await recallDigests(folder)).toEqual(new Map());
});

test('what is remembered is recalled, newer words replace older ones, and nothing else is left behind', async () => {
  const place = join(folder, 'not', 'there', 'yet');
  await rememberDigests(place, memory({ alpine: 1, golang: 1 }));
  await rememberDigests(place, memory({ golang: 2 }, digestB));
  expect(await recallDigests(place)).toEqual(new Map([...memory({ alpine: 1 }), ...memory({ golang: 2 }, digestB)]));
  expect(await readdir(place)).toEqual(['digests.json']);
});

test('nothing to remember touches nothing', async () => {
  await rememberDigests(join(folder, 'new'), new Map());
  expect(await readdir(folder)).toEqual([]);
});

test('the oldest are forgotten', async () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`image${index}`, index]));
  await rememberDigests(folder, memory(many));
  const recalled = await recallDigests(folder);
  expect([recalled.size, recalled.has('image0'), recalled.has('image1')]).toEqual([1000, false, true]);
});

test.each([
  ['half a file', '{"version":1,"images":{"alp'],
  ['another version', '{"version":2,"images":{}}'],
  ['no digest', '{"version":1,"images":{"alpine":{"digest":"latest","atMs":1}}}'],
  ['a list', '[]'],
])('%s is an empty memory', async (_, text) => {
  await writeFile(join(folder, 'digests.json'), text);
  expect(await recallDigests(folder)).toEqual(new Map());
  await rememberDigests(folder, memory({ alpine: 1 }));
  expect(JSON.parse(await readFile(join(folder, 'digests.json'), 'utf8'))).toEqual({
    version: 1,
    images: { alpine: { digest: digestA, atMs: 1 } },
  });
});

test('what somebody else could have written is no witness', async () => {
  await rememberDigests(folder, memory({ alpine: 1 }));
  await chmod(join(folder, 'digests.json'), 0o666);
  expect(await recallDigests(folder)).toEqual(new Map());
});
