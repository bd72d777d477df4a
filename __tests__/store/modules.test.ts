import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goModulesPath } from '../../src/store/layout.ts';
import { moduleBytes, readModules, removeModules, surplusModules, touchModules } from '../../src/store/modules.ts';
import { newStore } from './harness.ts';

const at = (
  name: string,
  sizeBytes: number,
  usedAtMs: number,
): { zip: string; sizeBytes: number; usedAtMs: number } => ({
  zip: name,
  sizeBytes,
  usedAtMs,
});

test.each([
  ['everything fits', 100, []],
  ['the one wanted longest ago goes', 70, ['b']],
  ['as many as it takes, and none that this run wants', 0, ['b', 'a']],
] as const)('%s', (_, maxBytes, gone) => {
  const modules = [at('a', 30, 20), at('b', 30, 10), at('now', 40, 1000)];
  expect(surplusModules(modules, maxBytes, 1000).map(({ zip }) => zip)).toEqual(gone);
});

test('a module’s sources go, and what Go decides by stays', async () => {
  const store = await newStore();
  expect(await readModules(store)).toEqual([]);
  const folder = join(goModulesPath(store), 'example.com/!acme/lib/@v');
  await mkdir(folder, { recursive: true });
  for (const name of ['v1.0.0.info', 'v1.0.0.mod', 'v1.0.0.zip', 'v1.0.0.ziphash', 'v1.1.0.mod', 'v1.1.0.zip'])
    await writeFile(join(folder, name), '0123456789');
  for (const name of ['v1.0.0.zip', 'v1.1.0.zip']) await utimes(join(folder, name), 1, 1);
  const before = Date.now() - 2000;
  await touchModules([join(folder, 'v1.1.0.zip'), join(folder, 'gone.zip')]);
  const modules = await readModules(store);
  expect(moduleBytes(modules)).toBe(20);
  await removeModules(surplusModules(modules, 0, before));
  expect((await readdir(folder)).toSorted()).toEqual(['v1.0.0.info', 'v1.0.0.mod', 'v1.1.0.mod', 'v1.1.0.zip']);
});
