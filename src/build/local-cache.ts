import { access, constants, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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
}

/** The place of a scope's cache below CACHE_LOCAL_PATH. Scopes keep services that share a path from mixing. */
export async function openLocalCache(cachePath: string, scope: string): Promise<LocalCache> {
  const root = localCachePath(cachePath, scope);
  const current = join(root, 'current');
  const usable = await exists(join(current, 'index.json'));
  return { root, source: usable ? current : null, destination: join(root, 'next'), problem: await problemOf(root) };
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
  await mkdir(cache.root, { recursive: true });
}

/** Drops what a build that failed has exported, or begun to: the runner's disk is small. */
export async function discardExport(cache: LocalCache): Promise<void> {
  if (cache.problem !== null) return;
  await rm(cache.destination, { recursive: true, force: true });
}

/** Puts the exported cache in place of the old one; keeps the old one where nothing was exported. */
export async function rotateLocalCache(cache: LocalCache): Promise<void> {
  if (cache.problem !== null) return;
  if (!(await exists(join(cache.destination, 'index.json')))) {
    await discardExport(cache);
    return;
  }
  const current = join(cache.root, 'current');
  const old = join(cache.root, 'old');
  await rm(old, { recursive: true, force: true });
  if (await exists(current)) await rename(current, old);
  await rename(cache.destination, current);
  await rm(old, { recursive: true, force: true });
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
