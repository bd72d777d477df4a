import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import type { StoreLoad } from '../plan/store-means.ts';
import type { RunCommand } from '../process/run-command.ts';
import { manifestFor, parseManifest, type BlobDescriptor } from '../registry/manifest.ts';
import { readBlob } from '../store/blobs.ts';
import { blobPath, type Store } from '../store/layout.ts';

const LOAD_TIMEOUT_MS = 300_000;

/** Gives the engine what plans take from the warm store, and takes it back. */
export interface StoreLoader {
  readonly load: (plan: Plan) => Promise<void>;
  readonly unload: () => Promise<void>;
}

/** One that cannot be loaded is missed by the build, which says so; here it is said why. */
export function createStoreLoader(
  enginePlatform: string | null,
  run: RunCommand,
  write: (text: string) => void,
): StoreLoader {
  const loaded = new Set<string>();
  return {
    load: async ({ loads = [] }) => {
      for (const one of loads.filter(({ name }) => !loaded.has(name))) {
        const problem = await loadStored(one, enginePlatform ?? 'linux/amd64', run);
        if (problem === null) loaded.add(one.name);
        else write(`The warm store: ${problem}\n`);
      }
    },
    // What was built on an image keeps its layers; one that a builder runs from stays.
    unload: async () => {
      if (loaded.size > 0) await run(['docker', 'image', 'rm', ...loaded], { timeoutMs: 30_000 });
    },
  };
}

/**
 * Loads an image of the warm store into the engine, as an archive of `docker save` (github.com/moby/docker-image-spec):
 * every engine takes one, and several platforms no engine without the containerd image store. Gives back what went wrong.
 */
async function loadStored(load: StoreLoad, enginePlatform: string, run: RunCommand): Promise<string | null> {
  const store = { root: load.store };
  const image = await imageOf(store, load.digest, load.platform ?? enginePlatform);
  if (image === null) return `${load.digest} cannot be read from the warm store`;
  const folder = await mkdtemp(join(tmpdir(), 'smart-docker-build-load-'));
  try {
    const at = ({ digest }: BlobDescriptor): string => `blobs/${digest.replace(':', '/')}`;
    for (const blob of [image.config, ...image.layers]) {
      await mkdir(dirname(join(folder, 'image', at(blob))), { recursive: true });
      await symlink(blobPath(store, blob.digest), join(folder, 'image', at(blob))).catch(() => undefined);
    }
    const manifest = [{ Config: at(image.config), RepoTags: [load.name], Layers: image.layers.map(at) }];
    await writeFile(join(folder, 'image', 'manifest.json'), JSON.stringify(manifest));
    const archive = join(folder, 'image.tar');
    for (const argv of [
      ['tar', '--create', '--dereference', '--file', archive, '--directory', join(folder, 'image'), '.'],
      ['docker', 'load', '--quiet', '--input', archive],
    ]) {
      const outcome = await run(argv, { timeoutMs: LOAD_TIMEOUT_MS });
      if (outcome.kind === 'failed') return outcome.reason;
      if (outcome.code !== 0) return outcome.stderr.trim();
    }
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function imageOf(
  store: Store,
  digest: string,
  platform: string,
): Promise<{ readonly config: BlobDescriptor; readonly layers: readonly BlobDescriptor[] } | null> {
  const bytes = await readBlob(store, digest);
  if (bytes === null) return null;
  const content = parseManifest(bytes);
  if (content.kind === 'image') return content;
  const child = content.kind === 'index' ? manifestFor(platform, content.platforms) : null;
  return child === null ? null : await imageOf(store, child.digest, platform);
}
