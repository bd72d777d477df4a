import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStore, type Store } from './layout.ts';
import { isAbandoned, ownMark } from './processes.ts';

const HEARTBEAT_MS = 30_000;
const LOCK_POLL_MS = 50;

/** Keeps the store as it is from being tidied up by others, until it is given back. */
export interface Lease {
  readonly name: string;
  readonly release: () => Promise<void>;
}

/**
 * Says that somebody uses the store. A lease is written before the lock is looked at, and whoever tidies up takes the lock
 * before he looks at the leases: so one of the two always sees the other.
 */
export async function takeLease(store: Store): Promise<Lease> {
  await createStore(store);
  const name = `lease.${ownMark()}.${randomUUID()}`;
  const path = join(store.root, 'leases', name);
  await writeFile(path, '');
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), HEARTBEAT_MS);
  heartbeat.unref();
  while (await isLocked(store)) await sleep(LOCK_POLL_MS);
  return {
    name,
    release: async () => {
      clearInterval(heartbeat);
      await rm(path, { force: true });
    },
  };
}

/** Does something that nobody else's use of the store may meet; gives back whether it was done. */
export async function whenAlone(store: Store, own: Lease, tidyUp: () => Promise<void>): Promise<boolean> {
  if (!(await lock(store))) return false;
  try {
    if (await hasOthers(store, own)) return false;
    await tidyUp();
    return true;
  } finally {
    await rm(lockPath(store), { force: true });
  }
}

async function hasOthers(store: Store, own: Lease): Promise<boolean> {
  const folder = join(store.root, 'leases');
  for (const name of await readdir(folder)) {
    if (name === own.name) continue;
    const path = join(folder, name);
    if (!(await isAbandoned(path, name, Date.now()))) return true;
    await rm(path, { force: true });
  }
  return false;
}

function lockPath(store: Store): string {
  return join(store.root, 'gc.lock');
}

async function lock(store: Store): Promise<boolean> {
  if (await isLocked(store)) return false;
  try {
    const file = await open(lockPath(store), 'wx');
    await file.writeFile(ownMark());
    await file.close();
    return true;
  } catch {
    return false;
  }
}

/** A lock whose holder is gone holds nobody up. Tidying up takes seconds. */
async function isLocked(store: Store): Promise<boolean> {
  const path = lockPath(store);
  const names = await readdir(store.root);
  if (!names.includes('gc.lock')) return false;
  const holder = await readFile(path, 'utf8').catch(() => '');
  if (!(await isAbandoned(path, `lock.${holder}`, Date.now()))) return true;
  await rm(path, { force: true });
  return false;
}
