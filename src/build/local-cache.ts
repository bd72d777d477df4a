import { access, constants, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeptLocally } from './record.ts';
import { isOwn } from '../process/ownership.ts';
import { folderBytes, layoutDamage } from './cache-layout.ts';
import { mendCacheIndex } from './mend-cache-index.ts';
import { clearLeftovers, nameOf, type RunName } from './cache-leftovers.ts';

/**
 * The local build cache, rotated: a build reads `current`, writes a folder of its own, and that takes the place of
 * `current` once the build succeeded. BuildKit's local exporter only ever adds to a directory, so writing in place grows
 * without bound; and jobs that share a scope, at the same time, never write to the same one.
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
  /** Whose export this is. Default: of nobody who could be writing at the same time. */
  readonly run?: RunName;
}

/** The share of the free disk that the local cache may take where nothing else is said. */
const SHARE = 0.25;

/** How large the local cache may become: as asked for, else a share of what would be free without it. */
export function cacheLimit(askedBytes: number | null, freeBytes: number | null, presentBytes: number): number {
  return askedBytes ?? (freeBytes === null ? Number.MAX_SAFE_INTEGER : Math.floor((freeBytes + presentBytes) * SHARE));
}

/** The place of a scope's cache below CACHE_LOCAL_PATH. Scopes keep services that share a path from mixing. */
export async function openLocalCache(
  cachePath: string,
  scope: string,
  limits?: CacheLimits,
  run: RunName | null = null,
): Promise<LocalCache> {
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
    destination: join(root, run === null ? 'next' : `next-${nameOf(run)}`),
    problem: (await problemOf(root)) ?? (maxBytes === 0 ? 'no room is left for it' : null),
    ...(damage === null ? {} : { damage }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(run === null ? {} : { run }),
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

/** Clears what interrupted builds left, so that an export never starts from half a cache. */
export async function prepareLocalCache(cache: LocalCache): Promise<void> {
  if (cache.problem !== null) return;
  await discardExport(cache);
  await clearLeftovers(cache.root, cache.run);
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
  await mendCacheIndex(cache.destination);
  await replace(current, cache.destination);
  return { sizeBytes, maxBytes, dropped: null };
}

/** Other jobs may rotate at the same moment: each gives way to the one that came last. */
const ROTATIONS = 5;

async function replace(current: string, destination: string): Promise<void> {
  const old = destination.replace(/next([^/]*)$/, 'old$1');
  for (let left = ROTATIONS; ; left--) {
    await rm(old, { recursive: true, force: true });
    await rename(current, old).catch(unlessMissing);
    try {
      await rename(destination, current);
      break;
    } catch (error) {
      // Somebody else's has taken the place in between.
      if (left === 0 || !isInTheWay(error)) throw error;
    }
  }
  await rm(old, { recursive: true, force: true });
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

function isInTheWay(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}

/** Drops a cache that a build could not read. */
export async function dropLocalCache(cache: LocalCache): Promise<void> {
  await rm(join(cache.root, 'current'), { recursive: true, force: true });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
