import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { goModulesPath, type Store } from './layout.ts';

/**
 * The sources of one version of a Go module: a zip, beside which the GOPROXY protocol has small files of the same name. Only
 * zips count and go: without a `.mod` Go could not even tell which modules a build needs.
 */
export interface StoredModule {
  readonly zip: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/** All modules of the store. */
export async function readModules(store: Store): Promise<readonly StoredModule[]> {
  const files = await readdir(goModulesPath(store), { recursive: true, withFileTypes: true }).catch(() => []);
  const zips = files.filter((file) => file.isFile() && file.name.endsWith('.zip'));
  return await Promise.all(
    zips.map(async ({ parentPath, name }) => {
      const zip = join(parentPath, name);
      const { size, mtimeMs } = await stat(zip);
      return { zip, sizeBytes: size, usedAtMs: mtimeMs };
    }),
  );
}

/** Says that a build can need them now. Files that are gone are passed over. */
export async function touchModules(zips: readonly string[]): Promise<void> {
  const now = new Date();
  for (const zip of zips) await utimes(zip, now, now).catch(() => undefined);
}

/** Bytes of all sources. */
export function moduleBytes(modules: readonly Pick<StoredModule, 'sizeBytes'>[]): number {
  return modules.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Which have to go so that the rest takes at most `maxBytes`: wanted longest ago first, and none wanted since `keptSinceMs`. */
export function surplusModules(
  modules: readonly StoredModule[],
  maxBytes: number,
  keptSinceMs: number,
): readonly StoredModule[] {
  const gone: StoredModule[] = [];
  let bytes = moduleBytes(modules);
  for (const module of modules.toSorted((a, b) => a.usedAtMs - b.usedAtMs)) {
    if (bytes <= maxBytes || module.usedAtMs >= keptSinceMs) break;
    gone.push(module);
    bytes -= module.sizeBytes;
  }
  return gone;
}

/** Removes their sources, and what says that these are here. Only for who is alone (`whenAlone`). */
export async function removeModules(modules: readonly StoredModule[]): Promise<void> {
  for (const { zip } of modules) {
    await rm(zip, { force: true });
    await rm(`${zip}hash`, { force: true });
  }
}
