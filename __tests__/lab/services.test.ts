import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { labGoSum } from './services/go-modules.ts';
import { corpCredentials } from './services/hosts.ts';
import * as images from './services/trial/images.ts';
import { canRunWorld, startWorld } from './services/trial/world.ts';
import type { World } from './services/trial/world.ts';

const { answered, askManifest, basicHeader, bearerFor, digestOf, header, pushImage, pushToken } = images;
const hub = 'https://registry-1.docker.io';
const manifestUrl = `${hub}/v2/library/sample/manifests/1.0`;

describe.skipIf(!canRunWorld())('the services of the outage lab', { timeout: 30_000 }, () => {
  let world: World;
  let image: images.PushedImage;

  beforeAll(async () => {
    world = await startWorld();
    const headers = await pushToken(world, hub, 'library/sample');
    const target = { origin: hub, repository: 'library/sample', headers };
    image = await pushImage(world, { ...target, tag: '1.0' });
  }, 30_000);
  beforeEach(async () => world.control.reset());
  afterAll(async () => world.close());

  describe('registries', () => {
    it('serve Docker Hub manifests to a token, with digest and rate limit, of which only GET uses up', async () => {
      const head = await askManifest(world, manifestUrl, 'HEAD');
      const get = await askManifest(world, manifestUrl);
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
      const location = header(redirect, 'location');
      expect(new URL(location).host).toBe('production.cloudflare.docker.com');
      expect(answered(await world.ask({ url: location }), 200).body).toBe(image.layer);
      const part = answered(await world.ask({ url: location, headers: { range: 'bytes=2-6' } }), 206);
      expect(part.body).toBe(image.layer.slice(2, 7));
      answered(await world.ask({ url: location.replace('signature=', 'signature=x') }), 403);
    });

    it('hide what is not there as the real hosts do', async () => {
      const nothing = `${hub}/v2/library/nothing/manifests/1`;
      expect(await askManifest(world, nothing)).toMatchObject({ status: 401 });
      const denied = await world.ask({ url: 'https://ghcr.io/token?scope=repository:a/nothing:pull' });
      expect(answered(denied, 403).body).toContain('DENIED');
      answered(await world.ask({ url: 'https://gcr.io/v2/a/nothing/manifests/1' }), 404);
    });

    it('mount blobs across repositories, and tell no prefix', async () => {
      const url = `${hub}/v2/library/copy/blobs/uploads/`;
      const scope = 'repository:library/copy:pull,push repository:library/sample:pull';
      const query = new URLSearchParams({ service: 'registry.docker.io', scope });
      const tokenUrl = `https://auth.docker.io/token?${query.toString()}`;
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
      const headers = await pushToken(world, origin, 'lab/app');
      const pushed = await pushImage(world, { origin, repository: 'lab/app', tag: 'v1', headers });
      const manifest = await askManifest(world, `${origin}/v2/lab/app/manifests/v1`, 'HEAD');
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
