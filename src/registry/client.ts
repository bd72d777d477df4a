import { createHash } from 'node:crypto';
import type { HttpResponse } from '../net/http.ts';
import {
  type Location,
  type RateLimit,
  type RegistryRefusal,
  rateLimitOf,
  refusalOfStatus,
  resourceText,
} from './answer.ts';
import { imageMediaTypes, indexMediaTypes, manifestAccept, parseManifest } from './manifest.ts';
import { isDigest } from './reference.ts';
import { type RegistryPorts, createSession } from './session.ts';

/** A manifest that a registry can hand out. */
export interface ManifestFound {
  readonly kind: 'found';
  /** `sha256:…`; for a tag it is the registry's own word, for a digest it is the digest asked for. */
  readonly digest: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Of the last request, without the token dance. */
  readonly latencyMs: number;
  readonly rateLimit: RateLimit | null;
}

/** With its bytes, which have the digest. */
export interface ManifestRead extends ManifestFound {
  readonly body: Buffer;
}

/** The beginning of a blob. */
export interface BlobRead {
  readonly kind: 'found';
  /** The host that served the bytes: the registry itself or its CDN. */
  readonly host: string;
  readonly body: Buffer;
  /** The bytes are the whole blob, and have its digest. */
  readonly verified: boolean;
  readonly latencyMs: number;
}

export type ManifestHeadAnswer = ManifestFound | RegistryRefusal;
export type ManifestAnswer = ManifestRead | RegistryRefusal;
export type BlobAnswer = BlobRead | RegistryRefusal;

/** A read-only client of the OCI distribution API (https://github.com/opencontainers/distribution-spec). Never rejects. */
export interface RegistryClient {
  /** Costs no pull at Docker Hub. Falls back to a GET where the registry does not answer a HEAD completely. */
  headManifest(location: Location, signal: AbortSignal): Promise<ManifestHeadAnswer>;
  getManifest(location: Location, signal: AbortSignal): Promise<ManifestAnswer>;
  /** The first bytes of the blob whose digest is the location's reference. */
  getBlobRange(location: Location, maxBytes: number, signal: AbortSignal): Promise<BlobAnswer>;
}

/** The specification asks registries to take manifests of up to 4 MiB. */
const maxManifestBytes = 4 * 1024 * 1024;
/** For error bodies, which are read so that the connection can be used again. */
const maxErrorBytes = 64 * 1024;

export function createRegistryClient(ports: RegistryPorts): RegistryClient {
  const session = createSession(ports);
  const now = ports.now ?? Date.now;

  function refused(location: Location, host: string, response: HttpResponse): RegistryRefusal {
    const { status, headers } = response;
    return refusalOfStatus({ host, status, headers, resource: resourceText(location), nowMs: now() });
  }

  async function headManifest(location: Location, signal: AbortSignal): Promise<ManifestHeadAnswer> {
    const headers = { accept: manifestAccept };
    const request = { method: 'HEAD', resource: 'manifests', headers, maxBytes: maxErrorBytes } as const;
    const answer = await session.send(location, request, signal);
    if (answer.kind !== 'answered') return answer;
    const { host, response } = answer;
    if (response.status !== 200 && response.status !== 405) return refused(location, host, response);
    const digest = statedDigest(response);
    const mediaType = mediaTypeOf(response);
    const sizeBytes = Number(response.headers['content-length'] ?? NaN);
    if (response.status === 405 || digest === null || !isManifestType(mediaType) || !Number.isInteger(sizeBytes)) {
      return withoutBody(await getManifest(location, signal));
    }
    if (isDigest(location.reference) && digest !== location.reference) return falseDigest(location, host, digest);
    const { latencyMs } = response;
    return { kind: 'found', digest, mediaType, sizeBytes, latencyMs, rateLimit: rateLimitOf(response.headers) };
  }

  async function getManifest(location: Location, signal: AbortSignal): Promise<ManifestAnswer> {
    const headers = { accept: manifestAccept };
    const request = { method: 'GET', resource: 'manifests', headers, maxBytes: maxManifestBytes } as const;
    const answer = await session.send(location, request, signal);
    if (answer.kind !== 'answered') return answer;
    const { host, response } = answer;
    if (response.status !== 200) return refused(location, host, response);
    const { body } = response;
    const mediaType = mediaTypeOf(response);
    if (!isManifestType(mediaType)) {
      const what = mediaType === '' ? 'something untyped' : mediaType;
      return wrongAnswer(host, `${host} answers with ${what} instead of a manifest on ${resourceText(location)}`);
    }
    if (response.truncated) {
      return wrongAnswer(host, `${host} answers with more than ${maxManifestBytes} bytes on ${resourceText(location)}`);
    }
    const asked = isDigest(location.reference) ? location.reference : statedDigest(response);
    const digest = digestOf(body, asked);
    if (asked !== null && asked !== digest) return falseDigest(location, host, digest);
    const content = parseManifest(body);
    if (content.kind === 'malformed') {
      return wrongAnswer(host, `${host} answers with ${content.problem} on ${resourceText(location)}`);
    }
    const { latencyMs } = response;
    const rateLimit = rateLimitOf(response.headers);
    return { kind: 'found', digest, mediaType, sizeBytes: body.length, latencyMs, rateLimit, body };
  }

  async function getBlobRange(location: Location, maxBytes: number, signal: AbortSignal): Promise<BlobAnswer> {
    const headers = { range: `bytes=0-${Math.max(maxBytes - 1, 0)}` };
    const answer = await session.send(location, { method: 'GET', resource: 'blobs', headers, maxBytes }, signal);
    if (answer.kind !== 'answered') return answer;
    const { host, response } = answer;
    if (response.status !== 200 && response.status !== 206) return refused(location, host, response);
    const { body, latencyMs } = response;
    const verified = isWhole(response);
    const digest = digestOf(body, location.reference);
    if (verified && digest !== location.reference) return falseDigest(location, host, digest);
    return { kind: 'found', host, body, verified, latencyMs };
  }

  return { headManifest, getManifest, getBlobRange };
}

function withoutBody(answer: ManifestAnswer): ManifestHeadAnswer {
  if (answer.kind !== 'found') return answer;
  const { body: _body, ...found } = answer;
  return found;
}

function statedDigest(response: HttpResponse): string | null {
  const stated = response.headers['docker-content-digest'] ?? '';
  return isDigest(stated) ? stated : null;
}

function mediaTypeOf(response: HttpResponse): string {
  return (response.headers['content-type'] ?? '').replace(/;.*/s, '').trim().toLowerCase();
}

function isManifestType(mediaType: string): boolean {
  return [...indexMediaTypes, ...imageMediaTypes].some((known) => known === mediaType);
}

/** The digest of bytes, by the algorithm of the digest that they should have. */
function digestOf(bytes: Buffer, expected: string | null): string {
  const algorithm = expected !== null && isDigest(expected) ? expected.slice(0, expected.indexOf(':')) : 'sha256';
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** Whether the answer to a ranged request holds everything: a complete 200, or a 206 whose range is the whole. */
function isWhole(response: HttpResponse): boolean {
  if (response.truncated) return false;
  if (response.status === 200) return true;
  return response.headers['content-range']?.trim() === `bytes 0-${response.body.length - 1}/${response.body.length}`;
}

function falseDigest(location: Location, host: string, digest: string): RegistryRefusal {
  return { ...wrongAnswer(host, `${host} serves ${digest} for ${resourceText(location)}`), phase: 'digest' };
}

function wrongAnswer(host: string, evidence: string): Extract<RegistryRefusal, { kind: 'failed' }> {
  return { kind: 'failed', host, phase: 'answer', status: 200, evidence };
}
