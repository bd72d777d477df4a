/**
 * The Actions cache service, version 2: three Twirp calls in JSON, as BuildKit's `type=gha` and `@actions/cache` make
 * them (go-actions-cache: cache_v2.go; actions/toolkit: packages/cache/src/generated/results/api/v1/cache.ts).
 */
import { serveArtifacts } from './artifacts.ts';
import { signedBlobUrl } from './blob-store.ts';
import { answer, answerJson, readBody } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Lab } from './lab.ts';
import { readRunnerToken } from './runner-token.ts';
import type { CacheScope } from './runner-token.ts';
import { parseBearer } from './tokens.ts';

interface Call {
  readonly key: string;
  readonly version: string;
  readonly restoreKeys: readonly string[];
  /** BuildKit sends a number, @actions/cache a string. */
  readonly sizeBytes: number;
}

export async function serveActionsCache(lab: Lab, exchange: Exchange): Promise<void> {
  const { pathname } = exchange.url;
  if (await serveArtifacts(lab, exchange)) {
    return;
  }
  if (pathname === '/health') {
    return answer(exchange, { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Healthy' });
  }
  const method = /\/twirp\/github\.actions\.results\.api\.v1\.CacheService\/(?<method>\w+)$/.exec(pathname)?.groups?.[
    'method'
  ];
  if (method === undefined || exchange.method !== 'POST') {
    return answerTwirpError(exchange, 404, 'bad_route', `no handler for path "${pathname}"`);
  }
  const scopes = readRunnerToken(parseBearer(exchange.request.headers.authorization) ?? '');
  if (scopes === undefined) {
    return answerTwirpError(exchange, 401, 'unauthenticated', 'authentication failed');
  }
  const call = parseCall((await readBody(exchange.request)).toString());
  if (call === undefined) {
    return answerTwirpError(exchange, 400, 'invalid_argument', 'key or version is missing');
  }
  switch (method) {
    case 'GetCacheEntryDownloadURL':
      return findEntry(lab, exchange, call, scopes);
    case 'CreateCacheEntry':
      return createEntry(lab, exchange, call, scopes);
    case 'FinalizeCacheEntryUpload':
      return finalizeEntry(lab, exchange, call, scopes);
    default:
      return answerTwirpError(exchange, 404, 'bad_route', `no handler for path "${pathname}"`);
  }
}

function parseCall(text: string): Call | undefined {
  const fields = JSON.parse(text) as Partial<Record<'key' | 'version' | 'restore_keys' | 'size_bytes', unknown>>;
  const { key, version, restore_keys: restoreKeys = [], size_bytes: sizeBytes = -1 } = fields;
  if (typeof key !== 'string' || typeof version !== 'string' || !Array.isArray(restoreKeys)) {
    return undefined;
  }
  return { key, version, restoreKeys: restoreKeys.map(String), sizeBytes: Number(sizeBytes) };
}

function findEntry(lab: Lab, exchange: Exchange, call: Call, scopes: readonly CacheScope[]): Promise<void> {
  const readable = scopes.filter(({ permission }) => (permission & 1) !== 0).map(({ scope }) => scope);
  const { key, version, restoreKeys } = call;
  const entry = lab.cache.find({ scopes: readable, version, key, restoreKeys });
  const body =
    entry === undefined
      ? { ok: false, signed_download_url: '', matched_key: '' }
      : { ok: true, signed_download_url: signedBlobUrl(entry.blob, 'r'), matched_key: entry.key };
  return answerJson(exchange, 200, body);
}

function createEntry(lab: Lab, exchange: Exchange, call: Call, scopes: readonly CacheScope[]): Promise<void> {
  const scope = writableScope(scopes);
  if (exchange.fault?.fault === 'read-only' || scope === undefined) {
    return answerTwirpError(exchange, 403, 'permission_denied', 'cache write denied: the token is read-only');
  }
  const entry = lab.cache.create(scope, call.key, call.version);
  return entry === undefined
    ? answerTwirpError(
        exchange,
        409,
        'already_exists',
        'cache entry with the same key, version, and scope already exists',
      )
    : answerJson(exchange, 200, { ok: true, signed_upload_url: signedBlobUrl(entry.blob, 'w') });
}

async function finalizeEntry(lab: Lab, exchange: Exchange, call: Call, scopes: readonly CacheScope[]): Promise<void> {
  const entry = lab.cache.finalize(writableScope(scopes) ?? '', call.key, call.version);
  const sizeBytes = entry === undefined ? undefined : await lab.cache.blobSize(entry.blob);
  if (entry === undefined || sizeBytes === undefined || sizeBytes !== call.sizeBytes) {
    return answerTwirpError(exchange, 404, 'not_found', 'cache entry not found, or not uploaded in this size');
  }
  // A number would break BuildKit, whose field is a string.
  return answerJson(exchange, 200, { ok: true, entry_id: `${entry.id}` });
}

function writableScope(scopes: readonly CacheScope[]): string | undefined {
  return scopes.find(({ permission }) => (permission & 2) !== 0)?.scope;
}

function answerTwirpError(exchange: Exchange, status: number, code: string, msg: string): Promise<void> {
  return answerJson(exchange, status, { code, msg });
}
