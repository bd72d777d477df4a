import { access, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Which run a folder of the local cache belongs to. */
export interface RunName {
  readonly host: string;
  readonly pid: number;
}

/** A folder of a run on another machine, which nobody here can ask, is given up after this time. */
const FOREIGN_MS = 24 * 3_600_000;

/** Part of a folder's name. */
export function nameOf({ host, pid }: RunName): string {
  return `${host.replaceAll(/[^A-Za-z0-9-]+/g, '-')}.${pid}`;
}

/**
 * A run that ended between its two renames has moved the cache away and put nothing in its place: it is brought back.
 * For a run that is just doing this, it makes no difference.
 */
export async function recoverOld(root: string, own: RunName): Promise<void> {
  if (await exists(join(root, 'current'))) return;
  const names = (await readdir(root).catch(() => [])).filter((name) => /^old(?:-|$)/.test(name));
  for (const name of names) {
    if (!(await exists(join(root, name, 'index.json'))) || !(await isLeft(root, name, own))) continue;
    const isBack = await rename(join(root, name), join(root, 'current')).then(
      () => true,
      () => false,
    );
    if (isBack) return;
  }
}

/** Removes what runs left that have ended: half an export, or a cache that another one has replaced. */
export async function clearLeftovers(root: string, own?: RunName): Promise<void> {
  const names = (await readdir(root).catch(() => [])).filter((name) => /^(?:next|old)(?:-|$)/.test(name));
  for (const name of names) {
    if (await isLeft(root, name, own)) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function isLeft(root: string, name: string, own?: RunName): Promise<boolean> {
  const [, host, pid] = /^(?:next|old)-(.+)\.(\d+)$/.exec(name) ?? [];
  if (host === undefined) return true;
  if (own !== undefined && `${host}.${own.pid}` === nameOf(own)) return !isAlive(Number(pid));
  const changed = await stat(join(root, name)).catch(() => null);
  return changed !== null && Date.now() - changed.mtimeMs > FOREIGN_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives as well.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
