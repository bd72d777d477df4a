import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { indexPrefixes } from '../../src/health/cache-index.ts';
import { probeCache } from '../../src/health/probe-cache.ts';
import { harness } from '../net/harness.ts';
import { freePort, serveHttp } from '../net/loopback.ts';

const { client, kept } = harness();
const never = new AbortController().signal;

function tokenWith(ac: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ ac: typeof ac === 'string' ? ac : JSON.stringify(ac) })}.signature`;
}
const MAIN = { Scope: 'refs/heads/main', Permission: 3 };

describe('where BuildKit looks for its index', () => {
  test('one key for each of its scopes and each scope of the token, then whatever else is there', () => {
    // The first 8 digits of `printf refs/heads/main | sha256sum`.
    expect(indexPrefixes(['api'], tokenWith([MAIN]))).toEqual(['index-api-1-f921bd05#', 'index-', 'buildkit-blob-']);
    const feature = { Scope: 'refs/heads/feature', Permission: 3 };
    expect(indexPrefixes(['a', 'b', 'c'], tokenWith([feature, MAIN]))).toHaveLength(6);
  });

  test.each([
    ['no scope of its own', [], tokenWith([MAIN])],
    ['a token without scopes', ['api'], tokenWith([])],
    ['a token whose scopes are no list', ['api'], tokenWith({})],
    ['a token whose scopes are no JSON', ['api'], tokenWith('[')],
    ['no token', ['api'], 'secret'],
  ])('%s: nothing is known', (_, scopes, token) => {
    expect(indexPrefixes(scopes, token)).toEqual([]);
  });
});

describe('the blob store behind the cache', () => {
  async function probe(store: RequestListener | null, timeoutMs = 2000): Promise<object> {
    const blobs = store === null ? { port: await freePort() } : await kept(serveHttp(store));
    const url = `http://127.0.0.1:${blobs.port}/blob?sig=secret-signature`;
    const { port } = await kept(
      serveHttp((_, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ ok: true, signed_download_url: url, matched_key: 'k' })),
      ),
    );
    const service = { version: 2, url: `http://127.0.0.1:${port}/`, token: tokenWith([MAIN]) } as const;
    const { state, evidence } = await probeCache(client(), service, timeoutMs, never, ['api']);
    expect(evidence).not.toContain('secret-signature');
    return {
      state,
      evidence: evidence.replace(`127.0.0.1:${port}`, 'SERVICE').replace(`127.0.0.1:${blobs.port}`, 'STORE'),
    };
  }

  test('is asked for one byte', async () => {
    const asked: (string | undefined)[] = [];
    const answer = await probe((request, response) => {
      asked.push(`${request.method} ${request.headers.range}`);
      response.writeHead(206).end('x');
    });
    expect(answer).toEqual({ state: 'up', evidence: 'SERVICE answered' });
    expect(asked).toEqual(['GET bytes=0-0']);
  });

  test.each<[string, RequestListener | null, RegExp]>([
    ['answers 503', (_, response) => response.writeHead(503).end(), /^STORE, which holds its blobs, answered 503$/],
    ['limits the rate', (_, response) => response.writeHead(429).end(), /^STORE, which holds its blobs, answered 429$/],
    ['is not there', null, /^STORE, which holds its blobs, failed: /],
    ['is silent', () => undefined, /^STORE, which holds its blobs, failed: no answer in 0\.3 s$/],
  ])('that %s makes the cache one that is down', async (name, store, evidence) => {
    expect(await probe(store, name === 'is silent' ? 300 : 2000)).toEqual({
      state: 'down',
      evidence: expect.stringMatching(evidence) as string,
    });
  });

  test('that has lost a blob is not down: its import is skipped by BuildKit itself', async () => {
    expect(await probe((_, response) => response.writeHead(404).end())).toMatchObject({ state: 'up' });
  });
});
