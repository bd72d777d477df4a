import { expect, test } from 'vitest';
import { expectGreen, expectRed, NONCE, nonces } from './recovery.ts';
import type { Fault } from '../lab/contract.ts';
import type { ActionResult } from '../lab/host/runner.ts';
import type { Lab } from '../lab/lab.ts';
import { pushCredentials } from '../lab/services/hosts.ts';
import { expectNothingLeft, isCached, TAG } from './expectations.ts';
import { cachePath, checkout, givenInputs, runAction, useLab } from './world.ts';

const world = useLab();
const UPLOADS = '/v2/acme/api/blobs/uploads/';

test('the registry answers 502 to twelve requests of a push, and is well again', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([{ host: 'ghcr.io', fault: 'status', status: 502, path: UPLOADS, times: 12 }]);
  await expectGreen(lab, await runAction(lab));
});

test('the registry refuses the push with 403: red after one attempt', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([{ host: 'ghcr.io', fault: 'status', status: 403, body: 'json', path: UPLOADS }]);
  const result = await runAction(lab);
  await expectRed(lab, result, { class: 'registry-auth', component: 'ghcr.io', headline: /ghcr\.io refused access/i });
  expect(nonces(result)).toHaveLength(1);
});

test('the token expires in mid-push: a new one is asked for, and nothing is built again', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  const challenge = {
    'www-authenticate':
      'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:acme/api:pull,push",error="invalid_token"',
  };
  await lab.faults([
    {
      host: 'ghcr.io',
      fault: 'status',
      status: 401,
      body: 'json',
      headers: challenge,
      method: 'PUT',
      path: UPLOADS,
      times: 3,
    },
  ]);
  await expectGreen(lab, await runAction(lab));
});

/** BuildKit's four tries of a manifest take two requests each: so many fail its push. */
const FAILS_A_PUSH = 8;
const manifestsFail: Fault = {
  host: 'ghcr.io',
  fault: 'status',
  status: 503,
  method: 'PUT',
  path: '/v2/acme/api/manifests/',
  times: FAILS_A_PUSH,
};

/** The digests that builds said they would push: of the list where there is one, else of the one manifest. */
function announcedIn({ log }: ActionResult): readonly (string | undefined)[] {
  const said = (what: string): readonly (string | undefined)[] =>
    [...log.matchAll(new RegExp(`exporting ${what} (sha256:[0-9a-f]{64})`, 'g'))].map(([, digest]) => digest);
  const lists = said('manifest list');
  return [...new Set(lists.length > 0 ? lists : said('manifest'))];
}

test('manifests are refused for a while: the push is repeated, the digest stays, and the caches are written', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([manifestsFail]);
  const result = await runAction(lab);
  await expectGreen(lab, result);
  expect(announcedIn(result)).toEqual([result.outputs['digest']]);
  expect(result.summary.split('\n')[0]).toMatch(/ · recovered: .*ghcr\.io.*503.*pushed again/);
  await lab.freshEngine();
  const warm = await runAction(lab, { 'cache-registry-ref': 'ghcr.io/acme/nothing:cache' });
  expect(nonces(warm), warm.log).toEqual([]);
  expect(isCached(warm, /RUN echo/), warm.log).toBe(true);
});

test.each([
  ['a container builder', 'docker buildx create --name ci --driver docker-container --bootstrap'],
  [
    'a remote builder',
    'docker buildx create --name far --driver docker-container --bootstrap && ' +
      'docker buildx create --name ci --driver remote docker-container://buildx_buildkit_far0',
  ],
])('%s keeps its result to itself: its cached steps push again, and no program runs twice', async (_, create) => {
  const { lab } = world;
  await lab.startBuilderEngine();
  await checkout(lab, NONCE);
  const created = await lab.sh(create);
  expect(created.exitCode, created.log).toBe(0);
  await lab.faults([manifestsFail]);
  // A provenance says when its build began, so that the second one would have another digest.
  const inputs = { ...givenInputs(lab), builder: 'ci', provenance: false };
  const result = await lab.run({ inputs, timeoutMs: 120_000 });
  await result.post();
  await lab.sh('docker buildx rm --force ci; docker buildx rm --force far');
  await expectGreen(lab, result, { attempts: 2 });
  expect(announcedIn(result)).toEqual([result.outputs['digest']]);
});

test('two registries, one of which is down for a while: nothing is built again, both have the same digest', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([{ host: 'ghcr.io', fault: 'status', status: 502, path: UPLOADS, times: 14 }]);
  const result = await pushBoth(lab);
  await expectGreen(lab, result);
  expect((await lab.inspectRemote(OTHER))?.digest).toBe(result.outputs['digest']);
});

test('one registry takes the image, the other refuses it: red, and the summary says which arrived', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([{ host: 'ghcr.io', fault: 'status', status: 403, body: 'json', path: UPLOADS }]);
  const result = await pushBoth(lab);
  await expectRed(lab, result, { class: 'registry-auth', component: 'ghcr.io', headline: /ghcr\.io refused access/i });
  const arrived = await lab.inspectRemote(OTHER);
  expect(nonces(result)).toEqual([(await lab.pullAndRun(OTHER)).trim()]);
  expect(result.summary).toContain(`| \`${OTHER}\` | ✅ pushed | \`${arrived?.digest}\` |`);
  expect(result.summary).toMatch(/\| `ghcr\.io\/acme\/api:v1\.4\.2` \| ❌ ghcr\.io refused access/);
});

const OTHER = 'quay.io/acme/api:v1.4.2';

/** As docker/build-push-action is called, with two tags. */
async function pushBoth(lab: Lab): Promise<ActionResult> {
  const result = await lab.run({
    timeoutMs: 60_000,
    inputs: { context: '.', push: true, tags: `${TAG}\n${OTHER}` },
    credentials: { 'ghcr.io': pushCredentials, 'quay.io': pushCredentials },
  });
  await result.post();
  await expectNothingLeft(lab, cachePath(lab));
  return result;
}
