import { localCachePath } from '../build/local-cache.ts';
import type { Inputs } from '../inputs/types.ts';
import { cacheScope } from '../plan/cache-facts.ts';
import type { Prepared } from './prepare.ts';
import { cacheKeys } from './runner-cache.ts';
import type { World } from './world.ts';

/** The local cache as it is kept from job to job. */
export interface KeptCache {
  readonly save: () => Promise<void>;
}

/** Brings back the local cache that an earlier job kept, where that is asked for and the cache service is up. */
export async function restoreLocalCache(inputs: Inputs, world: World, prepared: Prepared): Promise<KeptCache | null> {
  const { health, dockerfiles } = prepared;
  if (
    inputs.form !== 'image' ||
    !inputs.settings.cacheLocalPersist ||
    !health.ghaCacheAvailable ||
    world.openRunnerCache === null
  )
    return null;
  const cache = await world.openRunnerCache(inputs.settings.cacheExportTimeoutMs);
  const scope = cacheScope(inputs);
  const path = localCachePath(inputs.settings.cacheLocalPath, scope);
  const keys = cacheKeys(scope, cache.ref, dockerfiles.fingerprint, world.runId);
  const found = await cache.restore(path, keys.key, keys.olderKeys);
  world.journal.line(
    found === null ? 'Local cache: nothing is kept for this branch yet' : `Local cache: restored ${found}`,
  );
  return {
    save: async () => {
      if (cache.ref.readOnly || health.cacheRights?.write === false) return;
      if (await cache.save(path, keys.key)) world.journal.line(`Local cache: kept as ${keys.key}`);
    },
  };
}
