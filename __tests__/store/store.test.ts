import { readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putBlob } from '../../src/store/blobs.ts';
import { contentOf } from '../../src/store/content.ts';
import {
  readEntries,
  readEntry,
  writeEntry,
  writeIndex,
  type StoreEntry,
  type StoredEntry,
} from '../../src/store/entries.ts';
import { bytesOf, evicted, tidyStore } from '../../src/store/evict.ts';
import { blobPath, type Store } from '../../src/store/layout.ts';
import { takeLease, whenAlone } from '../../src/store/lease.ts';
import { descriptor, newStore } from './harness.ts';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const config = json({ architecture: 'amd64', os: 'linux' });
const layer = Buffer.from('a layer');
const oci = (blob: Buffer): { digest: string; size: number } => ({
  digest: descriptor(blob).digest,
  size: blob.length,
});
const image = json({ schemaVersion: 2, config: oci(config), layers: [oci(layer)] });
const index = json({
  schemaVersion: 2,
  manifests: [
    { ...oci(image), platform: { os: 'linux', architecture: 'amd64' } },
    { digest: `sha256:${'0'.repeat(64)}`, size: 7, platform: { os: 'linux', architecture: 'arm64' } },
  ],
});
const ALL = [index, image, config, layer];

function entryOf(reference: string, blobs: readonly Buffer[] = ALL): Omit<StoreEntry, 'version'> {
  const { digest } = descriptor(blobs[0]!);
  return {
    reference,
    digest,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    platforms: ['linux/amd64'],
    confirmedAtMs: Date.parse('2026-08-23T12:00:00Z'),
    confirmedBy: 'docker.io',
    fetchedFrom: 'docker.io',
    blobs: blobs.map(descriptor),
  };
}

async function filled(blobs: readonly Buffer[] = ALL): Promise<Store> {
  const store = await newStore();
  for (const blob of blobs) await putBlob(store, descriptor(blob).digest, blob);
  return store;
}

test('an image is complete for the platforms whose every blob is there, and for no other', async () => {
  const store = await filled();
  const root = descriptor(index);
  expect(await contentOf(store, root, ['linux/amd64'], 'digests')).toEqual({
    kind: 'complete',
    blobs: ALL.map(descriptor),
  });
  expect(await contentOf(store, root, ['linux/arm64'], 'sizes')).toMatchObject({ kind: 'incomplete' });
  expect(await contentOf(store, root, ['linux/s390x'], 'sizes')).toEqual({
    kind: 'incomplete',
    reason: 'it has no linux/s390x',
  });
});

test('one changed byte, a cut file and an emptied one are found, in every blob', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ALL),
      fc.constantFrom('byte', 'cut', 'empty'),
      fc.nat(),
      async (blob, how, at) => {
        const store = await filled();
        const path = blobPath(store, descriptor(blob).digest);
        const changed = Buffer.from(blob);
        changed[at % blob.length] = (changed[at % blob.length] ?? 0) ^ 1;
        if (how === 'byte') await writeFile(path, changed);
        else await truncate(path, how === 'cut' ? at % blob.length : 0);
        const content = await contentOf(store, descriptor(index), ['linux/amd64'], 'digests');
        expect(content).toMatchObject({ kind: 'damaged', digest: descriptor(blob).digest });
      },
    ),
    { numRuns: 30 },
  );
});

test('an entry is read as it was written; half of one is damaged, and index.json counts for nobody', async () => {
  const store = await filled();
  await writeEntry(store, entryOf('docker.io/library/alpine:3.22'));
  await writeIndex(store);
  expect(JSON.parse(await readFile(join(store.root, 'index.json'), 'utf8'))).toMatchObject({
    schemaVersion: 2,
    manifests: [
      {
        digest: descriptor(index).digest,
        size: index.length,
        annotations: {
          'org.opencontainers.image.ref.name': 'docker.io/library/alpine:3.22',
          'dev.smart-docker-build.confirmed-at': '2026-08-23T12:00:00.000Z',
          'dev.smart-docker-build.confirmed-by': 'docker.io',
        },
      },
    ],
  });
  await truncate(join(store.root, 'index.json'), 20);
  expect(await readEntry(store, 'docker.io/library/alpine:3.22')).toMatchObject({
    entry: entryOf('docker.io/library/alpine:3.22'),
  });
  expect(await readEntry(store, 'docker.io/library/alpine:3.21')).toBe('absent');
  const [name = ''] = await readdir(join(store.root, 'entries'));
  await truncate(join(store.root, 'entries', name), 60);
  expect(await readEntry(store, 'docker.io/library/alpine:3.22')).toBe('damaged');
  expect(await readEntries(store)).toEqual({ entries: [], damaged: [join(store.root, 'entries', name)] });
});

test('a blob that two images share outlives one of them', async () => {
  const other = json({ schemaVersion: 2, config: oci(config), layers: [] });
  const store = await filled([...ALL, other]);
  await writeEntry(store, entryOf('docker.io/library/a:1'));
  await writeEntry(store, entryOf('docker.io/library/b:1', [other, config]));
  await tidyStore(store, ['docker.io/library/a:1']);
  const left = await readdir(join(store.root, 'blobs/sha256'));
  expect(left.toSorted()).toEqual([other, config].map((blob) => descriptor(blob).digest.slice(7)).toSorted());
});

test('what a fetch has left is kept for a while: its next run goes on from there', async () => {
  const store = await filled([layer, config]);
  const longAgo = new Date(Date.now() - 3 * 24 * 3600_000);
  await utimes(blobPath(store, descriptor(config).digest), longAgo, longAgo);
  await tidyStore(store, []);
  expect(await readdir(join(store.root, 'blobs/sha256'))).toEqual([descriptor(layer).digest.slice(7)]);
});

test('eviction keeps to its limit where it can, and takes what was wanted longest ago', () => {
  const stored = fc.record({ size: fc.integer({ min: 1, max: 50 }), usedAtMs: fc.nat(1000), kept: fc.boolean() });
  fc.assert(
    fc.property(fc.array(stored, { maxLength: 12 }), fc.nat(300), (all, maxBytes) => {
      const entries = all.map(({ size, usedAtMs }, at): StoredEntry => {
        const digest = `sha256:${String(at).padStart(64, '0')}`;
        return { usedAtMs, entry: { ...entryOf(`r${at}`), version: 1, digest, blobs: [{ digest, sizeBytes: size }] } };
      });
      const isKept = (reference: string): boolean => all[Number(reference.slice(1))]!.kept;
      const gone = new Set(evicted(entries, maxBytes, isKept));
      const rest = entries.filter(({ entry }) => !gone.has(entry.reference));
      expect([...gone].some(isKept)).toBe(false);
      if (bytesOf(rest) > maxBytes) expect(rest.every(({ entry }) => isKept(entry.reference))).toBe(true);
      const youngestGone = Math.max(
        -1,
        ...entries.filter(({ entry }) => gone.has(entry.reference)).map(({ usedAtMs }) => usedAtMs),
      );
      for (const { entry, usedAtMs } of rest)
        if (!isKept(entry.reference)) expect(usedAtMs).toBeGreaterThanOrEqual(youngestGone);
    }),
  );
});

test('nobody tidies up while another uses the store; a dead one holds nobody up', async () => {
  const store = await newStore();
  const [mine, other] = [await takeLease(store), await takeLease(store)];
  let done = 0;
  const tidyUp = async (): Promise<void> => {
    done += 1;
    await Promise.resolve();
  };
  expect(await whenAlone(store, mine, tidyUp)).toBe(false);
  await other.release();
  const [lease = ''] = await readdir(join(store.root, 'leases'));
  await writeFile(join(store.root, 'leases', lease.replace(`.${process.pid}.`, '.4194305.')), '');
  await writeFile(join(store.root, 'gc.lock'), lease.split('.').slice(1, 2).join('') + '.4194305');
  expect(await whenAlone(store, mine, tidyUp)).toBe(true);
  expect(done).toBe(1);
  await mine.release();
  expect(await readdir(join(store.root, 'leases'))).toEqual([]);
});
