/** Entries of the Actions cache in memory, their content as files: blobs may be large. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface CacheEntry {
  readonly id: number;
  /** Name of the blob in the store. */
  readonly blob: string;
  readonly scope: string;
  readonly key: string;
  readonly version: string;
  complete: boolean;
}

export interface CacheLookup {
  readonly scopes: readonly string[];
  readonly version: string;
  readonly key: string;
  readonly restoreKeys: readonly string[];
}

export interface CacheStore {
  /** Reserves a key; undefined where it is taken. */
  readonly create: (scope: string, key: string, version: string) => CacheEntry | undefined;
  readonly find: (lookup: CacheLookup) => CacheEntry | undefined;
  readonly finalize: (scope: string, key: string, version: string) => CacheEntry | undefined;
  readonly putBlob: (blob: string, body: Readable) => Promise<void>;
  readonly putBlock: (blob: string, blockId: string, body: Readable) => Promise<void>;
  readonly putBlockList: (blob: string, blockIds: readonly string[]) => Promise<boolean>;
  /** Undefined where there is no such blob. */
  readonly blobSize: (blob: string) => Promise<number | undefined>;
  readonly readBlob: (blob: string, start: number, end: number) => Readable;
  readonly clear: () => Promise<void>;
}

export async function createCacheStore(folder: string): Promise<CacheStore> {
  const blobs = join(folder, 'blobs');
  const blocks = join(folder, 'blocks');
  let entries: CacheEntry[] = [];
  let lastId = 1000;

  // Names come from outside; hex keeps them inside the folder.
  const blobFile = (blob: string): string => join(blobs, Buffer.from(blob).toString('hex'));
  const blockFile = (blob: string, blockId: string): string =>
    join(blocks, Buffer.from(blob).toString('hex'), Buffer.from(blockId, 'base64').toString('hex'));

  async function clear(): Promise<void> {
    entries = [];
    await rm(folder, { recursive: true, force: true });
    await Promise.all([mkdir(blobs, { recursive: true }), mkdir(blocks, { recursive: true })]);
  }

  await clear();
  return {
    create: (scope, key, version) => {
      if (entries.some((one) => one.scope === scope && one.key === key && one.version === version)) {
        return undefined;
      }
      lastId += 1;
      const entry = { id: lastId, blob: randomUUID(), scope, key, version, complete: false };
      entries.push(entry);
      return entry;
    },
    find: (lookup) => findEntry(entries, lookup),
    finalize: (scope, key, version) => {
      const entry = entries.find((one) => one.scope === scope && one.key === key && one.version === version);
      if (entry !== undefined) {
        entry.complete = true;
      }
      return entry;
    },
    putBlob: async (blob, body) => pipeline(body, createWriteStream(blobFile(blob))),
    putBlock: async (blob, blockId, body) => {
      const file = blockFile(blob, blockId);
      await mkdir(join(file, '..'), { recursive: true });
      await pipeline(body, createWriteStream(file));
    },
    putBlockList: async (blob, blockIds) => {
      const files = blockIds.map((blockId) => blockFile(blob, blockId));
      const sizes = await Promise.all(files.map(sizeOf));
      if (sizes.includes(undefined)) {
        return false;
      }
      await pipeline(concatenate(files), createWriteStream(blobFile(blob)));
      await rm(join(blocks, Buffer.from(blob).toString('hex')), { recursive: true, force: true });
      return true;
    },
    blobSize: async (blob) => sizeOf(blobFile(blob)),
    readBlob: (blob, start, end) => createReadStream(blobFile(blob), { start, end }),
    clear,
  };
}

/**
 * The branch's own scope before others; in each the exact key, then every restore key, exact before prefix,
 * the newest first (falcondev-oss/github-actions-cache-server: lib/storage.ts; docs.github.com, "Cache key matching").
 */
function findEntry(entries: readonly CacheEntry[], lookup: CacheLookup): CacheEntry | undefined {
  for (const scope of lookup.scopes) {
    const newestFirst = entries
      .filter((one) => one.complete && one.scope === scope && one.version === lookup.version)
      .toReversed();
    const exact = newestFirst.find((one) => one.key === lookup.key);
    if (exact !== undefined) {
      return exact;
    }
    for (const restoreKey of lookup.restoreKeys) {
      const found =
        newestFirst.find((one) => one.key === restoreKey) ?? newestFirst.find((one) => one.key.startsWith(restoreKey));
      if (found !== undefined) {
        return found;
      }
    }
  }
  return undefined;
}

async function* concatenate(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch {
    return undefined;
  }
}
