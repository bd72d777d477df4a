import { writeFile } from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blobState } from '../../src/store/blobs.ts';
import { fetchBlob } from '../../src/store/fetch-blob.ts';
import { blobPath } from '../../src/store/layout.ts';
import { descriptor, newStore, ONE, ports, sourceOf, TWO } from './harness.ts';

const bytes = Buffer.from('the bytes of a layer, one after the other'.repeat(10));
const blob = descriptor(bytes);

test('a fetch that breaks off is resumed where it ended, by this run and by the next', async () => {
  const store = await newStore();
  const broken = sourceOf(bytes, [
    { kind: 'sends', bytes: 100 },
    { kind: 'sends', bytes: 50 },
    ...[0, 0, 0].map((none) => ({ kind: 'sends', bytes: none }) as const),
  ]);
  expect(await fetchBlob(store, blob, ONE, ports(broken.client))).toMatchObject({ kind: 'refused' });
  expect(broken.asked.map(({ from }) => from)).toEqual([0, 100, 150, 150, 150]);
  const next = sourceOf(bytes, []);
  expect(await fetchBlob(store, blob, ONE, ports(next.client))).toEqual({
    kind: 'fetched',
    host: 'one.example',
    resumedAt: 150,
  });
  expect(next.asked).toEqual([{ host: 'one.example', from: 150 }]);
});

test('false bytes are thrown away and the next source is asked from the beginning', async () => {
  const store = await newStore();
  const { client, asked } = sourceOf(bytes, [{ kind: 'lies' }]);
  expect(await fetchBlob(store, blob, TWO, ports(client))).toMatchObject({ kind: 'fetched', host: 'two.example' });
  expect(asked).toEqual([
    { host: 'one.example', from: 0 },
    { host: 'two.example', from: 0 },
  ]);
});

test('a blob with other bytes than its digest says is fetched anew', async () => {
  const store = await newStore();
  await writeFile(blobPath(store, blob.digest), Buffer.alloc(bytes.length));
  expect(await blobState(store, blob, 'sizes')).toBe('whole');
  expect(await blobState(store, blob, 'digests')).toBe('damaged');
  expect(await fetchBlob(store, blob, ONE, ports(sourceOf(bytes, []).client))).toMatchObject({ kind: 'fetched' });
  expect(await blobState(store, blob, 'digests')).toBe('whole');
});

test('on a full disk nothing is left that takes room', async () => {
  const store = await newStore();
  const { client } = sourceOf(bytes, [{ kind: 'sends', bytes: 100 }, { kind: 'full disk' }]);
  expect(await fetchBlob(store, blob, TWO, ports(client))).toEqual({ kind: 'disk full', reason: 'the disk is full' });
  expect(await readdir(join(store.root, 'partial'))).toEqual([]);
});

test('what a dead process has left is taken over, what a living one writes to is not', async () => {
  const store = await newStore();
  const { hostname } = await import('node:os');
  const name = (pid: number): string =>
    join(store.root, 'partial', `${blob.digest.slice(7)}.${hostname().replaceAll(/[^A-Za-z0-9-]/g, '-')}.${pid}.x`);
  // Process 1 lives on every machine; the other number is above every process's (proc(5), pid_max).
  await writeFile(name(1), bytes.subarray(0, 30));
  await writeFile(name(4_194_305), bytes.subarray(0, 60));
  const { client, asked } = sourceOf(bytes, []);
  await fetchBlob(store, blob, ONE, ports(client));
  expect(asked).toEqual([{ host: 'one.example', from: 60 }]);
  expect(await readdir(join(store.root, 'partial'))).toHaveLength(1);
});

test('a silent source is given up, and what has arrived is kept', async () => {
  const store = await newStore();
  const client = {
    streamBlob: async (_: unknown, __: number, ___: unknown, signal: AbortSignal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return {
        kind: 'failed',
        host: 'one.example',
        phase: 'body',
        status: null,
        evidence: 'one.example: incomplete answer',
      } as const;
    },
  };
  expect(await fetchBlob(store, blob, ONE, ports(client, { stallMs: 20 }))).toEqual({
    kind: 'refused',
    reason: 'one.example: incomplete answer',
  });
});
