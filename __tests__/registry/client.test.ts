import { describe, expect, test } from 'vitest';
import type { Http } from '../../src/net/http.ts';
import { type RegistryClient, createRegistryClient } from '../../src/registry/client.ts';
import { type Fault, indexType, sha256 } from './fake-registry.ts';
import { answers, digest, manifest, registryHarness, silent, soon } from './harness.ts';

const { start } = registryHarness();
const anonymousPull = { scheme: 'bearer' } as const;

/** A client of a world in which everybody gives the same answer. */
function pretended(status: number, headers: Record<string, string>): { client: RegistryClient; askedUrls: string[] } {
  const askedUrls: string[] = [];
  const http: Http = {
    request: ({ url }) => {
      askedUrls.push(url);
      const answer = {
        kind: 'response',
        status,
        headers,
        body: Buffer.alloc(0),
        truncated: false,
        latencyMs: 1,
      } as const;
      return Promise.resolve(answer);
    },
    dispose: () => undefined,
  };
  return { client: createRegistryClient({ http, credentialsFor: () => Promise.resolve(null) }), askedUrls };
}

describe('manifests', () => {
  test('the token dance, and one token for a repository', async () => {
    const { client, registry, at } = await start(anonymousPull);
    const found = {
      kind: 'found',
      digest,
      mediaType: indexType,
      sizeBytes: manifest.length,
      latencyMs: expect.any(Number) as number,
      rateLimit: { remaining: 20, limit: 100, windowSeconds: 21600 },
    };
    expect(await client.headManifest(at('3.20'), soon())).toEqual(found);
    expect(await client.getManifest(at(digest), soon())).toEqual({ ...found, body: manifest });
    expect(await client.headManifest(at('1', 'library/busybox'), soon())).toMatchObject({ kind: 'missing' });
    const path = '/v2/library/alpine/manifests';
    expect(registry.log).toEqual([
      `HEAD ${path}/3.20 (anonymous)`,
      'token repository:library/alpine:pull for fake (anonymous)',
      `HEAD ${path}/3.20 (Bearer)`,
      `GET ${path}/${digest} (Bearer)`,
      'token repository:library/busybox:pull for fake (anonymous)',
      'HEAD /v2/library/busybox/manifests/1 (Bearer)',
    ]);
  });

  test('a token is renewed when its time is over, or when it was withdrawn', async () => {
    const { client, registry, at, passTime } = await start(anonymousPull);
    const tokens = (): number => registry.log.filter((line) => line.startsWith('token')).length;
    await client.headManifest(at('3.20'), soon());
    passTime(291_000);
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({ kind: 'found' });
    expect(tokens()).toBe(2);
    registry.revoke();
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({ kind: 'found' });
    expect(tokens()).toBe(3);
  });

  test.each<[string, Fault]>([
    ['HEAD is not allowed', (request, response) => request.method === 'HEAD' && !!response.writeHead(405).end()],
    ['HEAD tells no digest', (request, response) => request.method === 'HEAD' && !!response.end()],
  ])('%s: GET answers', async (_, fault) => {
    const { client, registry, at } = await start(null);
    registry.faults.registry = fault;
    const found = await client.headManifest(at('3.20'), soon());
    expect(found).toMatchObject({ kind: 'found', digest, sizeBytes: manifest.length });
    expect(found).not.toHaveProperty('body');
  });

  test('bytes without the digest asked for, or without the digest stated', async () => {
    const { client, registry, at } = await start(null);
    const other = Buffer.from('{"manifests":[]}');
    registry.manifests.set(digest, other);
    const refusal = { kind: 'failed', host: registry.host, phase: 'digest', status: 200 };
    const evidence = `${registry.host} serves ${sha256(other)} for library/alpine@${digest}`;
    expect(await client.headManifest(at(digest), soon())).toEqual({ ...refusal, evidence });
    expect(await client.getManifest(at(digest), soon())).toEqual({ ...refusal, evidence });
    registry.faults.registry = answers(200, { 'content-type': indexType, 'docker-content-digest': digest }, 'false');
    expect(await client.getManifest(at('3.20'), soon())).toMatchObject(refusal);
  });

  test.each<[string, string, string]>([
    ['too long', ' '.repeat(4 * 1024 * 1024) + manifest.toString(), 'more than 4194304 bytes'],
    ['no manifest', '{"schemaVersion":2}', 'neither an image index nor an image manifest'],
  ])('a body that is %s, of which nobody stated a digest', async (_, body, problem) => {
    const { client, registry, at } = await start(null);
    registry.faults.registry = answers(200, { 'content-type': indexType }, body);
    const evidence = `${registry.host} answers with ${problem} on library/alpine:3.20`;
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({ kind: 'failed', phase: 'answer', evidence });
  });

  test('a login page is not a manifest', async () => {
    const { client, registry, at } = await start(null);
    registry.faults.registry = answers(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>');
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({
      kind: 'failed',
      phase: 'answer',
      evidence: `${registry.host} answers with text/html instead of a manifest on library/alpine:3.20`,
    });
  });
});

describe('refusals', () => {
  const later = 'Sun, 23 Aug 2026 12:01:00 GMT';
  test.each<[number, Record<string, string>, object]>([
    [404, {}, { kind: 'missing' }],
    [403, {}, { kind: 'denied', status: 403 }],
    [401, {}, { kind: 'denied', status: 401 }],
    [429, {}, { kind: 'limited', retryAfterMs: null }],
    [429, { 'retry-after': '30' }, { kind: 'limited', retryAfterMs: 30_000 }],
    [429, { 'retry-after': later }, { kind: 'limited', retryAfterMs: 60_000 }],
    [429, { 'retry-after': 'soon' }, { kind: 'limited', retryAfterMs: null }],
    [500, {}, { kind: 'failed', phase: 'answer', status: 500 }],
    [503, {}, { kind: 'failed', phase: 'answer', status: 503 }],
  ])('%i %o', async (status, headers, refusal) => {
    const { client, registry, at } = await start(null);
    registry.faults.registry = answers(status, headers, '{"errors":[]}');
    const evidence = `${status} from ${registry.host} on library/alpine:3.20`;
    expect(await client.headManifest(at('3.20'), soon())).toEqual({ ...refusal, host: registry.host, evidence });
  });

  test.each<[string, Fault, object]>([
    [
      '503',
      answers(503),
      { kind: 'failed', phase: 'answer', status: 503, evidence: '503 from TOKEN on library/alpine:3.20' },
    ],
    [
      '404',
      answers(404),
      { kind: 'failed', phase: 'answer', status: 404, evidence: '404 from TOKEN on library/alpine:3.20' },
    ],
    ['429', answers(429), { kind: 'limited', retryAfterMs: null, evidence: '429 from TOKEN on library/alpine:3.20' }],
    ['403', answers(403), { kind: 'denied', status: 403, evidence: '403 from TOKEN on library/alpine:3.20' }],
    ['silent', silent, { kind: 'failed', phase: 'response', status: null, evidence: 'TOKEN did not answer in 0.3 s' }],
    [
      'tokenless',
      answers(200, {}, '{}'),
      { kind: 'failed', phase: 'answer', status: 200, evidence: 'TOKEN answered without a token' },
    ],
    [
      'no JSON',
      answers(200, {}, '<html>'),
      { kind: 'failed', phase: 'answer', status: 200, evidence: 'TOKEN answered without a token' },
    ],
  ])('the token server: %s', async (_, fault, refusal) => {
    const { client, registry, at } = await start(anonymousPull);
    registry.faults.token = fault;
    const answer = await client.headManifest(at('3.20'), soon(300));
    const named = JSON.parse(JSON.stringify(refusal).replaceAll('TOKEN', registry.tokenHost)) as object;
    expect(answer).toEqual({ ...named, host: registry.tokenHost });
  });

  test('a token server without TLS is not spoken to', async () => {
    const { client, registry, at } = await start(null);
    registry.faults.registry = answers(401, { 'www-authenticate': 'Bearer realm="http://auth.example/token"' });
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({
      kind: 'failed',
      evidence: `${registry.host} names a token server without TLS: http://auth.example`,
    });
  });

  test('a registry out there cannot have a service of this machine asked', async () => {
    const { client, askedUrls } = pretended(401, {
      'www-authenticate': `Bearer realm="http://127.0.0.1:40342/metadata"`,
    });
    const location = { host: 'mirror.example', repository: 'library/alpine', reference: '3.20' };
    expect(await client.headManifest(location, soon())).toMatchObject({
      kind: 'failed',
      evidence: `mirror.example names a token server without TLS: http://127.0.0.1:40342`,
    });
    expect(askedUrls).toEqual(['https://mirror.example/v2/library/alpine/manifests/3.20']);
  });

  test('a token that does not fit into a header', async () => {
    const { client, registry, at } = await start(anonymousPull);
    registry.faults.token = answers(200, {}, JSON.stringify({ token: 'a\r\nhost: b' }));
    const evidence = `${registry.tokenHost} answered without a token`;
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({ kind: 'failed', evidence });
  });

  test('a registry that is gone', async () => {
    const { client, registry, at } = await start(null);
    await registry.close();
    const evidence = `${registry.host}: connection refused`;
    const answer = await client.headManifest(at('3.20'), soon());
    expect(answer).toEqual({ kind: 'failed', host: registry.host, phase: 'connect', status: null, evidence });
  });

  test('redirects in circles, to nowhere, out of TLS', async () => {
    const { client, registry, at } = await start(null);
    registry.faults.registry = answers(307, { location: '/v2/x/manifests/again' });
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({
      evidence: `${registry.host} redirects library/alpine:3.20 in circles`,
    });
    expect(registry.log).toHaveLength(6);
    registry.faults.registry = answers(307, { location: 'ftp://elsewhere/' });
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({
      kind: 'failed',
      phase: 'answer',
      status: 307,
    });
  });
});
