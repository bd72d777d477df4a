import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistryClient } from '../registry/client.ts';
import { manifestFor, parseManifest, type BlobDescriptor, type PlatformManifest } from '../registry/manifest.ts';
import { blobState, putBlob, readBlob } from './blobs.ts';
import { fetchBlob, mayRecover, type BlobSource, type FetchedBlob, type FetchPorts } from './fetch-blob.ts';
import type { Store } from './layout.ts';

export interface ImageFetchPorts extends FetchPorts {
  readonly registry: RegistryClient;
  /** How long a registry may take to answer with a manifest, milliseconds. */
  readonly timeoutMs: number;
  /** Blobs that are being fetched by this run: images share layers, and none is fetched twice. */
  readonly underWay: Map<string, Promise<FetchedBlob>>;
  /** Asked once it is known what is missing, and how large the whole is: why it must not be fetched, or null. */
  readonly onPlan: (missingBytes: number, totalBytes: number) => Promise<string | null>;
}

export type FetchedImage =
  | {
      readonly kind: 'fetched';
      readonly mediaType: string;
      readonly platforms: readonly string[];
      readonly blobs: readonly BlobDescriptor[];
      /** Hosts that served something of it. */
      readonly hosts: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string; readonly isDiskFull: boolean };

/** Brings an image into the store, by its digest, for these platforms; without any, for all that it has. */
export async function fetchImage(
  store: Store,
  digest: string,
  platforms: readonly string[],
  sources: readonly BlobSource[],
  ports: ImageFetchPorts,
): Promise<FetchedImage> {
  const hosts = new Set<string>();
  const root = await manifestOf(store, digest, sources, ports, hosts);
  if ('reason' in root) return { kind: 'refused', isDiskFull: false, reason: root.reason };
  const content = parseManifest(root.bytes);
  if (content.kind === 'malformed') return { kind: 'refused', isDiskFull: false, reason: content.problem };
  const manifests: BlobDescriptor[] = [{ digest, sizeBytes: root.bytes.length }];
  const images = [];
  const chosen = content.kind === 'index' ? choose(content.platforms, platforms) : [];
  if (typeof chosen === 'string') return { kind: 'refused', isDiskFull: false, reason: chosen };
  for (const child of chosen) {
    const manifest = await manifestOf(store, child.digest, sources, ports, hosts);
    if ('reason' in manifest) return { kind: 'refused', isDiskFull: false, reason: manifest.reason };
    manifests.push({ digest: child.digest, sizeBytes: manifest.bytes.length });
    images.push(parseManifest(manifest.bytes));
  }
  if (content.kind === 'image') images.push(content);
  const parts = images.flatMap((image) => (image.kind === 'image' ? [image.config, ...image.layers] : []));
  const blobs = [...new Map(parts.map((blob) => [blob.digest, blob])).values()];
  const states = await Promise.all(blobs.map(async (blob) => await blobState(store, blob, 'sizes')));
  const missing = blobs.filter((_, index) => states[index] !== 'whole');
  const objection = await ports.onPlan(sum(missing), sum([...manifests, ...blobs]));
  if (objection !== null) return { kind: 'refused', isDiskFull: false, reason: objection };
  for (const blob of blobs) {
    const fetched = await fetchOnce(store, blob, sources, ports);
    if (fetched.kind === 'fetched') hosts.add(fetched.host);
    if (fetched.kind === 'refused' || fetched.kind === 'disk full')
      return { kind: 'refused', isDiskFull: fetched.kind === 'disk full', reason: fetched.reason };
  }
  return {
    kind: 'fetched',
    mediaType: mediaTypeOf(root.bytes, content.kind),
    platforms: chosen.map(({ platform }) => platform),
    blobs: [...manifests, ...blobs],
    hosts: [...hosts],
  };
}

/** One after the other where several images want a blob; where the first has failed, the next has sources of its own. */
async function fetchOnce(
  store: Store,
  blob: BlobDescriptor,
  sources: readonly BlobSource[],
  ports: ImageFetchPorts,
): Promise<FetchedBlob> {
  const before = ports.underWay.get(blob.digest)?.catch(() => undefined) ?? Promise.resolve();
  const fetching = before.then(async () => await fetchBlob(store, blob, sources, ports));
  ports.underWay.set(blob.digest, fetching);
  return await fetching;
}

function choose(offered: readonly PlatformManifest[], wanted: readonly string[]): readonly PlatformManifest[] | string {
  if (wanted.length === 0) return offered;
  const lacking = wanted.filter((platform) => manifestFor(platform, offered) === null);
  if (lacking.length > 0) return `it has no ${lacking.join(', ')}`;
  const chosen = wanted.flatMap((platform) => manifestFor(platform, offered) ?? []);
  return [...new Map(chosen.map((one) => [one.digest, one])).values()];
}

function sum(blobs: readonly BlobDescriptor[]): number {
  return blobs.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}

const TRIES = 3;

/** A manifest out of the store, or from the first source that has it. Its bytes have its digest. */
async function manifestOf(
  store: Store,
  digest: string,
  sources: readonly BlobSource[],
  ports: ImageFetchPorts,
  hosts: Set<string>,
): Promise<{ readonly bytes: Buffer } | { readonly reason: string }> {
  const kept = await readBlob(store, digest);
  if (kept !== null) return { bytes: kept };
  const reasons: string[] = [];
  for (const source of sources) {
    for (let tries = 1; tries <= TRIES && !ports.signal.aborted; tries += 1) {
      const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(ports.timeoutMs)]);
      const answer = await ports.registry.getManifest({ ...source, reference: digest }, signal);
      if (answer.kind === 'found') {
        await putBlob(store, digest, answer.body);
        hosts.add(source.host);
        return { bytes: answer.body };
      }
      reasons.push(answer.evidence);
      if (!mayRecover(answer)) break;
      await sleep(ports.pauseMs, undefined, { signal: ports.signal }).catch(() => undefined);
    }
  }
  return { reason: [...new Set(reasons)].join('; ') || 'given up' };
}

/** As the manifest itself says; docker's types are what it says there, and OCI's may go without saying. */
function mediaTypeOf(bytes: Buffer, kind: 'index' | 'image'): string {
  const { mediaType } = JSON.parse(bytes.toString('utf8')) as { readonly mediaType?: unknown };
  if (typeof mediaType === 'string') return mediaType;
  return `application/vnd.oci.image.${kind === 'index' ? 'index' : 'manifest'}.v1+json`;
}
