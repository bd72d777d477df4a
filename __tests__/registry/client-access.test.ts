import { describe, expect, test } from 'vitest';
import type { Credentials } from '../../src/registry/token.ts';
import { type FakeAuth, type Fault, sha256 } from './fake-registry.ts';
import { answers, blob, digest, registryHarness, silent, soon } from './harness.ts';

const { start } = registryHarness();
const anonymousPull = { scheme: 'bearer' } as const;

describe('credentials', () => {
  const user = { username: 'me', password: 'secret' };

  test('for the token server', async () => {
    const { client, registry, at, askedFor } = await start({ ...anonymousPull, user: 'me', password: 'secret' }, user);
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({ kind: 'found' });
    expect(registry.log[1]).toBe('token repository:library/alpine:pull for fake (Basic)');
    expect(askedFor).toEqual([registry.host]);
  });

  test('an identity token is exchanged by POST', async () => {
    const { client, registry, at } = await start(
      { ...anonymousPull, identityToken: 'refresh' },
      { identityToken: 'refresh' },
    );
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({ kind: 'found' });
    expect(registry.log[1]).toBe('token repository:library/alpine:pull for fake (anonymous)');
  });

  test('for the registry itself', async () => {
    const { client, registry, at } = await start({ scheme: 'basic', user: 'me', password: 'secret' }, user);
    expect(await client.headManifest(at('3.20'), soon())).toMatchObject({ kind: 'found' });
    expect(await client.headManifest(at(digest), soon())).toMatchObject({ kind: 'found' });
    expect(registry.log.map((line) => /\((.*)\)/.exec(line)?.[1])).toEqual(['anonymous', 'Basic', 'Basic']);
  });

  test.each<[string, FakeAuth['scheme'], Credentials | null]>([
    ['wrong', 'bearer', { username: 'me', password: 'wrong' }],
    ['none', 'bearer', null],
    ['wrong', 'basic', { username: 'me', password: 'wrong' }],
    ['none', 'basic', null],
  ])('%s at a %s registry: denied, and never in the evidence', async (_, scheme, credentials) => {
    const { client, registry, at } = await start({ scheme, user: 'me', password: 'secret' }, credentials);
    const answer = await client.headManifest(at('3.20'), soon());
    const host = scheme === 'bearer' ? registry.tokenHost : registry.host;
    const evidence = `401 from ${host} on library/alpine:3.20`;
    expect(answer).toEqual({ kind: 'denied', status: 401, host, evidence });
  });
});

describe('blobs', () => {
  test('behind a redirect, without the authorization, verified when whole', async () => {
    const { client, registry, at } = await start(anonymousPull);
    const location = at(sha256(blob));
    const latencyMs = expect.any(Number) as number;
    const read = { kind: 'found', host: registry.cdnHost, latencyMs };
    expect(await client.getBlobRange(location, 1024, soon())).toEqual({ ...read, body: blob, verified: true });
    const part = blob.subarray(0, 10);
    expect(await client.getBlobRange(location, 10, soon())).toEqual({ ...read, body: part, verified: false });
    expect(registry.log.filter((line) => line.startsWith('cdn'))).toEqual([
      `cdn /${sha256(blob)} (anonymous)`,
      `cdn /${sha256(blob)} (anonymous)`,
    ]);
  });

  test('a CDN without ranges', async () => {
    const { client, registry, at } = await start(null);
    registry.faults.cdn = answers(200, {}, blob.toString());
    expect(await client.getBlobRange(at(sha256(blob)), 10, soon())).toMatchObject({
      body: blob.subarray(0, 10),
      verified: false,
    });
    expect(await client.getBlobRange(at(sha256(blob)), 100, soon())).toMatchObject({ body: blob, verified: true });
  });

  test.each<[string, Fault, object]>([
    ['broken', answers(503), { phase: 'answer', status: 503 }],
    ['silent', silent, { phase: 'response' }],
    ['tampered', answers(200, {}, 'other bytes'), { phase: 'digest' }],
    [
      'cut',
      (request, response) =>
        response.writeHead(206, { 'content-length': 99 }).write('x', () => request.socket.destroy()),
      { phase: 'body' },
    ],
  ])('a %s CDN is named', async (_, fault, refusal) => {
    const { client, registry, at } = await start(anonymousPull);
    registry.faults.cdn = fault;
    const answer = await client.getBlobRange(at(sha256(blob)), 100, soon(300));
    expect(answer).toMatchObject({ kind: 'failed', host: registry.cdnHost, ...refusal });
  });
});
