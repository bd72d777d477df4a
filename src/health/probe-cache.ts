import type { Http, HttpOutcome } from '../net/http.ts';
import type { CacheService } from '../facts/runner.ts';
import { answered, down, type Observation } from './observation.ts';

/** Any 64 hexadecimal digits will do: nothing was ever stored under them. */
const PROBE_VERSION = '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592';

/**
 * A read-only look-up of a key that does not exist. A healthy service says "no such entry"; an outage shows as an HTML
 * page, a 5xx or silence (actions/toolkit cache, `GetCacheEntryDownloadURL`; v1: `GET _apis/artifactcache/cache`).
 */
export async function probeCache(
  http: Http,
  service: CacheService,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Observation> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const outcome = service.version === 2 ? await lookUpV2(http, service, bounded) : await lookUpV1(http, service, bounded);
  return judge(outcome, new URL(service.url).host);
}

async function lookUpV2(http: Http, service: CacheService, signal: AbortSignal): Promise<HttpOutcome> {
  const url = `${service.url.replace(/\/$/, '')}/twirp/github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL`;
  return await http.request({
    url,
    method: 'POST',
    headers: { authorization: `Bearer ${service.token}`, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ key: 'smart-docker-build-probe', restore_keys: [], version: PROBE_VERSION }),
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
