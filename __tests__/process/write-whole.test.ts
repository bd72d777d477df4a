import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../../src/process/write-whole.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-whole-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a file takes its place as a whole, with its mode', async () => {
  const path = join(folder, 'a.json');
  await writeFile(path, 'a much longer old text');
  await writeWhole(path, 'new', 0o600);
  expect([await readFile(path, 'utf8'), (await stat(path)).mode & 0o777]).toEqual(['new', 0o600]);
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('writers at once leave one of their texts', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(1000));
  await Promise.all(texts.map(async (text) => await writeWhole(join(folder, 'a'), text)));
  expect(texts).toContain(await readFile(join(folder, 'a'), 'utf8'));
  expect(await readdir(folder)).toEqual(['a']);
});

test('a link that somebody put in the place is replaced, and what it leads to is left alone', async () => {
  const victim = join(folder, 'victim');
  await writeFile(victim, 'precious');
  await symlink(victim, join(folder, 'a'));
  await writeWhole(join(folder, 'a'), 'new');
  expect(await readFile(victim, 'utf8')).toBe('precious');
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new');
});

test('what cannot be put in place leaves nothing behind', async () => {
  await mkdir(join(folder, 'a'));
  await expect(writeWhole(join(folder, 'a'), 'new')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await readdir(folder)).toEqual(['a']);
});
