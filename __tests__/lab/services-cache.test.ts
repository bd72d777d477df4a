import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRunnerToken, resultsUrl, runnerVariables } from './services/runner-token.ts';
import { answered } from './services/trial/images.ts';
import { canRunWorld, startWorld } from './services/trial/world.ts';
import type { World } from './services/trial/world.ts';

const twirp = `${resultsUrl}twirp/github.actions.results.api.v1.CacheService`;

describe.skipIf(!canRunWorld())('the Actions cache of the outage lab', { timeout: 30_000 }, () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  }, 30_000);
  beforeEach(() => world.control.reset());
  afterAll(() => world.close());

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
