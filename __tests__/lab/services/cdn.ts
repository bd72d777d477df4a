/**
 * Docker Hub's blob store: the registry sends callers here with a signed URL, and this host knows no tokens.
 * The paths look like the real ones; the repository travels in the query, since the real registry wants to know it.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { askBackend, passedHeaders } from './backend.ts';
import { answer } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Lab } from './lab.ts';
import { bodyOf } from './registry-proxy.ts';

const secret = randomBytes(32);
const lifetimeSeconds = 3600;
const blobPath = /^\/registry-v2\/docker\/registry\/v2\/blobs\/sha256\/[0-9a-f]{2}\/(?<hex>[0-9a-f]{64})\/data$/;

export function cdnLocation(cdn: string, repository: string, digest: string): string {
  const hex = digest.replace('sha256:', '');
  const expires = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  const url = new URL(`https://${cdn}/registry-v2/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`);
  url.searchParams.set('expires', `${expires}`);
  url.searchParams.set('signature', sign(repository, hex, `${expires}`));
  url.searchParams.set('source', Buffer.from(repository).toString('base64url'));
  return url.href;
}

export async function serveCdn(lab: Lab, exchange: Exchange): Promise<void> {
  const { request, url, method } = exchange;
  const hex = blobPath.exec(url.pathname)?.groups?.['hex'];
  const repository = Buffer.from(url.searchParams.get('source') ?? '', 'base64url').toString();
  const expires = url.searchParams.get('expires') ?? '0';
  const signature = Buffer.from(url.searchParams.get('signature') ?? '');
  const reads = method === 'GET' || method === 'HEAD';
  if (hex === undefined || !reads) {
    return answer(exchange, { status: 404, body: xmlError('NoSuchKey') });
  }
  const expected = Buffer.from(sign(repository, hex, expires));
  const signed = signature.length === expected.length && timingSafeEqual(signature, expected);
  if (!signed || Number(expires) * 1000 < Date.now()) {
    return answer(exchange, { status: 403, body: xmlError('AccessDenied') });
  }
  const { range } = request.headers;
  const path = `/v2/${repository}/blobs/sha256:${hex}`;
  const reply = await askBackend(lab.backend, { method, path, headers: range === undefined ? {} : { range } });
  const headers = passedHeaders(reply.headers);
  delete headers['docker-distribution-api-version'];
  return answer(exchange, { status: reply.statusCode ?? 502, headers, body: bodyOf(exchange, reply) });
}

function sign(repository: string, hex: string, expires: string): string {
  return createHmac('sha256', secret).update(`${repository} ${hex} ${expires}`).digest('base64url');
}

function xmlError(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
}
