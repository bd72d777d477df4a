import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from './contract.ts';
import * as images from './services/trial/images.ts';
import { canRunWorld, startWorld } from './services/trial/world.ts';
import type { World } from './services/trial/world.ts';

const { answered, askManifest, bearerFor, digestOf, header, pushBlob, pushImage, pushToken } = images;
const hub = 'https://registry-1.docker.io';
const manifestUrl = `${hub}/v2/library/sample/manifests/1.0`;
const anchor = 'https://www.google.com/generate_204';

describe.skipIf(!canRunWorld())('faults of the outage lab', { timeout: 30_000 }, () => {
  let world: World;
  let image: images.PushedImage;
  let older: images.PushedImage;

  beforeAll(async () => {
    world = await startWorld();
    const headers = await pushToken(world, hub, 'library/sample');
    const target = { origin: hub, repository: 'library/sample', headers };
    image = await pushImage(world, { ...target, tag: '1.0' });
    older = await pushImage(world, { ...target, tag: '0.9' }, 'an older layer\n');
  }, 30_000);
  beforeEach(async () => world.control.reset());
  afterAll(async () => world.close());

  const host = 'www.google.com';
  const failures: readonly (readonly [Fault['fault'], Fault, string])[] = [
    ['silent', { host, fault: 'silent' }, 'ETIMEDOUT'],
    ['tls-silent', { host, fault: 'tls-silent' }, 'ETIMEDOUT'],
    ['black-holed', { host, fault: 'black-holed' }, 'ETIMEDOUT'],
    ['refused', { host, fault: 'refused' }, 'ECONNREFUSED'],
    ['reset', { host, fault: 'reset' }, 'ECONNRESET'],
    ['nxdomain', { host, fault: 'nxdomain' }, 'ENOTFOUND'],
    ['servfail', { host, fault: 'servfail' }, 'EAI_AGAIN'],
    ['dns-silent', { host, fault: 'dns-silent' }, 'ETIMEDOUT'],
    ['wrong-certificate', { host, fault: 'wrong-certificate' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ];

  it.each(failures)(
    '%s holds at once, also for a connection kept alive, and goes at once',
    async (_kind, fault, code) => {
      answered(await world.ask({ url: anchor }), 204);
      await world.control.setFaults([fault]);
      expect(await world.ask({ url: anchor, timeoutMs: 600 })).toMatchObject({ kind: 'failed', code });
      await world.control.clearFaults();
      answered(await world.ask({ url: anchor }), 204);
    },
  );

  it('status answers as it was told, after and for as many requests as it was told', async () => {
    await world.control.setFaults([
      { host, fault: 'status', status: 503, headers: { 'retry-after': '7' }, path: '^/generate', after: 1, times: 2 },
    ]);
    const statuses = [];
    for (let n = 0; n < 4; n += 1) {
      statuses.push(answered(await world.ask({ url: anchor })).status);
    }
    expect(statuses).toEqual([204, 503, 503, 204]);
    const seen = await world.control.requests();
    expect(seen.map(({ status }) => status)).toEqual(statuses);
    await world.control.setFaults([{ host, fault: 'status', status: 400, body: 'html' }]);
    expect(answered(await world.ask({ url: anchor }), 400).body).toContain('<h1>400 Bad Request</h1>');
  });

  it('slow answers late', async () => {
    await world.control.setFaults([{ host, fault: 'slow', delayMs: 400 }]);
    const startedMs = Date.now();
    answered(await world.ask({ url: anchor }), 204);
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(400);
  });

  it('cut ends a blob in the middle', async () => {
    const url = `${hub}/v2/library/sample/blobs/${image.layerDigest}`;
    const redirect = answered(await world.ask({ url, headers: await bearerFor(world, url) }), 307);
    await world.control.setFaults([{ host: 'production.cloudflare.docker.com', fault: 'cut', bytes: 1000 }]);
    const outcome = await world.ask({ url: header(redirect, 'location') });
    expect(outcome).toEqual({ kind: 'failed', code: 'ECONNRESET', receivedBytes: 1000 });
  });

  it('stalled stops in the middle and stays', async () => {
    await world.control.setDocument({ host: 'github.com', path: '/big', body: 'x'.repeat(5000) });
    await world.control.setFaults([{ host: 'github.com', fault: 'stalled', bytes: 1000 }]);
    const outcome = await world.ask({ url: 'https://github.com/big', timeoutMs: 500 });
    expect(outcome).toEqual({ kind: 'failed', code: 'ETIMEDOUT', receivedBytes: 1000 });
  });

  it('rate-limited lets what remains pass, then says 429', async () => {
    await world.control.setFaults([{ host: 'registry-1.docker.io', fault: 'rate-limited', remaining: 1 }]);
    expect(await askManifest(world, manifestUrl, 'HEAD')).toMatchObject({ status: 200 });
    expect((await askManifest(world, manifestUrl)).headers['ratelimit-remaining']).toBe('0;w=21600');
    const refused = await askManifest(world, manifestUrl);
    expect(refused).toMatchObject({ status: 429, headers: { 'ratelimit-remaining': '0;w=21600' } });
    expect(refused.body).toContain('You have reached your pull rate limit');
    expect(await askManifest(world, manifestUrl, 'HEAD')).toMatchObject({ status: 429 });
  });

  it('tampered changes manifests with their digest, and blobs', async () => {
    await world.control.setFaults([{ host: 'registry-1.docker.io', fault: 'tampered' }]);
    const manifest = await askManifest(world, manifestUrl);
    const digest = digestOf(manifest.body);
    expect(manifest.headers['docker-content-digest']).toBe(digest);
    expect(digest).not.toBe(image.indexDigest);
    const byDigest = await askManifest(world, `${hub}/v2/library/sample/manifests/${digest}`);
    expect(byDigest.body).toBe(manifest.body);
    const url = `${hub}/v2/library/sample/blobs/${image.layerDigest}`;
    const blob = answered(await world.ask({ url, headers: await bearerFor(world, url) }), 200);
    expect(blob.body).toHaveLength(image.layer.length);
    expect(digestOf(blob.body)).not.toBe(image.layerDigest);
  });

  it('lacks-platform takes it out of the index', async () => {
    await world.control.setFaults([{ host: 'registry-1.docker.io', fault: 'lacks-platform', platform: 'linux/arm64' }]);
    const manifest = await askManifest(world, manifestUrl);
    expect(manifest.headers['docker-content-digest']).toBe(digestOf(manifest.body));
    const index = JSON.parse(manifest.body) as { manifests: { platform: { architecture: string } }[] };
    expect(index.manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64']);
    expect(await askManifest(world, `${hub}/v2/library/sample/manifests/${image.indexDigest}`)).toMatchObject({
      status: 404,
    });
  });

  it('stale-tag serves another tag', async () => {
    await world.control.setFaults([
      { host: 'registry-1.docker.io', fault: 'stale-tag', repository: 'library/sample', tag: '1.0', servedAs: '0.9' },
    ]);
    expect((await askManifest(world, manifestUrl)).headers['docker-content-digest']).toBe(older.indexDigest);
  });

  it('stale-tag serves another repository, with all its content', async () => {
    const other = { origin: hub, repository: 'library/other', headers: await pushToken(world, hub, 'library/other') };
    const pushed = await pushImage(world, { ...other, tag: '2' }, 'something else\n');
    const replaced = { repository: 'library/sample', tag: '1.0', servedAs: 'library/other:2' };
    await world.control.setFaults([{ host: 'registry-1.docker.io', fault: 'stale-tag', ...replaced }]);
    expect((await askManifest(world, manifestUrl)).headers['docker-content-digest']).toBe(pushed.indexDigest);
    await askManifest(world, `${hub}/v2/library/sample/manifests/${pushed.indexDigest}`);
    const url = `${hub}/v2/library/sample/blobs/${pushed.layerDigest}`;
    answered(await world.ask({ url, headers: await bearerFor(world, url) }), 307);
    expect(await askManifest(world, `${hub}/v2/library/sample/manifests/${image.indexDigest}`)).toMatchObject({
      status: 200,
    });
  });

  it('push faults strike uploads only', async () => {
    const target = { origin: 'https://ghcr.io', repository: 'lab/app', tag: 'v2' };
    const headers = await pushToken(world, target.origin, target.repository);
    await world.control.setFaults([{ host: 'ghcr.io', fault: 'status', status: 502, method: 'PUT', times: 1 }]);
    await expect(pushBlob(world, { ...target, headers }, 'x')).rejects.toThrow('502');
    await pushBlob(world, { ...target, headers }, 'x');
  });

  it('that make no sense are refused', async () => {
    await expect(world.control.setFaults([{ host: 'no.example', fault: 'refused' }])).rejects.toThrow('no.example');
    await expect(world.control.setFaults([{ host, fault: 'silent', path: '(' }])).rejects.toThrow('regular expression');
  });
});
