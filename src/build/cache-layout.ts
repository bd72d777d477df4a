import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A blob of an OCI image layout (opencontainers/image-spec image-layout.md). */
const Descriptor = z.object({ digest: z.string().regex(/^[a-z0-9]+:[0-9a-f]+$/), size: z.number() });
/** What index.json and the manifests below it refer to; BuildKit lists its layers in either field. */
const Content = z.object({
  manifests: z.array(Descriptor).optional(),
  layers: z.array(Descriptor).optional(),
  config: Descriptor.optional(),
});

/**
 * What is wrong with a local cache, or null. Everything that its index leads to must be there in full length; the bytes
 * themselves BuildKit checks when it reads them.
 */
export async function layoutDamage(folder: string): Promise<string | null> {
  return await contentDamage(folder, join(folder, 'index.json'), true);
}

async function contentDamage(folder: string, file: string, isIndex: boolean): Promise<string | null> {
  const content = await readContent(file);
  if (content === null) return `${file} cannot be read`;
  const { manifests = [], layers = [], config } = content;
  const blobs = [...manifests, ...layers, ...(config === undefined ? [] : [config])];
  for (const blob of blobs) {
    const path = blobPath(folder, blob.digest);
    const size = await sizeOf(path);
    if (size === null) return `${blob.digest} is missing`;
    if (size !== blob.size) return `${blob.digest} has ${size} bytes instead of ${blob.size}`;
  }
  // What BuildKit lists in a manifest of its own are layers, whatever the field is called.
  for (const { digest } of isIndex ? manifests : []) {
    const damage = await contentDamage(folder, blobPath(folder, digest), false);
    if (damage !== null) return damage;
  }
  return null;
}

async function readContent(file: string): Promise<z.infer<typeof Content> | null> {
  try {
    return Content.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

function blobPath(folder: string, digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return join(folder, 'blobs', algorithm, hex);
}

async function sizeOf(path: string): Promise<number | null> {
  return await lstat(path).then(
    (stats) => stats.size,
    () => null,
  );
}

/** Bytes of all files below a folder; 0 where there is none. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await sizeOf(join(entry.parentPath, entry.name))) ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
