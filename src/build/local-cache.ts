import { access, constants, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeptLocally } from '../report/result.ts';
import { isOwn } from '../process/ownership.ts';
import { folderBytes, layoutDamage } from './cache-layout.ts';

/**
 * The local build cache, rotated: a build reads `current`, writes `next`, and `next` takes the place of `current` once
 * the build succeeded. BuildKit's local exporter only ever adds to a directory, so writing in place grows without bound.
 */
export interface LocalCache {
  /** Where a build may import from; null where nothing is kept yet. */
  readonly source: string | null;
  readonly destination: string;
  readonly root: string;
  /** Why nothing can be kept here, or null. */
  readonly problem: string | null;
  /** What is wrong with what is kept here, so that it is built anew; nothing where all is well. */
  readonly damage?: string;
  /** Bytes that may be kept. Default: no limit. */
  readonly maxBytes?: number;
}

/** The share of the free disk that the local cache may take where nothing else is said. */
const SHARE = 0.25;

/** How large the local cache may become: as asked for, else a share of what would be free without it. */
export function cacheLimit(askedBytes: number | null, freeBytes: number | null, presentBytes: number): number {
  return askedBytes ?? (freeBytes === null ? Number.MAX_SAFE_INTEGER : Math.floor((freeBytes + presentBytes) * SHARE));
}

/** The place of a scope's cache below CACHE_LOCAL_PATH. Scopes keep services that share a path from mixing. */
export async function openLocalCache(cachePath: string, scope: string, limits?: CacheLimits): Promise<LocalCache> {
  const root = localCachePath(cachePath, scope);
  const current = join(root, 'current');
  const index = join(current, 'index.json');
  const isThere = await exists(index);
  const presentBytes = limits === undefined ? 0 : await folderBytes(current);
  const maxBytes = limits === undefined ? undefined : cacheLimit(limits.askedBytes, limits.freeBytes, presentBytes);
  const tooLarge = maxBytes !== undefined && presentBytes > maxBytes ? 'larger than it may be' : null;
  const foreign = isThere && !(await isOurs([root, current, index])) ? 'somebody else could have written it' : null;
  const damage = isThere ? (foreign ?? (await layoutDamage(current)) ?? tooLarge) : null;
  return {
    root,
    source: isThere && damage === null ? current : null,
    destination: join(root, 'next'),
    problem: (await problemOf(root)) ?? (maxBytes === 0 ? 'no room is left for it' : null),
    ...(damage === null ? {} : { damage }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}

/** Layers of a planted cache would end up in the image. */
async function isOurs(paths: readonly string[]): Promise<boolean> {
  const all = await Promise.all(paths.map(async (path) => await lstat(path).catch(() => null)));
  return all.every((stats) => stats !== null && isOwn(stats));
}

/** What decides how large the local cache may become. */
export interface CacheLimits {
  readonly askedBytes: number | null;
  readonly freeBytes: number | null;
}

/** Everything that is kept of a scope's cache. */
export function localCachePath(cachePath: string, scope: string): string {
  return join(cachePath, 'buildkit', scope);
}

/** Whether a directory can be made and written there; asked of the nearest one that exists, so nothing is made yet. */
async function problemOf(root: string): Promise<string | null> {
  let place = root;
  while (place !== dirname(place) && !(await exists(place))) place = dirname(place);
  try {
    if (!(await stat(place)).isDirectory()) return `${place} is not a directory`;
    await access(place, constants.W_OK);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Clears what an interrupted build left, so that an export never starts from half a cache. */
export async function prepareLocalCache(cache: LocalCache): Promise<void> {
  if (cache.problem !== null) return;
  await discardExport(cache);
  if (cache.damage !== undefined) await rm(join(cache.root, 'current'), { recursive: true, force: true });
  await mkdir(cache.root, { recursive: true });
}

/** Drops what a build that failed has exported, or begun to: the runner's disk is small. */
export async function discardExport(cache: LocalCache): Promise<void> {
  if (cache.problem !== null) return;
  await rm(cache.destination, { recursive: true, force: true });
}

/** Puts the exported cache in place of the old one; keeps the old one where nothing was exported, or too much. */
export async function rotateLocalCache(cache: LocalCache): Promise<KeptLocally | null> {
  if (cache.problem !== null) return null;
  const current = join(cache.root, 'current');
  const { maxBytes = Number.MAX_SAFE_INTEGER } = cache;
  if (!(await exists(join(cache.destination, 'index.json')))) {
    await discardExport(cache);
    return { sizeBytes: await folderBytes(current), maxBytes, dropped: 'nothing was exported' };
  }
  const sizeBytes = await folderBytes(cache.destination);
  if (sizeBytes > maxBytes) {
    await discardExport(cache);
    return { sizeBytes, maxBytes, dropped: 'it is larger than it may be' };
  }
  const old = join(cache.root, 'old');
  await rm(old, { recursive: true, force: true });
  if (await exists(current)) await rename(current, old);
  await rename(cache.destination, current);
  await rm(old, { recursive: true, force: true });
  return { sizeBytes, maxBytes, dropped: null };
}

/** Drops a cache that a build could not read. */
export async function dropLocalCache(cache: LocalCache): Promise<void> {
  await rm(cache.root, { recursive: true, force: true });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
