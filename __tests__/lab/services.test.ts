import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from './contract.ts';
import { labGoSum } from './services/go-modules.ts';
import { corpCredentials } from './services/hosts.ts';
import { createRunnerToken, resultsUrl, runnerVariables } from './services/runner-token.ts';
import { accept, answered, basicHeader, bearerFor, digestOf, pushBlob, pushImage } from './services/trial/images.ts';
import type { PushedImage } from './services/trial/images.ts';
import { startWorld } from './services/trial/world.ts';
import type { World } from './services/trial/world.ts';

const hub = 'https://registry-1.docker.io';
const manifestUrl = `${hub}/v2/library/sample/manifests/1.0`;
const anchor = 'https://www.google.com/generate_204';
const twirp = `${resultsUrl}twirp/github.actions.results.api.v1.CacheService`;

describe.skipIf(!canRun())('the services of the outage lab', { timeout: 30_000 }, () => {
  let world: World;
  let image: PushedImage;
  let older: PushedImage;

  beforeAll(async () => {
    world = await startWorld();
    const headers = await pushToken(hub, 'library/sample');
    const target = { origin: hub, repository: 'library/sample', headers };
    image = await pushImage(world, { ...target, tag: '1.0' });
    older = await pushImage(world, { ...target, tag: '0.9' }, 'an older layer\n');
  }, 30_000);
  beforeEach(async () => world.control.reset());
  afterAll(async () => world.close());

  function pushToken(origin: string, repository: string): Promise<Record<string, string>> {
    const url = `${origin}/v2/${repository}/blobs/uploads/`;
    return bearerFor(world, url, { method: 'POST', headers: { authorization: basicHeader() } });
  }

  async function askManifest(url = manifestUrl, method = 'GET') {
    const headers = { ...accept, ...(await bearerFor(world, url)) };
    return answered(await world.ask({ url, method, headers }));
  }

  describe('registries', () => {
    it('serve Docker Hub manifests to a token, with digest and rate limit, of which only GET uses up', async () => {
      const head = await askManifest(manifestUrl, 'HEAD');
      const get = await askManifest();
      expect(head).toMatchObject({ status: 200, body: '' });
      expect(head.headers).toMatchObject({
        'docker-content-digest': image.indexDigest,
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': '100;w=21600',
      });
      expect(get.headers['ratelimit-remaining']).toBe('99;w=21600');
      expect(digestOf(get.body)).toBe(image.indexDigest);
    });

    it('send callers to the CDN for blobs, which serves ranges and refuses a forged signature', async () => {
      const url = `${hub}/v2/library/sample/blobs/${image.layerDigest}`;
      const redirect = answered(await world.ask({ url, headers: await bearerFor(world, url) }), 307);
      const location = `${redirect.headers['location']}`;
      expect(new URL(location).host).toBe('production.cloudflare.docker.com');
      expect(answered(await world.ask({ url: location }), 200).body).toBe(image.layer);
      const part = answered(await world.ask({ url: location, headers: { range: 'bytes=2-6' } }), 206);
      expect(part.body).toBe(image.layer.slice(2, 7));
      answered(await world.ask({ url: location.replace('signature=', 'signature=x') }), 403);
    });

    it('hide what is not there as the real hosts do', async () => {
      const nothing = `${hub}/v2/library/nothing/manifests/1`;
      expect(await askManifest(nothing)).toMatchObject({ status: 401 });
      const denied = await world.ask({ url: 'https://ghcr.io/token?scope=repository:a/nothing:pull' });
      expect(answered(denied, 403).body).toContain('DENIED');
      answered(await world.ask({ url: 'https://gcr.io/v2/a/nothing/manifests/1' }), 404);
    });

    it('mount blobs across repositories, and tell no prefix', async () => {
      const url = `${hub}/v2/library/copy/blobs/uploads/`;
      const scope = 'repository:library/copy:pull,push repository:library/sample:pull';
      const query = new URLSearchParams({ service: 'registry.docker.io', scope });
      const tokenUrl = `https://auth.docker.io/token?${query}`;
      const granted = answered(await world.ask({ url: tokenUrl, headers: { authorization: basicHeader() } }), 200);
      const headers = { authorization: `Bearer ${(JSON.parse(granted.body) as { token: string }).token}` };
      const mount = `${url}?mount=${image.layerDigest}&from=library%2Fsample`;
      const mounted = answered(await world.ask({ url: mount, method: 'POST', headers }), 201);
      expect(mounted.headers['location']).toBe(`${hub}/v2/library/copy/blobs/${image.layerDigest}`);
    });

    it('accept a push to ghcr.io with credentials only', async () => {
      const origin = 'https://ghcr.io';
      const uploads = `${origin}/v2/lab/app/blobs/uploads/`;
      const anonymous = await bearerFor(world, uploads, { method: 'POST' });
      const refused = answered(await world.ask({ url: uploads, method: 'POST', headers: anonymous }), 403);
      expect(refused.body).toContain('permission_denied: write_package');
      const wrong = { authorization: basicHeader({ user: 'ci', password: 'wrong' }) };
      answered(await world.ask({ url: `${origin}/token?service=ghcr.io`, headers: wrong }), 403);
      const headers = await pushToken(origin, 'lab/app');
      const pushed = await pushImage(world, { origin, repository: 'lab/app', tag: 'v1', headers });
      const manifest = await askManifest(`${origin}/v2/lab/app/manifests/v1`, 'HEAD');
      expect(manifest.headers['docker-content-digest']).toBe(pushed.indexDigest);
    });

    it('want a password at the private one', async () => {
      const url = 'https://registry.corp.example/v2/';
      expect(answered(await world.ask({ url }), 401).headers['www-authenticate']).toMatch(/^Basic realm=/);
      answered(await world.ask({ url, headers: { authorization: basicHeader(corpCredentials) } }), 200);
    });

    it('forget tokens on reset', async () => {
      const headers = await bearerFor(world, manifestUrl);
      await world.control.reset();
      answered(await world.ask({ url: manifestUrl, headers }), 401);
    });
  });

  describe('faults', () => {
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
      const outcome = await world.ask({ url: `${redirect.headers['location']}` });
      expect(outcome).toEqual({ kind: 'failed', code: 'ECONNRESET', receivedBytes: 1000 });
    });

    it('rate-limited lets what remains pass, then says 429', async () => {
      await world.control.setFaults([{ host: 'registry-1.docker.io', fault: 'rate-limited', remaining: 1 }]);
      expect(await askManifest(manifestUrl, 'HEAD')).toMatchObject({ status: 200 });
      expect((await askManifest()).headers['ratelimit-remaining']).toBe('0;w=21600');
      const refused = await askManifest();
      expect(refused).toMatchObject({ status: 429, headers: { 'ratelimit-remaining': '0;w=21600' } });
      expect(refused.body).toContain('You have reached your pull rate limit');
      expect(await askManifest(manifestUrl, 'HEAD')).toMatchObject({ status: 429 });
    });

    it('tampered changes manifests with their digest, and blobs', async () => {
      await world.control.setFaults([{ host: 'registry-1.docker.io', fault: 'tampered' }]);
      const manifest = await askManifest();
      const digest = digestOf(manifest.body);
      expect(manifest.headers['docker-content-digest']).toBe(digest);
      expect(digest).not.toBe(image.indexDigest);
      const byDigest = await askManifest(`${hub}/v2/library/sample/manifests/${digest}`);
      expect(byDigest.body).toBe(manifest.body);
      const url = `${hub}/v2/library/sample/blobs/${image.layerDigest}`;
      const blob = answered(await world.ask({ url, headers: await bearerFor(world, url) }), 200);
      expect(blob.body).toHaveLength(image.layer.length);
      expect(digestOf(blob.body)).not.toBe(image.layerDigest);
    });

    it('lacks-platform takes it out of the index', async () => {
      await world.control.setFaults([
        { host: 'registry-1.docker.io', fault: 'lacks-platform', platform: 'linux/arm64' },
      ]);
      const manifest = await askManifest();
      expect(manifest.headers['docker-content-digest']).toBe(digestOf(manifest.body));
      const index = JSON.parse(manifest.body) as { manifests: { platform: { architecture: string } }[] };
      expect(index.manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64']);
      expect(await askManifest(`${hub}/v2/library/sample/manifests/${image.indexDigest}`)).toMatchObject({
        status: 404,
      });
    });

    it('stale-tag serves another tag', async () => {
      await world.control.setFaults([
        { host: 'registry-1.docker.io', fault: 'stale-tag', repository: 'library/sample', tag: '1.0', servedAs: '0.9' },
      ]);
      expect((await askManifest()).headers['docker-content-digest']).toBe(older.indexDigest);
    });

    it('push faults strike uploads only', async () => {
      const target = { origin: 'https://ghcr.io', repository: 'lab/app', tag: 'v2' };
      const headers = await pushToken(target.origin, target.repository);
      await world.control.setFaults([{ host: 'ghcr.io', fault: 'status', status: 502, method: 'PUT', times: 1 }]);
      await expect(pushBlob(world, { ...target, headers }, 'x')).rejects.toThrow('502');
      await pushBlob(world, { ...target, headers }, 'x');
    });

    it('of hosts that are not there are refused', async () => {
      await expect(world.control.setFaults([{ host: 'no.example', fault: 'refused' }])).rejects.toThrow('no.example');
    });
  });

  describe('the Actions cache', () => {
    function call(method: string, body: unknown, token = createRunnerToken()) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return world.ask({ url: `${twirp}/${method}`, method: 'POST', headers, body: JSON.stringify(body) });
    }
    const entry = { key: 'index-buildkit-1#1', version: '0'.repeat(64) };

    it('works with the real @actions/cache', async () => {
      const folder = join(world.folder, 'job');
      await mkdir(folder, { recursive: true });
      const argv = [process.execPath, join(import.meta.dirname, 'services/trial/cache-round-trip.ts')];
      const variables = { ...runnerVariables(), RUNNER_TEMP: folder, GITHUB_WORKSPACE: folder };
      const printed = await world.run(argv, { folder, variables });
      const result = /^result (?<json>.*)$/m.exec(printed)?.groups?.['json'] ?? printed;
      expect(JSON.parse(result)).toEqual({
        missed: null,
        saved: true,
        savedAgain: false,
        restored: 'lab-key-1',
        same: true,
      });
    });

    it('speaks as BuildKit needs it: string ids, request ids, blocks in the order of the list, prefix lookups', async () => {
      const created = answered(await call('CreateCacheEntry', entry), 200);
      const { signed_upload_url: upload } = JSON.parse(created.body) as { signed_upload_url: string };
      answered(await call('CreateCacheEntry', entry), 409);
      const ids = ['b', 'a'].map((id) => Buffer.from(id.repeat(64)).toString('base64'));
      for (const [index, id] of ids.entries()) {
        const url = `${upload}&comp=block&blockid=${encodeURIComponent(id)}`;
        const put = answered(await world.ask({ url, method: 'PUT', body: `block ${index} ` }), 201);
        expect(put.headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      }
      const list = `<BlockList>${ids
        .toReversed()
        .map((id) => `<Latest>${id}</Latest>`)
        .join('')}</BlockList>`;
      answered(await world.ask({ url: `${upload}&comp=blocklist`, method: 'PUT', body: list }), 201);
      const done = answered(await call('FinalizeCacheEntryUpload', { ...entry, size_bytes: 16 }), 200);
      expect(typeof (JSON.parse(done.body) as { entry_id: unknown }).entry_id).toBe('string');
      const lookup = { key: 'index-buildkit-1#', restore_keys: ['index-buildkit-1#'], version: entry.version };
      const found = answered(await call('GetCacheEntryDownloadURL', lookup), 200);
      const hit = JSON.parse(found.body) as { signed_download_url: string; matched_key: string };
      expect(hit.matched_key).toBe(entry.key);
      expect(answered(await world.ask({ url: hit.signed_download_url }), 200).body).toBe('block 1 block 0 ');
      const rest = await world.ask({ url: hit.signed_download_url, headers: { 'x-ms-range': 'bytes=8-' } });
      expect(answered(rest, 206)).toMatchObject({ body: 'block 0 ', headers: { 'content-range': 'bytes 8-15/16' } });
    });

    it('wants a good token, and can be read-only', async () => {
      const lookup = { ...entry, restore_keys: [] };
      answered(await call('GetCacheEntryDownloadURL', lookup, 'nonsense'), 401);
      answered(await call('GetCacheEntryDownloadURL', lookup, createRunnerToken({ validForSeconds: -1 })), 401);
      const reader = createRunnerToken({ scopes: [{ scope: 'refs/heads/main', permission: 1 }] });
      answered(await call('CreateCacheEntry', entry, reader), 403);
      await world.control.setFaults([{ host: new URL(resultsUrl).host, fault: 'read-only' }]);
      answered(await call('CreateCacheEntry', entry), 403);
      expect(answered(await call('GetCacheEntryDownloadURL', lookup), 200).body).toContain('"ok":false');
    });
  });

  describe('other hosts', () => {
    it('serve Go modules', async () => {
      const probe = await world.ask({ url: 'https://proxy.golang.org/golang.org/x/mod/@v/v0.2.0.mod' });
      expect(answered(probe, 200).body).toContain('module golang.org/x/mod');
      const list = await world.ask({ url: 'https://goproxy.cn/example.com/lab/greet/@v/list' });
      expect(answered(list, 200).body).toBe('v1.0.0\n');
      answered(await world.ask({ url: 'https://goproxy.io/sumdb/sum.golang.org/supported' }), 404);
      const zip = await world.ask({ url: 'https://proxy.golang.org/example.com/lab/greet/@v/v1.0.0.zip' });
      await writeFile(join(world.folder, 'greet.zip'), answered(zip, 200).body, 'latin1');
      const check = [
        'python3',
        '-c',
        'import zipfile; z = zipfile.ZipFile("greet.zip"); print(z.testzip(), z.namelist())',
      ];
      expect(await world.run(check)).toContain("None ['example.com/lab/greet@v1.0.0/go.mod'");
      expect(labGoSum).toMatch(/^example\.com\/lab\/greet v1\.0\.0 h1:.{44}\n/);
    });

    it('serve documents that a case can replace', async () => {
      const url = 'https://www.githubstatus.com/api/v2/summary.json';
      expect(answered(await world.ask({ url }), 200).body).toContain('"indicator":"none"');
      await world.control.setDocument({ host: 'www.githubstatus.com', path: '/api/v2/summary.json', body: '{}' });
      expect(answered(await world.ask({ url }), 200).body).toBe('{}');
    });

    it('record what the GitHub API was told', async () => {
      const url = 'https://api.github.com/repos/o/r';
      expect(JSON.parse(answered(await world.ask({ url }), 200).body)).toMatchObject({ private: false });
      answered(await world.ask({ url: `${url}/issues`, method: 'POST', body: '{"title":"x"}' }), 201);
      const seen = await world.control.requests();
      expect(seen.at(-1)).toMatchObject({
        method: 'POST',
        path: '/repos/o/r/issues',
        body: '{"title":"x"}',
        status: 201,
      });
    });

    it.each([
      ['https://dockerhub.azk8s.cn/v2/', 403],
      ['https://k8s.gcr.io/v2/pause/manifests/3.9', 302],
      ['https://mirrors.tuna.tsinghua.edu.cn/alpine/latest-stable/main/x86_64/APKINDEX.tar.gz', 200],
      ['https://mirrors.aliyun.com/goproxy/golang.org/x/mod/@v/v0.2.0.mod', 200],
    ])('%s answers %d', async (url, status) => {
      answered(await world.ask({ url }), status);
    });
  });
});

/** Network namespaces need root; without the tools there is nothing to test. */
function canRun(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v docker-registry iptables-restore ip nsenter openssl']);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}
