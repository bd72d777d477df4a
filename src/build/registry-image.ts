import type { Location } from '../registry/answer.ts';
import type { RegistryClient } from '../registry/client.ts';
import { parseManifest, type PlatformManifest } from '../registry/manifest.ts';
import type { BuiltPlatform } from './image.ts';

/** An image as its registry shows it. */
export interface RegistryImage {
  /** Null where the registry did not hand out the manifest. */
  readonly digest: string | null;
  readonly platforms: readonly BuiltPlatform[];
  /** Why sizes could not be read, or null. */
  readonly problem: string | null;
}

/** Reads an index or a manifest, and of each platform how large it is. A single image has the engine's platform. */
export async function readRegistryImage(
  location: Location,
  enginePlatform: string | null,
  registry: RegistryClient,
  signal: AbortSignal,
): Promise<RegistryImage> {
  const manifest = await registry.getManifest(location, signal);
  if (manifest.kind !== 'found') return { digest: null, platforms: [], problem: manifest.evidence };
  const { digest } = manifest;
  const content = parseManifest(manifest.body);
  switch (content.kind) {
    case 'malformed':
      return { digest, platforms: [], problem: content.problem };
    case 'image': {
      const only = { platform: enginePlatform ?? 'unknown', sizeBytes: sizeOf(content) };
      return { digest, platforms: [only], problem: null };
    }
    case 'index': {
      const sizes = content.platforms.map((entry) => platformSize(location, entry, registry, signal));
      return { digest, platforms: await Promise.all(sizes), problem: null };
    }
  }
}

async function platformSize(
  location: Location,
  entry: PlatformManifest,
  registry: RegistryClient,
  signal: AbortSignal,
): Promise<BuiltPlatform> {
  const manifest = await registry.getManifest({ ...location, reference: entry.digest }, signal);
  const content = manifest.kind === 'found' ? parseManifest(manifest.body) : null;
  return { platform: entry.platform, sizeBytes: content?.kind === 'image' ? sizeOf(content) : null };
}

function sizeOf(image: {
  readonly config: { sizeBytes: number };
  readonly layers: readonly { sizeBytes: number }[];
}): number {
  return image.layers.reduce((sum, layer) => sum + layer.sizeBytes, image.config.sizeBytes);
}
