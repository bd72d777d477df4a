import { manifestFor, parseManifest, type BlobDescriptor } from '../registry/manifest.ts';
import { blobState, readBlob, type Depth } from './blobs.ts';
import type { Store } from './layout.ts';

/** Whether an image is there for some platforms. */
export type StoredContent =
  | { readonly kind: 'complete'; readonly blobs: readonly BlobDescriptor[] }
  /** Something of it was never fetched. */
  | { readonly kind: 'incomplete'; readonly reason: string }
  /** Something of it is not what its digest says; it must not be used. `digest` is the blob's. */
  | { readonly kind: 'damaged'; readonly digest: string; readonly reason: string };

/**
 * Walks from an index or manifest to everything that a build for these platforms reads. Manifests are always checked by
 * their digests, for what they name is believed; the blobs as deep as is asked for. Without platforms every one is wanted.
 */
export async function contentOf(
  store: Store,
  root: BlobDescriptor,
  platforms: readonly string[],
  depth: Depth,
): Promise<StoredContent> {
  const bytes = await readManifest(store, root);
  if (Buffer.isBuffer(bytes)) {
    const content = parseManifest(bytes);
    switch (content.kind) {
      case 'malformed':
        return { kind: 'incomplete', reason: `${root.digest} is ${content.problem}` };
      case 'image':
        return await withBlobs(store, [root, content.config, ...content.layers], depth);
      case 'index': {
        const wanted = platforms.length === 0 ? content.platforms.map(({ platform }) => platform) : platforms;
        let blobs: readonly BlobDescriptor[] = [root];
        for (const platform of wanted) {
          const child = manifestFor(platform, content.platforms);
          if (child === null) return { kind: 'incomplete', reason: `it has no ${platform}` };
          const manifest = { digest: child.digest, sizeBytes: child.sizeBytes };
          const part = await contentOf(store, manifest, [platform], depth);
          if (part.kind !== 'complete') return part;
          blobs = [...blobs, ...part.blobs];
        }
        return { kind: 'complete', blobs: unique(blobs) };
      }
    }
  }
  return bytes;
}

async function readManifest(
  store: Store,
  blob: BlobDescriptor,
): Promise<Buffer | Exclude<StoredContent, { kind: 'complete' }>> {
  const state = await blobState(store, blob, 'sizes');
  if (state === 'absent') return absent(blob.digest);
  const bytes = state === 'damaged' ? null : await readBlob(store, blob.digest);
  return bytes ?? damaged(blob.digest);
}

async function withBlobs(store: Store, blobs: readonly BlobDescriptor[], depth: Depth): Promise<StoredContent> {
  for (const blob of blobs) {
    const state = await blobState(store, blob, depth);
    if (state === 'absent') return absent(blob.digest);
    if (state === 'damaged') return damaged(blob.digest);
  }
  return { kind: 'complete', blobs };
}

function absent(digest: string): StoredContent & { kind: 'incomplete' } {
  return { kind: 'incomplete', reason: `${digest} is not in the store` };
}

function damaged(digest: string): StoredContent & { kind: 'damaged' } {
  return { kind: 'damaged', digest, reason: `the stored ${digest} has other bytes than its digest says` };
}

function unique(blobs: readonly BlobDescriptor[]): readonly BlobDescriptor[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}
