import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import type { Lab } from '../lab/lab.ts';
import { expectGreen, faultsOnce, NONCE, nonces } from './recovery.ts';
import { cachePath, checkout, runAction, useLab } from './world.ts';

const world = useLab();
const service = 'results-receiver.actions.githubusercontent.com';
const store = 'productionresultssa0.blob.core.windows.net';
/** Only the Actions cache, so that what becomes of it decides. */
const ONLY_GHA = { 'cache-registry-ref': 'quay.io/acme/nothing:cache' };

/** Another machine of the same repository, where the Actions cache is warm. */
async function warmed(lab: Lab): Promise<void> {
  await checkout(lab, NONCE);
  const warm = await runAction(lab, ONLY_GHA);
  expect(warm.exitCode, warm.log).toBe(0);
  await lab.freshEngine();
  await rm(cachePath(lab), { recursive: true });
}

test('the blob store of a warm cache is down: it is seen before the build, and the cache is left out', async () => {
  const { lab } = world;
  await warmed(lab);
  await lab.faults([{ host: store, fault: 'refused' }]);
  const result = await runAction(lab, ONLY_GHA);
  await expectGreen(lab, result);
  expect(result.log).toContain(`${store}, which holds its blobs, failed: `);
});

test('the blob store loses the layers, in mid-import: the build is repeated without the cache', async () => {
  const { lab } = world;
  await warmed(lab);
  // The probe and the index itself pass.
  const lost = { host: store, fault: 'status', status: 404, method: 'GET', after: 1 } as const;
  const result = await runAction(lab, ONLY_GHA, faultsOnce(lab, [lost]));
  await expectGreen(lab, result, { attempts: 2 });
  expect(result.log).toMatch(/^attempt 2 of 3 \(optimal\): .*without the gha cache import/m);
});

test('the blob store falls silent in mid-import: that builder hangs, and another one builds', async () => {
  const { lab } = world;
  await warmed(lab);
  await lab.startBuilderEngine();
  const silent = faultsOnce(lab, [{ host: store, fault: 'silent', method: 'GET' }]);
  const result = await runAction(lab, { ...ONLY_GHA, 'stall-timeout': 3 }, silent);
  await expectGreen(lab, result, { attempts: 2 });
  expect(result.log).toMatch(/^attempt 2 of 3 \(optimal\): .*importing cache manifest from gha.*with another builder/m);
});

/** The local cache alone, kept from job to job. */
const KEPT = { 'cache-local-persist': true, 'cache-backends': 'local' };

test('the local cache is kept from job to job: branches begin with the default branch, a pull request writes nothing', async () => {
  const { lab } = world;
  const pull = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge' };
  const jobs = [
    { env: {}, from: null, to: 'main' },
    { env: { GITHUB_REF: 'refs/heads/feature/x' }, from: 'main', to: 'feature%2Fx' },
    { env: pull, from: 'main', to: null },
    { env: {}, service: 'other', from: null, to: 'main' },
  ];
  for (const { env, service = 'api', from, to } of jobs) {
    await checkout(lab, NONCE);
    const result = await runAction(lab, { ...KEPT, service }, { env });
    const key = (branch: string): RegExp => new RegExp(`smart-docker-build/${service}/${branch}/[0-9a-f]+/`);
    expect(result.log).toMatch(from === null ? /^Local cache: nothing is kept/m : /^Local cache: restored /m);
    if (from !== null) expect(/^Local cache: restored .*$/m.exec(result.log)?.[0]).toMatch(key(from));
    expect(nonces(result)).toHaveLength(from === null ? 1 : 0);
    const kept = /^Local cache: kept as .*$/m.exec(result.log)?.[0] ?? null;
    if (to === null) expect(kept).toBeNull();
    else expect(kept).toMatch(key(to));
    expect(result.summary).toMatch(/^Local cache: .* of at most .*\.$/m);
    await lab.freshEngine();
    await rm(cachePath(lab), { recursive: true });
  }
});

test('the blob store falls silent where the local cache is to be kept: it is given up, and the step ends', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([{ host: store, fault: 'silent', method: 'PUT' }]);
  const result = await runAction(lab, { ...KEPT, 'cache-export-timeout': 3 });
  await expectGreen(lab, result);
  expect(result.log).toContain('the Actions cache: saving took longer than 3 s, and is given up');
});

const CREATE = '/CreateCacheEntry$';
const exports: readonly { readonly name: string; readonly fault: Fault; readonly result: string }[] = [
  {
    name: 'is refused',
    fault: { host: service, fault: 'status', status: 403, body: 'json', path: CREATE },
    result: 'failed',
  },
  {
    name: 'hears nothing from the blob store',
    fault: { host: store, fault: 'silent', method: 'PUT' },
    result: 'cut short',
  },
  {
    name: 'hears nothing from the service',
    fault: { host: service, fault: 'silent', path: CREATE },
    result: 'cut short',
  },
  {
    name: 'is rate-limited',
    fault: {
      host: service,
      fault: 'status',
      status: 429,
      body: 'json',
      headers: { 'retry-after': '300' },
      path: CREATE,
    },
    result: 'failed',
  },
  {
    name: 'finds the blob store down',
    fault: { host: store, fault: 'status', status: 503, method: 'PUT' },
    result: 'cut short',
  },
];

test.each(exports)(
  'the cache export $name: the image is pushed, and the build gives up on the cache alone',
  async ({ fault, result }) => {
    const { lab } = world;
    await checkout(lab, NONCE);
    await lab.faults([fault]);
    const built = await runAction(lab, { ...ONLY_GHA, 'cache-export-timeout': 3 });
    await expectGreen(lab, built);
    const report = JSON.parse(await readReport(built)) as {
      attempts: { caches: { backend: string; direction: string; result: string }[] }[];
    };
    const gha = report.attempts[0]?.caches.find((cache) => cache.backend === 'gha' && cache.direction === 'export');
    expect(gha?.result, built.log).toBe(result);
  },
);

async function readReport(result: { readonly outputs: Readonly<Record<string, string>> }): Promise<string> {
  return readFile(path.resolve(result.outputs['report'] ?? ''), 'utf8');
}
