import { z } from 'zod';
import { parseJson } from './json.ts';
import { isDigest } from './reference.ts';

/** The media types of images and of their indexes, OCI's and docker's (image-spec media-types.md). */
export const indexMediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const;
export const imageMediaTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;
/** What a registry is asked for: an index before an image, so that the digest is the one that builds record. */
export const manifestAccept = [...indexMediaTypes, ...imageMediaTypes].join(', ');

/** A blob as a manifest names it. */
export interface BlobDescriptor {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** One image of an index. `platform` is normalised: `linux/amd64`, `linux/arm64`, `linux/arm/v7`. */
export interface PlatformManifest {
  readonly platform: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

export type ManifestContent =
  | { readonly kind: 'index'; readonly platforms: readonly PlatformManifest[] }
  | { readonly kind: 'image'; readonly config: BlobDescriptor; readonly layers: readonly BlobDescriptor[] }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Digests become paths, in URLs and in the file system. */
const blobSchema = z.object({ digest: z.string().refine(isDigest), size: z.number().int().nonnegative() });
const platformSchema = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });
/** A document that is both would be read in two ways (GHSA-5j5w-g665-5m35): absent is what the other kind has. */
const absent = z.undefined().optional();
const indexSchema = z.object({
  manifests: z.array(blobSchema.extend({ platform: platformSchema.optional() })),
  config: absent,
  layers: absent,
});
const imageSchema = z.object({ config: blobSchema, layers: z.array(blobSchema), manifests: absent });
const manifestSchema = z.union([indexSchema, imageSchema]);

/** Reads an index or an image manifest. Attestations (`unknown/unknown`, BuildKit's attestation-storage.md) are left out. */
export function parseManifest(bytes: Uint8Array): ManifestContent {
  const parsed = manifestSchema.safeParse(parseJson(Buffer.from(bytes).toString('utf8')));
  if (!parsed.success) return { kind: 'malformed', problem: 'neither an image index nor an image manifest' };
  if (parsed.data.manifests !== undefined) {
    const platforms = parsed.data.manifests.flatMap(({ digest, size, platform }) =>
      platform === undefined || platform.os === 'unknown'
        ? []
        : [{ platform: platformText(platform), digest, sizeBytes: size }],
    );
    return { kind: 'index', platforms };
  }
  const { config, layers } = parsed.data;
  return { kind: 'image', config: blobOf(config), layers: layers.map(blobOf) };
}

/** The platforms of an index, in its order; empty for anything else. */
export function platforms(bytes: Uint8Array): readonly PlatformManifest[] {
  const content = parseManifest(bytes);
  return content.kind === 'index' ? content.platforms : [];
}

/**
 * The entry that BuildKit would take for a platform (containerd platforms, `Only`): the exact one, else the newest
 * older variant that runs there: linux/arm/v6 on v7, linux/amd64 on linux/amd64/v3. Null when there is none.
 */
export function manifestFor(wanted: string, offered: readonly PlatformManifest[]): PlatformManifest | null {
  for (const platform of acceptablePlatforms(normalisePlatform(wanted))) {
    const match = offered.find((one) => one.platform === platform);
    if (match !== undefined) return match;
  }
  return null;
}

/** `linux/aarch64`, `linux/arm64/v8` and `linux/arm64` are one; so are `linux/arm` and `linux/arm/v7`. */
export function normalisePlatform(text: string): string {
  const [os = '', architecture = '', variant] = text.trim().toLowerCase().split('/');
  return platformText({ os, architecture, variant });
}

const architectures: Readonly<Record<string, string>> = { aarch64: 'arm64', x86_64: 'amd64', 'x86-64': 'amd64' };
/** The variant that goes without saying. */
const defaultVariants: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1' };

function platformText(platform: z.infer<typeof platformSchema>): string {
  const architecture = architectures[platform.architecture] ?? platform.architecture;
  const given = platform.variant === undefined || platform.variant === '' ? null : platform.variant;
  const variant = architecture === 'arm' ? (given ?? 'v7') : given === defaultVariants[architecture] ? null : given;
  return [platform.os, architecture, ...(variant === null ? [] : [variant])].join('/');
}

function acceptablePlatforms(platform: string): readonly string[] {
  const [os = '', architecture = '', variant] = platform.split('/');
  const lowest = architecture === 'arm' ? 5 : architecture === 'amd64' ? 1 : null;
  const version = Number(variant?.slice(1) ?? NaN);
  if (lowest === null || !Number.isInteger(version)) return [platform];
  const versions = Array.from({ length: Math.max(version - lowest + 1, 0) }, (_, index) => version - index);
  return versions.map((one) => platformText({ os, architecture, variant: `v${one}` }));
}

function blobOf(blob: z.infer<typeof blobSchema>): BlobDescriptor {
  return { digest: blob.digest, sizeBytes: blob.size };
}
