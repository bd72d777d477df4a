import type { ImageReference } from '../registry/reference.ts';
import { manifestReference } from '../registry/reference.ts';
import type { Location, RegistryRefusal } from '../registry/answer.ts';
import type { ManifestRead, RegistryClient } from '../registry/client.ts';
import { manifestFor, parseManifest } from '../registry/manifest.ts';
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
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const source = upstreamOf(image);
  const location: Location = { host: image.registry, repository: image.repository, reference: manifestReference(image) };
  const startedAt = performance.now();
  const answer = await client.headManifest(location, signal);
  const observation = observationOf(answer, location, performance.now() - startedAt);
  const digest = answer.kind === 'found' ? answer.digest : null;
  return { ...source, ...observation, digest, lacks: [], missing: answer.kind === 'missing' };
}

/** The registry that an image reference names, as a source. */
export function upstreamOf(image: ImageReference): Source {
  const { registry, repository } = image;
  return { host: registry, repository, operator: registry, kind: 'upstream', retired: false, trust: 'tags' };
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
  return refusal === null ? { ...found, latencyMs: took() } : { ...refused(source, refusal, took()), digest: manifest.digest };
}

function missingPlatforms(manifest: ManifestRead, platforms: readonly string[]): readonly string[] {
  const content = parseManifest(manifest.body);
  if (content.kind !== 'index') return [];
  return platforms.filter((platform) => manifestFor(platform, content.platforms) === null);
}

/** Follows the index to one image's configuration, the smallest blob that there is. Null if it could be read. */
async function blobRefusal(
  client: RegistryClient,
  source: Source,
  manifest: ManifestRead,
  platform: string | null,
  signal: AbortSignal,
): Promise<RegistryRefusal | null> {
  const at = (reference: string): Location => ({ host: source.host, repository: source.repository, reference });
  let content = parseManifest(manifest.body);
  if (content.kind === 'index') {
    const entry = platform === null ? content.platforms[0] : manifestFor(platform, content.platforms);
    if (entry == null) return null;
    const image = await client.getManifest(at(entry.digest), signal);
    if (image.kind !== 'found') return image;
    content = parseManifest(image.body);
  }
  if (content.kind !== 'image') return null;
  const blob = await client.getBlobRange(at(content.config.digest), BLOB_SAMPLE_BYTES, signal);
  return blob.kind === 'found' ? null : blob;
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
