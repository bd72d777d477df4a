import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.ts';
import { catalog, type ImageRecipe } from './images/catalog.ts';
import { makeGoToolchain, type GoToolchain } from './images/go-toolchain.ts';
import { makeLayer, type Layer } from './images/layer.ts';
import { storedUnder } from './images/mirrors.ts';
import { linkBlob, linkManifest, tagManifest, writeBlob } from './images/registry-storage.ts';
import type { Descriptor, RegistryStorage } from './images/registry-storage.ts';
import type { Architecture, Ingredients } from './images/root-files.ts';

const sources = path.join(import.meta.dirname, 'images');
const hostsFile = path.join(import.meta.dirname, '../services/hosts.ts');
const architectures: readonly Architecture[] = ['amd64', 'arm64'];
/** The date of all stand-in images: digests must not depend on when they were made. */
const created = '2026-01-01T00:00:00Z';

/**
 * Makes the stand-in images once and returns the storage folder that holds them. The folder's name covers everything
 * they depend on (recipes, packages, certificate authority, hosts), so a change of any makes a new folder.
 */
export async function prepareImages(state: string, given: Omit<Ingredients, 'go'>): Promise<RegistryStorage> {
  const parent = path.join(state, 'images');
  const folder = path.join(parent, await contentKey(given));
  if (existsSync(folder)) {
    return { folder };
  }
  await mkdir(parent, { recursive: true });
  // Several labs may start on a new machine at once; one makes the images, the others wait.
  await withLock(path.join(state, 'images.lock'), async () => {
    if (!existsSync(folder)) {
      const draft = { folder: `${folder}.draft` };
      await rm(draft.folder, { recursive: true, force: true });
      await makeImages(draft, given, path.join(state, 'go'));
      await rename(draft.folder, folder);
      await removeOld(parent, folder);
    }
  });
  return { folder };
}

async function makeImages(storage: RegistryStorage, given: Omit<Ingredients, 'go'>, goFolder: string): Promise<void> {
  const layers = new Map<string, Promise<Layer>>();
  const goKey = await hashOf([path.join(sources, 'go-toolchain.ts')], given.packages);
  let go: Promise<GoToolchain> | undefined;
  const ingredients: Ingredients = {
    ...given,
    go: () => (go ??= makeGoToolchain(given.packages, path.join(goFolder, goKey))),
  };
  await Promise.all(catalog.map((recipe) => makeImage(storage, recipe, ingredients, layers)));
  await removeOld(goFolder, path.join(goFolder, goKey));
}

/** Other versions may be those of a lab that runs; after a day they are not. */
async function removeOld(parent: string, present: string): Promise<void> {
  const folders = (await readdir(parent)).map((name) => path.join(parent, name)).filter((name) => name !== present);
  for (const folder of folders) {
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > 24 * 3600 * 1000) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function contentKey(ingredients: Omit<Ingredients, 'go'>): Promise<string> {
  const names = await readdir(sources, { recursive: true });
  const files = names.filter((name) => /\.\w+$/.test(name)).map((name) => path.join(sources, name));
  return hashOf([...files.sort(), hostsFile, import.meta.filename, ingredients.caFile], ingredients.packages);
}

async function hashOf(files: readonly string[], packages: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(await readFile(file));
  }
  const names = (await readdir(packages)).filter((name) => name.endsWith('.deb'));
  return hash.update(names.sort().join('\n')).digest('hex').slice(0, 16);
}

async function makeImage(
  storage: RegistryStorage,
  recipe: ImageRecipe,
  from: Ingredients,
  made: Map<string, Promise<Layer>>,
): Promise<void> {
  const parts = await Promise.all(architectures.map((architecture) => makePlatform(architecture)));
  const index = { schemaVersion: 2, mediaType: indexType, manifests: parts.map((part) => part.manifest) };
  const { digest } = await writeBlob(storage, indexType, json(index));
  for (const repository of storedUnder(recipe.registry, recipe.repository)) {
    const blobs = parts.flatMap((part) => part.blobs);
    await Promise.all(blobs.map((blob) => linkBlob(storage, repository, blob)));
    await Promise.all(parts.map((part) => linkManifest(storage, repository, part.manifest.digest)));
    await linkManifest(storage, repository, digest);
    await Promise.all(recipe.tags.map((tag) => tagManifest(storage, repository, tag, digest)));
  }

  async function makePlatform(architecture: Architecture): Promise<Platform> {
    const recipes = recipe.layers.filter((layer) => layer.architectures.includes(architecture));
    const layers = await Promise.all(
      recipes.map((layer) => {
        const key = `${layer.key} ${architecture}`;
        const known =
          made.get(key) ?? makeLayer(storage, (folder) => layer.fill(folder, from, architecture), layer.compression);
        made.set(key, known);
        return known;
      }),
    );
    return writePlatform(storage, architecture, recipe, layers);
  }
}

interface Platform {
  readonly manifest: Descriptor;
  readonly blobs: readonly string[];
}

const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

async function writePlatform(
  storage: RegistryStorage,
  architecture: Architecture,
  recipe: ImageRecipe,
  layers: readonly Layer[],
): Promise<Platform> {
  const history = recipe.layers.map((layer) => ({ created, created_by: `outage lab: ${layer.key}` }));
  const image = {
    architecture,
    os: 'linux',
    created,
    config: recipe.settings,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: history.slice(0, layers.length),
    ...(architecture === 'arm64' ? { variant: 'v8' } : {}),
  };
  const config = await writeBlob(storage, 'application/vnd.oci.image.config.v1+json', json(image));
  const descriptors = layers.map((layer) => layer.descriptor);
  const content = json({ schemaVersion: 2, mediaType: manifestType, config, layers: descriptors });
  const manifest = await writeBlob(storage, manifestType, content);
  const platform = { architecture, os: 'linux', ...(architecture === 'arm64' ? { variant: 'v8' } : {}) };
  return {
    manifest: { ...manifest, platform },
    blobs: [config, ...descriptors].map((descriptor) => descriptor.digest),
  };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value, null, 2));
}
