import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { BlobDescriptor } from '../registry/manifest.ts';
import { blobPath, writeWhole, type Store } from './layout.ts';

/** What is known of a blob in the store. `damaged`: there are bytes under its name, and they are others. */
export type BlobState = 'whole' | 'absent' | 'damaged';

/** How sure an answer has to be: by size alone, which is quick, or by the digest of all bytes. */
export type Depth = 'sizes' | 'digests';

/** Looks at a blob. Never rejects: what cannot be read is damaged. */
export async function blobState(store: Store, blob: BlobDescriptor, depth: Depth): Promise<BlobState> {
  const path = blobPath(store, blob.digest);
  const found = await stat(path).catch((error: unknown) =>
    (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unreadable',
  );
  if (found === null) return 'absent';
  if (found === 'unreadable' || found.size !== blob.sizeBytes) return 'damaged';
  if (depth === 'sizes') return 'whole';
  return (await digestOfFile(path, blob.digest).catch(() => null)) === blob.digest ? 'whole' : 'damaged';
}

/** The digest of a file's bytes, by the algorithm of the digest that they should have. */
export async function digestOfFile(path: string, expected: string): Promise<string> {
  const algorithm = expected.slice(0, expected.indexOf(':'));
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return `${algorithm}:${hash.digest('hex')}`;
}

/** Puts bytes into the store whose digest has been checked. */
export async function putBlob(store: Store, digest: string, bytes: Uint8Array): Promise<void> {
  await writeWhole(store, blobPath(store, digest), bytes);
}

/** A small blob's bytes, which have its digest; null where it is absent or damaged. */
export async function readBlob(store: Store, digest: string): Promise<Buffer | null> {
  const bytes = await readFile(blobPath(store, digest)).catch(() => null);
  if (bytes === null) return null;
  const algorithm = digest.slice(0, digest.indexOf(':'));
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` === digest ? bytes : null;
}
