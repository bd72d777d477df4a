import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  formatLock,
  lockChanges,
  parseLock,
  readLock,
  writeLock,
  type Lock,
  type LockEntry,
} from '../../src/facts/lock-file.ts';

const a = `sha256:${'a'.repeat(64)}`;
const b = `sha256:${'b'.repeat(64)}`;
const entry: LockEntry = {
  digest: a,
  platforms: ['linux/amd64'],
  resolvedAt: '2026-11-01T00:00:00.000Z',
  from: 'docker.io',
};
const lock: Lock = new Map([
  ['gcr.io/distroless/static:nonroot', entry],
  ['docker.io/library/golang:1.24', entry],
]);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('what was written is what is read, sorted, and nothing else is left', async () => {
  const path = join(folder, 'docker-build.lock');
  await writeLock(path, lock);
  const read = await readLock(path);
  expect(read.kind === 'lock' && [...read.lock]).toEqual([...lock].toSorted());
  expect(await readFile(path, 'utf8')).toBe(formatLock(lock));
  expect(await readdir(folder)).toEqual(['docker-build.lock']);
});

test('a file that is not there is no problem, one that cannot be read is', async () => {
  expect(await readLock(join(folder, 'none'))).toEqual({ kind: 'absent' });
  const path = join(folder, 'docker-build.lock');
  await writeFile(path, 'images:\n');
  expect(await readLock(path)).toMatchObject({
    kind: 'broken',
    problem: expect.stringContaining('is not JSON') as string,
  });
});

describe('a lock by hand', () => {
  test.each([
    ['no version', '{"images":{}}', 'version'],
    [
      'a short digest',
      JSON.stringify({ version: 1, images: { x: { ...entry, digest: 'sha256:abc' } } }),
      'images x digest: is not a digest',
    ],
    ['a missing field', JSON.stringify({ version: 1, images: { x: { digest: a } } }), 'images x platforms'],
  ])('%s', (_, text, words) => {
    expect(parseLock(text, 'docker-build.lock')).toMatchObject({
      kind: 'broken',
      problem: expect.stringContaining(words) as string,
    });
  });
});

test('a refresh tells what is new, gone and moved', () => {
  const after: Lock = new Map([
    ['docker.io/library/golang:1.24', { ...entry, digest: b }],
    ['docker.io/library/alpine', entry],
  ]);
  expect(lockChanges(lock, after)).toEqual([
    `+ docker.io/library/alpine ${a}`,
    `~ docker.io/library/golang:1.24 ${a} -> ${b}`,
    `- gcr.io/distroless/static:nonroot ${a}`,
  ]);
  expect(lockChanges(lock, lock)).toEqual([]);
});
