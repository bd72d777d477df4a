import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageMediaTypes, manifestFor, parseManifest } from '../registry/manifest.ts';
import { readBlob } from '../store/blobs.ts';

/** An image of the warm store, for one platform. */
export interface StoredSubject {
  /** Where the store is. */
  readonly root: string;
  readonly digest: string;
}

/**
 * An OCI image layout with one image of the warm store and nothing else, for tools that take the first one that they find: its
 * blobs are the store's own. Null where the store has it no longer.
 *
 * @param folder does not exist yet
 */
export async function layoutOf(
  { root, digest }: StoredSubject,
  platform: string,
  folder: string,
): Promise<string | null> {
  const image = await imageOf({ root, digest }, platform);
  if (image === null) return null;
  await mkdir(folder, { recursive: true });
  await symlink(join(root, 'blobs'), join(folder, 'blobs'));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [image] }));
  return folder;
}

/** The descriptor of the platform's own manifest, as an index would have it. */
async function imageOf({ root, digest }: StoredSubject, platform: string): Promise<unknown> {
  const bytes = await readBlob({ root }, digest);
  const content = bytes === null ? null : parseManifest(bytes);
  if (bytes === null || content === null) return null;
  switch (content.kind) {
    case 'malformed':
      return null;
    case 'image': {
      const { mediaType = imageMediaTypes[0] } = JSON.parse(bytes.toString('utf8')) as { readonly mediaType?: string };
      return { mediaType, digest, size: bytes.length };
    }
    case 'index': {
      const child = manifestFor(platform, content.platforms);
      return child === null ? null : await imageOf({ root, digest: child.digest }, platform);
    }
  }
}
