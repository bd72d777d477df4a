import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterEach } from 'vitest';
import type { RegistryRefusal } from '../../src/registry/answer.ts';
import type { BlobClient } from '../../src/registry/blob-stream.ts';
import type { BlobDescriptor } from '../../src/registry/manifest.ts';
import type { FetchPorts } from '../../src/store/fetch-blob.ts';
import { createStore, storeAt, type Store } from '../../src/store/layout.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** An empty store, which is gone after its test. */
export async function newStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'warm-store-'));
  folders.push(folder);
  const store = storeAt(folder);
  await createStore(store);
  return store;
}

export function descriptor(bytes: Uint8Array): BlobDescriptor {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, sizeBytes: bytes.length };
}

/** What a source does with one request: sends so many bytes and breaks off, sends other bytes, or has nothing. */
export type Deed =
  | { readonly kind: 'sends'; readonly bytes: number }
  | { readonly kind: 'lies' }
  | { readonly kind: 'ignores ranges' }
  | { readonly kind: 'sends more' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'full disk' };

export interface Asked {
  readonly host: string;
  readonly from: number;
}

/** A source that does one deed after the other, and then all it should. */
export function sourceOf(
  bytes: Buffer,
  deeds: readonly Deed[],
): { readonly client: BlobClient; readonly asked: Asked[] } {
  const left = [...deeds];
  const asked: Asked[] = [];
  const failed = (host: string, evidence: string): RegistryRefusal => ({
    kind: 'failed',
    host,
    phase: 'body',
    status: null,
    evidence,
  });
  const client: BlobClient = {
    streamBlob: async ({ host }, from, open) => {
      asked.push({ host, from });
      const deed = left.shift() ?? { kind: 'sends', bytes: bytes.length };
      const send = async (start: number, body: Buffer, whole: boolean): Promise<RegistryRefusal | null> => {
        const sink = open(start);
        const ended = finished(sink).then(
          () => null,
          (error: unknown) => failed(host, `${host}: ${String(error)}`),
        );
        // One write after the other, so that what was sent has arrived when the connection ends.
        for (let at = 0; at < body.length && !sink.destroyed; at += 7) {
          await new Promise((resolve) => sink.write(body.subarray(at, at + 7), resolve));
        }
        if (whole) sink.end();
        else sink.destroy(new Error('connection reset'));
        return await ended;
      };
      switch (deed.kind) {
        case 'missing':
          return { kind: 'missing', host, evidence: `404 from ${host}` };
        case 'full disk':
          return failed(host, `${host}: ENOSPC: no space left on device, write`);
        case 'lies':
          return (await send(from, Buffer.alloc(bytes.length - from, 0x21), true)) ?? { kind: 'streamed', host };
        case 'sends more':
          return (
            (await send(from, Buffer.concat([bytes.subarray(from), bytes, Buffer.alloc(99)]), true)) ?? {
              kind: 'streamed',
              host,
            }
          );
        case 'ignores ranges':
          return (await send(0, bytes, true)) ?? { kind: 'streamed', host };
        case 'sends': {
          const end = Math.min(bytes.length, from + deed.bytes);
          return (await send(from, bytes.subarray(from, end), end === bytes.length)) ?? { kind: 'streamed', host };
        }
      }
    },
  };
  return { client, asked };
}

export function ports(
  client: BlobClient,
  more: { readonly [Key in keyof FetchPorts]?: FetchPorts[Key] } = {},
): FetchPorts {
  return {
    blobs: client,
    signal: new AbortController().signal,
    stallMs: 5000,
    pauseMs: 0,
    onBytes: () => undefined,
    ...more,
  };
}

export const ONE = [{ host: 'one.example', repository: 'library/alpine' }];
export const TWO = [...ONE, { host: 'two.example', repository: 'library/alpine' }];
