/** A tiny multi-platform image, pushed as any client pushes it. */
import { createHash } from 'node:crypto';
import { pushCredentials } from '../hosts.ts';
import type { Ask, Outcome } from './client.ts';
import type { World } from './world.ts';

export const indexType = 'application/vnd.oci.image.index.v1+json';
export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const accept = { accept: `${indexType}, ${manifestType}` };

export type Answered = Extract<Outcome, { kind: 'answered' }>;

export interface PushedImage {
  readonly indexDigest: string;
  readonly layerDigest: string;
  readonly layer: string;
}

export interface PushTarget {
  /** `https://ghcr.io`. */
  readonly origin: string;
  readonly repository: string;
  readonly tag: string;
  readonly headers: Readonly<Record<string, string>>;
}

export async function pushImage(world: World, target: PushTarget, content = 'a layer\n'): Promise<PushedImage> {
  const layer = content.repeat(2000);
  const layerDigest = await pushBlob(world, target, layer);
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    const config = JSON.stringify({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [layerDigest] } });
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: descriptor('application/vnd.oci.image.config.v1+json', config, await pushBlob(world, target, config)),
      layers: [descriptor('application/vnd.oci.image.layer.v1.tar', layer, layerDigest)],
    });
    await pushManifest(world, target, digestOf(manifest), manifestType, manifest);
    const platform = { os: 'linux', architecture };
    manifests.push({ ...descriptor(manifestType, manifest, digestOf(manifest)), platform });
  }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
  await pushManifest(world, target, target.tag, indexType, index);
  return { indexDigest: digestOf(index), layerDigest, layer };
}

export async function pushBlob(world: World, target: PushTarget, content: string): Promise<string> {
  const { origin, repository, headers } = target;
  const digest = digestOf(content);
  const url = `${origin}/v2/${repository}/blobs/uploads/`;
  const started = answered(
    await world.ask({ url, method: 'POST', headers: { ...headers, 'content-length': '0' } }),
    202,
  );
  const upload = new URL(header(started, 'location'));
  upload.searchParams.set('digest', digest);
  answered(await world.ask({ url: upload.href, method: 'PUT', headers, body: content }), 201);
  return digest;
}

async function pushManifest(
  world: World,
  { origin, repository, headers }: PushTarget,
  reference: string,
  type: string,
  body: string,
): Promise<void> {
  const url = `${origin}/v2/${repository}/manifests/${reference}`;
  answered(await world.ask({ url, method: 'PUT', headers: { ...headers, 'content-type': type }, body }), 201);
}

/** The token dance: the challenge of a request without a token leads to the token endpoint. */
export async function bearerFor(
  world: World,
  url: string,
  options: Partial<Ask> = {},
): Promise<Record<string, string>> {
  const refused = answered(await world.ask({ url, ...options }), 401);
  const challenge = header(refused, 'www-authenticate');
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const { realm, service, scope } = fields as Record<string, string>;
  const query = new URLSearchParams({ service: service ?? '', scope: scope ?? '' });
  const token = answered(await world.ask({ url: `${realm}?${query.toString()}`, headers: options.headers ?? {} }), 200);
  return { authorization: `Bearer ${(JSON.parse(token.body) as { token: string }).token}` };
}

/** A token that may push, for the credentials of the lab. */
export function pushToken(world: World, origin: string, repository: string): Promise<Record<string, string>> {
  const url = `${origin}/v2/${repository}/blobs/uploads/`;
  return bearerFor(world, url, { method: 'POST', headers: { authorization: basicHeader() } });
}

/** Asks for a manifest as an anonymous client does, token and all. */
export async function askManifest(world: World, url: string, method = 'GET'): Promise<Answered> {
  const headers = { ...accept, ...(await bearerFor(world, url)) };
  return answered(await world.ask({ url, method, headers }));
}

export function basicHeader(
  credentials: { readonly user: string; readonly password: string } = pushCredentials,
): string {
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}

export function answered(outcome: Outcome, status?: number): Answered {
  if (outcome.kind !== 'answered' || (status !== undefined && outcome.status !== status)) {
    throw new Error(`expected ${status ?? 'an answer'}, got ${JSON.stringify(outcome)}`);
  }
  return outcome;
}

export function header(outcome: Answered, name: string): string {
  return String(outcome.headers[name] ?? '');
}

export function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content, 'latin1').digest('hex')}`;
}

function descriptor(mediaType: string, content: string, digest: string) {
  return { mediaType, digest, size: Buffer.byteLength(content) };
}
