import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readEntries, removeEntry, type StoredEntry } from './entries.ts';
import { blobPath, type Store } from './layout.ts';

/** What a fetch that broke off has left, whole layers or parts of one, is of use for so long. */
const LEFTOVER_LIFE_MS = 2 * 24 * 3600_000;

/** Bytes of all blobs that these images have, a shared one counted once. */
export function bytesOf(entries: readonly Pick<StoredEntry, 'entry'>[]): number {
  const blobs = new Map(
    entries.flatMap(({ entry }) => entry.blobs).map(({ digest, sizeBytes }) => [digest, sizeBytes]),
  );
  return [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Which images have to go so that the rest takes at most `maxBytes`: the ones that were wanted longest ago first, the
 * kept ones never.
 */
export function evicted(
  entries: readonly StoredEntry[],
  maxBytes: number,
  isKept: (reference: string) => boolean,
): readonly string[] {
  const oldestFirst = entries.toSorted((a, b) => a.usedAtMs - b.usedAtMs);
  const gone: string[] = [];
  let rest: readonly StoredEntry[] = entries;
  for (const candidate of oldestFirst) {
    if (bytesOf(rest) <= maxBytes) break;
    const { reference } = candidate.entry;
    if (isKept(reference)) continue;
    gone.push(reference);
    rest = rest.filter((one) => one !== candidate);
  }
  return gone;
}

/**
 * Removes images with the blobs that no other image has, and what nobody has wanted for long. Only for who is alone
 * (`whenAlone`).
 */
export async function tidyStore(store: Store, references: readonly string[]): Promise<void> {
  const before = await readEntries(store);
  const isVictim = ({ entry }: StoredEntry): boolean => references.includes(entry.reference);
  for (const reference of references) await removeEntry(store, reference);
  for (const path of before.damaged) await rm(path, { force: true });
  const pathsOf = (entries: readonly StoredEntry[]): ReadonlySet<string> =>
    new Set(entries.flatMap(({ entry }) => entry.blobs.map(({ digest }) => blobPath(store, digest))));
  const used = pathsOf(before.entries.filter((one) => !isVictim(one)));
  const freed = pathsOf(before.entries.filter(isVictim));
  const blobs = join(store.root, 'blobs');
  const folders = (await readdir(blobs)).map((algorithm) => join(blobs, algorithm));
  for (const path of (await Promise.all([...folders, join(store.root, 'partial')].map(filesOf))).flat()) {
    if (!used.has(path) && (freed.has(path) || (await isOld(path)))) await rm(path, { force: true });
  }
}

async function filesOf(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).map((name) => join(folder, name));
}

async function isOld(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > LEFTOVER_LIFE_MS;
}
