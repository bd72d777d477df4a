import type { ImageNeed } from '../health/probe-image.ts';
import type { Plan } from '../plan/plan.ts';
import { readdir } from 'node:fs/promises';
import { takeLease, type Lease } from '../store/lease.ts';
import { findStored, markUsed, type StoredImage } from '../store/stored.ts';
import { goModulesPath, type Store } from '../store/layout.ts';

/** The warm store as a build uses it. */
export interface WarmReader {
  readonly root: string;
  /** What it has of the images that the build can need, by the need's key. */
  readonly stored: () => ReadonlyMap<string, StoredImage>;
  /** Brings back what an earlier job kept, once and where that is asked for; true where there is more than before. */
  readonly bringsMore: () => Promise<boolean>;
  /** Compares everything that a plan takes from it with its digests; true where something turned out to be damaged. */
  readonly findsDamage: (plan: Plan) => Promise<boolean>;
  /** Where its Go modules are, a folder in the layout of the GOPROXY protocol; null where it has none. */
  readonly modules: () => string | null;
  readonly close: () => Promise<void>;
}

/** Opens the store for reading. It is held against tidying up from the moment on that a plan uses it. */
export async function openWarmStore(
  store: Store,
  needs: readonly ImageNeed[],
  enginePlatform: string,
  restore: (() => Promise<boolean>) | null,
): Promise<WarmReader> {
  const platformsOf = ({ platforms }: ImageNeed): readonly string[] =>
    platforms.length > 0 ? platforms : [enginePlatform];
  const stored = new Map<string, StoredImage>();
  const verified = new Set<string>();
  let lease: Lease | null = null;
  let mayRestore = restore !== null;
  let modules: string | null = null;
  await lookUp();

  async function lookUp(): Promise<void> {
    const folder = goModulesPath(store);
    modules = (await readdir(folder).catch(() => [])).length > 0 ? folder : null;
    const isEmpty = (await readdir(store.root).catch(() => [])).length === 0;
    for (const need of isEmpty ? [] : needs) {
      const found = await findStored(store, need.image, platformsOf(need), 'sizes');
      if (found !== null) stored.set(need.key, found);
    }
  }

  async function verify(need: ImageNeed): Promise<boolean> {
    verified.add(need.key);
    const found = await findStored(store, need.image, platformsOf(need), 'digests');
    if (found !== null) stored.set(need.key, found);
    else stored.delete(need.key);
    if (found?.problem === null) await markUsed(store, need.image);
    return found?.problem !== null;
  }

  return {
    root: store.root,
    stored: () => stored,
    bringsMore: async () => {
      if (!mayRestore || restore === null) return false;
      mayRestore = false;
      if (!(await restore())) return false;
      await lookUp();
      return stored.size > 0 || modules !== null;
    },
    findsDamage: async ({ images }) => {
      const digests = new Set(images.flatMap(({ choice }) => (choice.kind === 'store' ? [choice.digest] : [])));
      const used = needs.filter(({ key }) => !verified.has(key) && digests.has(stored.get(key)?.digest ?? ''));
      if (used.length === 0) return false;
      lease ??= await takeLease(store).catch(() => null);
      const damaged = await Promise.all(used.map(verify));
      return damaged.includes(true);
    },
    modules: () => modules,
    close: async () => await lease?.release(),
  };
}
