import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from './layout.ts';
import { isAbandoned, ownMark } from './processes.ts';

/** The file that a blob is fetched into, with what an earlier fetch has left of it. */
export interface Partial {
  readonly path: string;
  readonly bytes: number;
}

/** In the place of a process's mark: whoever wants to go on with this file may. */
const FREE = 'free';

/** Takes over what a fetch that broke off has left, or begins anew. A rename decides, so that one alone writes to a file. */
export async function claimPartial(store: Store, digest: string): Promise<Partial> {
  const folder = join(store.root, 'partial');
  const own = join(folder, `${hexOf(digest)}.${ownMark()}.${randomUUID()}`);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${hexOf(digest)}.`)) continue;
    const path = join(folder, name);
    if (!name.startsWith(`${hexOf(digest)}.${FREE}.`) && !(await isAbandoned(path, name, Date.now()))) continue;
    const claimed = await rename(path, own).then(
      () => true,
      () => false,
    );
    if (claimed) return { path: own, bytes: (await stat(own)).size };
  }
  return { path: own, bytes: 0 };
}

/** Leaves what has been fetched so far to the next who wants it. */
export async function releasePartial(store: Store, digest: string, { path }: Partial): Promise<void> {
  const free = join(store.root, 'partial', `${hexOf(digest)}.${FREE}.${randomUUID()}`);
  await rename(path, free).catch(() => undefined);
}

/** Drops what fetches have left of a blob that is there by now. */
export async function dropPartials(store: Store, digest: string): Promise<void> {
  const folder = join(store.root, 'partial');
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${hexOf(digest)}.${FREE}.`)) await rm(join(folder, name), { force: true });
  }
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
