import { resolve } from 'node:path';
import type { ImageReference } from '../registry/reference.ts';
import { contentOf } from './content.ts';
import { readEntry, touchEntry } from './entries.ts';
import { storeKey } from './key.ts';
import { storeAt, type Store } from './layout.ts';
import type { Depth } from './blobs.ts';

/** What the warm store has of an image that a build needs. */
export interface StoredImage {
  readonly digest: string;
  /** When somebody last vouched for the digest, milliseconds since the epoch. */
  readonly confirmedAtMs: number;
  /** Who did. */
  readonly confirmedBy: string;
  /** Why it must not be used, or null. */
  readonly problem: string | null;
}

/** The store under the directory of the caches, by a path that means the same to every program. */
export function storeOf(cwd: string, cachePath: string): Store {
  return storeAt(resolve(cwd, cachePath));
}

/** Looks an image up; null where the store has never heard of it. By size alone, which is quick, or by every digest. */
export async function findStored(
  store: Store,
  reference: ImageReference,
  platforms: readonly string[],
  depth: Depth,
): Promise<StoredImage | null> {
  const key = storeKey(reference);
  const found = await readEntry(store, key);
  if (found === 'absent') return null;
  if (found === 'damaged') return { digest: '', confirmedAtMs: 0, confirmedBy: '', problem: 'its entry is damaged' };
  const { digest, confirmedAtMs, confirmedBy, blobs } = found.entry;
  const root = blobs.find((blob) => blob.digest === digest);
  const content = root === undefined ? null : await contentOf(store, root, platforms, depth);
  const problem = content === null ? 'its entry is damaged' : content.kind === 'complete' ? null : content.reason;
  return { digest, confirmedAtMs, confirmedBy, problem };
}

/** Notes that a build uses an image now. */
export async function markUsed(store: Store, reference: ImageReference): Promise<void> {
  await touchEntry(store, storeKey(reference), new Date());
}
