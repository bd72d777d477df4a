import type { ImageReference } from '../registry/reference.ts';
import { manifestReference } from '../registry/reference.ts';
import type { Location, RegistryRefusal } from '../registry/answer.ts';
import type { ManifestRead, RegistryClient } from '../registry/client.ts';
import { manifestFor, parseManifest, type BlobDescriptor } from '../registry/manifest.ts';
import type { SourceAnswer } from './source-answer.ts';
import { observationOf } from './probe-registry.ts';

/** A place that may hold an image. */
export interface Source {
  readonly host: string;
  readonly repository: string;
  readonly operator: string;
  readonly kind: SourceAnswer['kind'];
  readonly retired: boolean;
  readonly trust: SourceAnswer['trust'];
  readonly region: SourceAnswer['region'];
}

/** How much of a small blob is read to see that the blob store behind the registry works. */
const BLOB_SAMPLE_BYTES = 64 * 1024;

/**
 * Asks the registry that the Dockerfile names for the manifest alone: a HEAD costs no pull at Docker Hub, a GET does
 * (docs.docker.com/docker-hub/usage/pulls).
 */
export async function askUpstream(
  client: RegistryClient,
  image: ImageReference,
  wanted: { readonly reference?: string; readonly pulls: number },
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const source = upstreamOf(image);
  const reference = wanted.reference ?? manifestReference(image);
  const location: Location = { host: image.registry, repository: image.repository, reference };
  const startedAt = performance.now();
  const answer = await client.headManifest(location, signal);
  const observation = observationOf(answer, location, performance.now() - startedAt, wanted.pulls);
  const digest = answer.kind === 'found' ? answer.digest : null;
  return { ...source, ...observation, digest, lacks: [], missing: answer.kind === 'missing' };
}

/** The registry that an image reference names, as a source. */
export function upstreamOf(image: ImageReference): Source {
  const { registry, repository } = image;
  return {
    host: registry,
    repository,
    operator: registry,
    kind: 'upstream',
    retired: false,
    trust: 'tags',
    region: null,
  };
}

/**
 * Asks a mirror for all that a build will want of it: the manifest (by digest where one is known), every platform in its
 * index, and the beginning of a blob, which often comes from another host that can be down by itself.
 */
export async function askMirror(
  client: RegistryClient,
  source: Source,
  wanted: { readonly reference: string; readonly platforms: readonly string[] },
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const startedAt = performance.now();
  const location: Location = { host: source.host, repository: source.repository, reference: wanted.reference };
  const manifest = await client.getManifest(location, signal);
  const took = (): number => performance.now() - startedAt;
  if (manifest.kind !== 'found') return refused(source, manifest, took());
  const lacks = missingPlatforms(manifest, wanted.platforms);
  const found: SourceAnswer = {
    ...source,
    state: 'up',
    latencyMs: took(),
    digest: manifest.digest,
    lacks,
    missing: false,
    evidence: `${source.host} has it`,
  };
  if (lacks.length > 0) return { ...found, state: 'down', evidence: `${source.host} has no ${lacks.join(', ')}` };
  const refusal = await blobRefusal(client, source, manifest, wanted.platforms[0] ?? null, signal);
  return refusal === null
    ? { ...found, latencyMs: took() }
    : { ...refused(source, refusal, took()), digest: manifest.digest };
}

function missingPlatforms(manifest: ManifestRead, platforms: readonly string[]): readonly string[] {
  const content = parseManifest(manifest.body);
  if (content.kind !== 'index') return [];
  return platforms.filter((platform) => manifestFor(platform, content.platforms) === null);
}

/**
 * Whether the upstream can hand out the smallest blob of an image, whose manifests are read at `guide`. Null where it can,
 * and where the way to a blob could not be found: that is no failure of the upstream's blobs.
 */
export async function blobRefusalOf(
  client: RegistryClient,
  at: { readonly guide: Source; readonly upstream: Source; readonly digest: string; readonly platform: string | null },
  signal: AbortSignal,
): Promise<RegistryRefusal | null> {
  const { guide, upstream, digest, platform } = at;
  const manifest = await client.getManifest(
    { host: guide.host, repository: guide.repository, reference: digest },
    signal,
  );
  if (manifest.kind !== 'found') return null;
  const config = await configOf(client, guide, manifest, platform, signal);
  if (config === null || 'evidence' in config) return null;
  const blob = await client.getBlobRange(
    { host: upstream.host, repository: upstream.repository, reference: config.digest },
    BLOB_SAMPLE_BYTES,
    signal,
  );
  return blob.kind === 'failed' || blob.kind === 'limited' ? blob : null;
}

/** Reads the beginning of one image's configuration, the smallest blob that there is. Null if it could be read. */
async function blobRefusal(
  client: RegistryClient,
  source: Source,
  manifest: ManifestRead,
  platform: string | null,
  signal: AbortSignal,
): Promise<RegistryRefusal | null> {
  const config = await configOf(client, source, manifest, platform, signal);
  if (config === null || 'evidence' in config) return config;
  const location = { host: source.host, repository: source.repository, reference: config.digest };
  const blob = await client.getBlobRange(location, BLOB_SAMPLE_BYTES, signal);
  return blob.kind === 'found' ? null : blob;
}

/** The configuration of one image, by way of the index where there is one; null where the manifest names none. */
async function configOf(
  client: RegistryClient,
  source: Source,
  manifest: ManifestRead,
  platform: string | null,
  signal: AbortSignal,
): Promise<BlobDescriptor | RegistryRefusal | null> {
  let content = parseManifest(manifest.body);
  if (content.kind === 'index') {
    const entry = platform === null ? content.platforms[0] : manifestFor(platform, content.platforms);
    if (entry == null) return null;
    const location = { host: source.host, repository: source.repository, reference: entry.digest };
    const image = await client.getManifest(location, signal);
    if (image.kind !== 'found') return image;
    content = parseManifest(image.body);
  }
  return content.kind === 'image' ? content.config : null;
}

function refused(source: Source, refusal: RegistryRefusal, latencyMs: number): SourceAnswer {
  return {
    ...source,
    state: refusal.kind === 'limited' ? 'limited' : 'down',
    latencyMs,
    digest: null,
    lacks: [],
    missing: refusal.kind === 'missing',
    evidence: refusal.evidence,
  };
}
