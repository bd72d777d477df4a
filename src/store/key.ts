import { formatReference, tagOrLatest, type ImageReference } from '../registry/reference.ts';

/** Under which name an image is stored: canonical, and complete with `latest`, so that names that mean the same are one. */
export function storeKey(reference: ImageReference): string {
  return formatReference(reference.digest === null ? { ...reference, tag: tagOrLatest(reference) } : reference);
}
