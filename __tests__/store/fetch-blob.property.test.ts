import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blobState } from '../../src/store/blobs.ts';
import { fetchBlob } from '../../src/store/fetch-blob.ts';
import { blobPath } from '../../src/store/layout.ts';
import { descriptor, newStore, ports, sourceOf, TWO, type Deed } from './harness.ts';

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('sends' as const), bytes: fc.nat(120) }),
  fc.constantFrom<Deed>(
    { kind: 'lies' },
    { kind: 'ignores ranges' },
    { kind: 'sends more' },
    { kind: 'missing' },
    { kind: 'full disk' },
  ),
);

test('whatever sources do, a blob is there whole or not at all, and another run completes it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(deed, { maxLength: 8 }),
      async (content, deeds) => {
        const store = await newStore();
        const bytes = Buffer.from(content);
        const blob = descriptor(bytes);
        const first = await fetchBlob(store, blob, TWO, ports(sourceOf(bytes, deeds).client));
        const state = await blobState(store, blob, 'digests');
        expect(state).toBe(first.kind === 'fetched' ? 'whole' : 'absent');
        expect((await readdir(join(store.root, 'blobs/sha256'))).length).toBe(state === 'whole' ? 1 : 0);
        const second = await fetchBlob(store, blob, TWO, ports(sourceOf(bytes, []).client));
        expect(second.kind).toBe(first.kind === 'fetched' ? 'here' : 'fetched');
        expect(await readFile(blobPath(store, blob.digest))).toEqual(bytes);
        expect(await readdir(join(store.root, 'partial'))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test('fetches of one blob at once do not meet: all end with it whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(deed, { maxLength: 3 }), { minLength: 2, maxLength: 5 }), async (jobs) => {
      const store = await newStore();
      const bytes = Buffer.from('a layer that several jobs want at the same time'.repeat(5));
      const blob = descriptor(bytes);
      const ended = await Promise.all(
        jobs.map(async (deeds) => await fetchBlob(store, blob, TWO, ports(sourceOf(bytes, deeds).client))),
      );
      const fetched = ended.some(({ kind }) => kind === 'fetched');
      expect(await blobState(store, blob, 'digests')).toBe(fetched ? 'whole' : 'absent');
    }),
    { numRuns: 30 },
  );
});
