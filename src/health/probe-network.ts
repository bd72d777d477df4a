import type { LookupFunction } from 'node:net';
import type { Http } from '../net/http.ts';
import { answered, down, type Observation } from './observation.ts';
import { INTERNET_ANCHORS } from './services.ts';

/** A file that every Go proxy has had for years (go.dev/ref/mod#goproxy-protocol uses it as its example), 21 bytes. */
const GO_PROBE = '/golang.org/x/mod/@v/v0.2.0.mod';

export async function probeGoProxy(
  http: Http,
  proxy: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Observation> {
  const outcome = await http.request({
    url: proxy.replace(/\/$/, '') + GO_PROBE,
    method: 'GET',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    maxBytes: 4096,
  });
  const { host } = new URL(proxy);
  if (outcome.kind === 'failed') return down(`${host}: ${outcome.message}`);
  if (outcome.status !== 200) return down(`${host} answered ${outcome.status}`, outcome.latencyMs);
  if (!outcome.body.toString('utf8').startsWith('module '))
    return down(`${host} answered something else than a module`);
  return answered(outcome.latencyMs, `${host} answered`);
}

/** Any answer of any anchor proves a way out; the first one ends the question. */
export async function probeInternet(http: Http, timeoutMs: number, signal: AbortSignal): Promise<Observation> {
  const enough = new AbortController();
  const bounded = AbortSignal.any([signal, enough.signal, AbortSignal.timeout(timeoutMs)]);
  const asked = INTERNET_ANCHORS.map(async (url) => {
    const outcome = await http.request({ url, method: 'HEAD', signal: bounded, maxBytes: 0 });
    if (outcome.kind === 'failed') throw new Error(`${new URL(url).host}: ${outcome.message}`);
    // Which one was first changes from run to run, and means nothing.
    return answered(outcome.latencyMs, 'a way out is there');
  });
  return await firstOf(asked, () => enough.abort());
}

/** Names of independent operators; a resolver that knows one of them works. */
const DNS_NAMES = ['github.com', 'registry-1.docker.io', 'www.google.com'];

export async function probeDns(
  lookup: (signal: AbortSignal) => LookupFunction,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Observation> {
  const startedAt = performance.now();
  const enough = new AbortController();
  const resolve = lookup(AbortSignal.any([signal, enough.signal, AbortSignal.timeout(timeoutMs)]));
  const asked = DNS_NAMES.map(
    async (name) =>
      await new Promise<Observation>((done, failed) => {
        resolve(name, { all: true }, (error) => {
          if (error) failed(new Error(`${name}: ${error.code ?? error.message}`));
          else done(answered(performance.now() - startedAt, 'names resolve'));
        });
      }),
  );
  return await firstOf(asked, () => enough.abort());
}

async function firstOf(asked: readonly Promise<Observation>[], end: () => void): Promise<Observation> {
  try {
    return await Promise.any(asked);
  } catch (error) {
    const reasons =
      error instanceof AggregateError ? error.errors.map((one) => (one as Error).message) : [String(error)];
    return down(reasons.join(', '));
  } finally {
    end();
  }
}
