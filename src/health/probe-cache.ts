import { z } from 'zod';
import type { Http, HttpOutcome } from '../net/http.ts';
import type { CacheService } from '../facts/runner.ts';
import { BUILDKIT_VERSION, indexPrefixes } from './cache-index.ts';
import { answered, down, type Observation } from './observation.ts';

/** Any 64 hexadecimal digits will do: nothing was ever stored under them. */
const PROBE_VERSION = '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592';

/**
 * A read-only look-up: of the index that BuildKit will ask for, where its scopes are known, else of a key that does not
 * exist. A healthy service says what it has; an outage shows as an HTML page, a 5xx or silence (actions/toolkit cache,
 * `GetCacheEntryDownloadURL`; v1: `GET _apis/artifactcache/cache`). What is there is fetched, one byte of it: the blobs
 * are on another host, and a BuildKit that waits for them can neither be cancelled nor used for another build.
 */
export async function probeCache(
  http: Http,
  service: CacheService,
  timeoutMs: number,
  signal: AbortSignal,
  scopes: readonly string[] = [],
): Promise<Observation> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { host } = new URL(service.url);
  if (service.version === 1) return judge(await lookUpV1(http, service, bounded), host);
  const outcome = await lookUpV2(http, service, indexPrefixes(scopes, service.token), bounded);
  const observation = judge(outcome, host);
  const url = observation.state === 'up' && outcome.kind === 'response' ? blobUrl(outcome.body) : null;
  return (url === null ? null : await blobProblem(http, url, bounded)) ?? observation;
}

/** Where the index is, if there is one. */
function blobUrl(body: Buffer): string | null {
  try {
    const answer = Found.parse(JSON.parse(body.toString('utf8')));
    return answer.ok && URL.canParse(answer.signed_download_url) ? answer.signed_download_url : null;
  } catch {
    return null;
  }
}

const Found = z.object({ ok: z.boolean(), signed_download_url: z.string() });

/** What keeps the blob store from handing out a byte, or null. The URL is a credential, and is not told. */
async function blobProblem(http: Http, url: string, signal: AbortSignal): Promise<Observation | null> {
  const outcome = await http.request({ url, method: 'GET', headers: { range: 'bytes=0-0' }, signal, maxBytes: 1024 });
  const store = `${new URL(url).host}, which holds its blobs,`;
  if (outcome.kind === 'failed') return down(`${store} failed: ${outcome.message}`);
  return outcome.status >= 500 || outcome.status === 429
    ? down(`${store} answered ${outcome.status}`, outcome.latencyMs)
    : null;
}

async function lookUpV2(
  http: Http,
  service: CacheService,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<HttpOutcome> {
  const [first] = prefixes;
  const wanted =
    first === undefined
      ? { key: 'smart-docker-build-probe', restore_keys: [], version: PROBE_VERSION }
      : { key: first, restore_keys: prefixes, version: BUILDKIT_VERSION };
  const url = `${service.url.replace(/\/$/, '')}/twirp/github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL`;
  return await http.request({
    url,
    method: 'POST',
    headers: {
      authorization: `Bearer ${service.token}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify(wanted),
    signal,
    maxBytes: 64 * 1024,
  });
}

async function lookUpV1(http: Http, service: CacheService, signal: AbortSignal): Promise<HttpOutcome> {
  const query = `keys=smart-docker-build-probe&version=${PROBE_VERSION}`;
  return await http.request({
    url: `${service.url.replace(/\/$/, '')}/_apis/artifactcache/cache?${query}`,
    method: 'GET',
    headers: { authorization: `Bearer ${service.token}`, accept: 'application/json;api-version=6.0-preview.1' },
    signal,
    maxBytes: 64 * 1024,
  });
}

function judge(outcome: HttpOutcome, host: string): Observation {
  if (outcome.kind === 'failed') return down(`${host}: ${outcome.message}`);
  const { status, latencyMs } = outcome;
  const type = outcome.headers['content-type'] ?? '';
  if (/html/i.test(type) || /^\s*</.test(outcome.body.toString('utf8', 0, 64))) {
    return down(`${host} answered ${status} with an HTML page`, latencyMs);
  }
  if (status === 200 || status === 204) return answered(latencyMs, `${host} answered`);
  if (status === 401 || status === 403) return down(`${host} refused the job's token (${status})`, latencyMs);
  if (status === 429) return { state: 'limited', latencyMs, evidence: `${host} is rate-limiting this job (429)` };
  return down(`${host} answered ${status}`, latencyMs);
}
