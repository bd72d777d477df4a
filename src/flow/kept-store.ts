import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { readEntries } from '../store/entries.ts';
import { goModulesPath, type Store } from '../store/layout.ts';
import { storeKeys } from './runner-cache.ts';
import type { World } from './world.ts';

/** The warm store as it is kept from job to job. */
export interface KeptStore {
  /** Brings it back where nothing is here: what is here already is newer. Gives back whether it did. */
  readonly restore: () => Promise<boolean>;
  /** Keeps it, unless the same is kept already. */
  readonly save: () => Promise<void>;
}

/** A store of some gigabytes takes its time. */
const STORE_MS = 15 * 60_000;

/** Opens the Actions cache for the warm store; null outside of a workflow. */
export async function openKeptStore(store: Store, world: World): Promise<KeptStore | null> {
  if (world.openRunnerCache === null) return null;
  const cache = await world.openRunnerCache(STORE_MS);
  let restored: string | null = null;
  return {
    restore: async () => {
      if ((await readEntries(store)).entries.length > 0) return false;
      const { key, olderKeys } = storeKeys(cache.ref, 'none');
      restored = await cache.restore(store.root, key, olderKeys);
      world.journal.line(restored === null ? 'Warm store: nothing is kept yet' : `Warm store: restored ${restored}`);
      return restored !== null;
    },
    save: async () => {
      const { key } = storeKeys(cache.ref, await contentKey(store));
      if (cache.ref.readOnly || key === restored) return;
      if (await cache.save(store.root, key)) world.journal.line(`Warm store: kept as ${key}`);
    },
  };
}

/** Enough of a hash of what the store has: the same content has the same key, whoever fetched it and when. */
async function contentKey(store: Store): Promise<string> {
  const { entries } = await readEntries(store);
  const lines = entries.map(
    ({ entry }) => `${entry.reference} ${entry.digest} ${entry.platforms.toSorted().join(',')}`,
  );
  const files = await readdir(goModulesPath(store), { recursive: true }).catch(() => []);
  // A module of a version is the same for ever.
  const modules = files.filter((name) => name.endsWith('.zip'));
  return createHash('sha256')
    .update([...lines.toSorted(), ...modules.toSorted()].join('\n'))
    .digest('hex')
    .slice(0, 24);
}
