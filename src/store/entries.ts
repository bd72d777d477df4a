import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isOwn } from '../process/ownership.ts';
import { isDigest } from '../registry/reference.ts';
import { writeWhole, type Store } from './layout.ts';

const Digest = z.string().refine(isDigest, 'is not a digest');
const Blob = z.object({ digest: Digest, sizeBytes: z.number().int().nonnegative() });
const Entry = z.object({
  version: z.literal(1),
  /** Canonical, `docker.io/library/golang:1.24-alpine`. */
  reference: z.string().min(1),
  /** Of the index or manifest that the reference stands for. */
  digest: Digest,
  mediaType: z.string(),
  /** Platforms that are here in full; empty for a single image. */
  platforms: z.array(z.string()).readonly(),
  /** When somebody last vouched for the digest, milliseconds since the epoch. */
  confirmedAtMs: z.number(),
  /** Who did: a registry, the lock file, two mirrors. */
  confirmedBy: z.string(),
  /** The host that the bytes came from. */
  fetchedFrom: z.string(),
  /** Everything that belongs to it, manifests included. */
  blobs: z.array(Blob).readonly(),
});

/** One image of the store. */
export type StoreEntry = Readonly<z.infer<typeof Entry>>;

export interface StoredEntry {
  readonly entry: StoreEntry;
  /** When a run last wanted it, milliseconds since the epoch. */
  readonly usedAtMs: number;
}

export interface ReadEntries {
  readonly entries: readonly StoredEntry[];
  /** Files that hold no entry: half-written, or such as somebody else could have written. */
  readonly damaged: readonly string[];
}

/** Everything the store has. A store that is not there is empty. */
export async function readEntries(store: Store): Promise<ReadEntries> {
  const folder = join(store.root, 'entries');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).toSorted();
  const read = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), found: await readOne(folder, name) })),
  );
  return {
    entries: read.flatMap(({ found }) => (found === null ? [] : [found])),
    damaged: read.flatMap(({ path, found }) => (found === null ? [path] : [])),
  };
}

/** The entry of a reference; `damaged` where its file holds none. */
export async function readEntry(store: Store, reference: string): Promise<StoredEntry | 'absent' | 'damaged'> {
  const path = entryPath(store, reference);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) return 'absent';
  const found = await readOne(join(store.root, 'entries'), nameOf(reference));
  return found?.entry.reference === reference ? found : 'damaged';
}

/** Adds an image, or replaces what the reference stood for. Its blobs are there by then. */
export async function writeEntry(store: Store, entry: Omit<StoreEntry, 'version'>): Promise<void> {
  await writeWhole(store, entryPath(store, entry.reference), `${JSON.stringify({ version: 1, ...entry }, null, 2)}\n`);
}

/** Notes that an image was wanted now: what was not wanted for the longest time goes first. */
export async function touchEntry(store: Store, reference: string, now: Date): Promise<void> {
  await utimes(entryPath(store, reference), now, now).catch(() => undefined);
}

export async function removeEntry(store: Store, reference: string): Promise<void> {
  await rm(entryPath(store, reference), { force: true });
}

/** Writes index.json for other tools (skopeo, crane, buildx by tag) from the entries, which alone count here. */
export async function writeIndex(store: Store): Promise<void> {
  const { entries } = await readEntries(store);
  const manifests = entries.map(({ entry }) => ({
    mediaType: entry.mediaType,
    digest: entry.digest,
    size: entry.blobs.find(({ digest }) => digest === entry.digest)?.sizeBytes ?? 0,
    annotations: {
      'org.opencontainers.image.ref.name': entry.reference,
      'dev.smart-docker-build.platforms': entry.platforms.join(','),
      'dev.smart-docker-build.confirmed-at': new Date(entry.confirmedAtMs).toISOString(),
      'dev.smart-docker-build.confirmed-by': entry.confirmedBy,
    },
  }));
  const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
  await writeWhole(store, join(store.root, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
}

function entryPath(store: Store, reference: string): string {
  return join(store.root, 'entries', nameOf(reference));
}

/** References hold characters that file names do not. */
function nameOf(reference: string): string {
  return `${createHash('sha256').update(reference).digest('hex').slice(0, 32)}.json`;
}

async function readOne(folder: string, name: string): Promise<StoredEntry | null> {
  try {
    const path = join(folder, name);
    const [text, stats] = await Promise.all([readFile(path, 'utf8'), lstat(path)]);
    // What anybody could have written vouches for nothing: /tmp is shared by all users of a machine.
    if (!stats.isFile() || !isOwn(stats)) return null;
    return { entry: Entry.parse(JSON.parse(text)), usedAtMs: stats.mtimeMs };
  } catch {
    return null;
  }
}
