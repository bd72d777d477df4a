import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The warm store: an OCI image layout (opencontainers/image-spec image-layout.md) that holds the images which builds of
 * this repository can need.
 *
 *     oci-layout, index.json    for other tools; written from `entries`, and read by nobody here
 *     blobs/sha256/HEX          manifests, configurations, layers: each under its digest
 *     entries/KEY.json          one file for each image: what it is, who confirmed it and when, which blobs it has
 *     partial/HEX.…             fetches that are under way, or broke off and will be resumed
 *     leases/…, gc.lock         who uses the store now, so that nothing is tidied away under him
 *
 * Everything is written beside and renamed, so that any number of jobs may work on one store: a file is whole or absent.
 */
export interface Store {
  readonly root: string;
}

const FOLDERS = ['blobs/sha256', 'entries', 'partial', 'leases'];

/** The store under the directory of the local caches. */
export function storeAt(cachePath: string): Store {
  return { root: join(cachePath, 'store') };
}

/** Makes the folders of a store that is to be written to. */
export async function createStore(store: Store): Promise<void> {
  for (const folder of FOLDERS) await mkdir(join(store.root, folder), { recursive: true });
  const marker = join(store.root, 'oci-layout');
  const exists = await stat(marker)
    .then(({ size }) => size > 0)
    .catch(() => false);
  if (!exists) await writeWhole(store, marker, JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

/** Where a blob is, or would be. */
export function blobPath(store: Store, digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return join(store.root, 'blobs', algorithm, hex);
}

/** Writes a file so that nobody ever sees half of it, nor after a power cut: beside, to the disk, renamed. */
export async function writeWhole(store: Store, path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(store.root, 'partial', `new.${randomUUID()}`);
  try {
    await writeFile(temporary, content);
    await moveInto(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Puts a finished file in its place for good. */
export async function moveInto(temporary: string, path: string): Promise<void> {
  await toDisk(temporary);
  await mkdir(dirname(path), { recursive: true });
  await rename(temporary, path);
  await toDisk(dirname(path));
}

async function toDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Go modules in the layout of the GOPROXY protocol, usable as `file://` proxy. */
export function goModulesPath(store: Store): string {
  return join(store.root, 'go', 'cache', 'download');
}
