import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWarmStore } from '../../src/flow/warm-reader.ts';
import { needOf } from '../../src/health/needs.ts';
import { createStoreLoader } from '../../src/build/load-stored.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parseReference } from '../../src/registry/reference.ts';
import { putBlob } from '../../src/store/blobs.ts';
import { writeEntry } from '../../src/store/entries.ts';
import { blobPath, type Store } from '../../src/store/layout.ts';
import { planOf } from '../plan/question.ts';
import { descriptor, newStore } from '../store/harness.ts';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const config = json({ architecture: 'amd64', os: 'linux' });
const layer = Buffer.from('a layer');
const oci = (blob: Buffer): { digest: string; size: number } => ({
  digest: descriptor(blob).digest,
  size: blob.length,
});
const image = json({ schemaVersion: 2, config: oci(config), layers: [oci(layer)] });
const { digest } = descriptor(image);

const parsed = parseReference('golang:1.24');
if (parsed.kind !== 'parsed') throw new Error(parsed.problem);
const options = { mirrors: { custom: [], mirrorsOnly: false }, memory: new Map(), lock: new Map() };
const need = needOf(parsed.reference, ['linux/amd64'], options);

async function fill(store: Store): Promise<void> {
  const blobs = [image, config, layer];
  for (const blob of blobs) await putBlob(store, descriptor(blob).digest, blob);
  await writeEntry(store, {
    reference: 'docker.io/library/golang:1.24',
    digest,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    platforms: [],
    confirmedAtMs: Date.now(),
    confirmedBy: 'docker.io',
    fetchedFrom: 'docker.io',
    blobs: blobs.map(descriptor),
  });
}

/** A plan that takes the image from the store. */
async function planFrom(store: Store): Promise<Plan> {
  const stored = { digest, confirmedAtMs: Date.UTC(2026, 8, 1), confirmedBy: 'docker.io', problem: null };
  return await planOf({ store: { root: store.root, stored: new Map([[need.key, stored]]) }, answers: {} });
}

test('what a plan takes is compared with its digests, once, and held until the end', async () => {
  const store = await newStore();
  await fill(store);
  const reader = await openWarmStore(store, [need], 'linux/amd64', null);
  expect(reader.stored().get(need.key)).toMatchObject({ digest, problem: null });
  expect(await reader.findsDamage(await planFrom(store))).toBe(false);
  expect(await readdir(join(store.root, 'leases'))).toHaveLength(1);
  await reader.close();
  expect(await readdir(join(store.root, 'leases'))).toEqual([]);

  // The same size, another byte: only a digest tells.
  await writeFile(blobPath(store, descriptor(layer).digest), 'A layer');
  const later = await openWarmStore(store, [need], 'linux/amd64', null);
  expect(later.stored().get(need.key)?.problem).toBeNull();
  expect(await later.findsDamage(await planFrom(store))).toBe(true);
  expect(later.stored().get(need.key)?.problem).toContain('other bytes than its digest says');
  expect(await later.findsDamage(await planFrom(store))).toBe(false);
  await later.close();
});

test('what an earlier job kept is brought back once, and only when it is wanted', async () => {
  const store = await newStore();
  let times = 0;
  const reader = await openWarmStore(store, [need], 'linux/amd64', async () => {
    times += 1;
    await fill(store);
    return true;
  });
  expect([times, reader.stored().size]).toEqual([0, 0]);
  expect(await reader.bringsMore()).toBe(true);
  expect(await reader.bringsMore()).toBe(false);
  expect([times, reader.stored().size]).toEqual([1, 1]);
});

test('an image is loaded under its own name once, and the name is taken back', async () => {
  const store = await newStore();
  await fill(store);
  const said: string[][] = [];
  const loader = createStoreLoader(
    'linux/amd64',
    async (argv) => {
      said.push(argv.filter((word) => !word.startsWith('/')));
      return await Promise.resolve({ kind: 'exited', code: 0, stdout: '', stderr: '' });
    },
    () => undefined,
  );
  const plan = {
    ...(await planOf()),
    loads: [{ name: 'localhost/store:1', digest, platform: null, store: store.root }],
  };
  await loader.load(plan);
  await loader.load(plan);
  await loader.unload();
  expect(said).toEqual([
    ['tar', '--create', '--dereference', '--file', '--directory', '.'],
    ['docker', 'load', '--quiet', '--input'],
    ['docker', 'image', 'rm', 'localhost/store:1'],
  ]);
});
