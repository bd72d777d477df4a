import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import { corpCredentials, pushCredentials } from '../lab/services/hosts.ts';
import { commandOf, expectSummary } from './expectations.ts';
import {
  engineFetches,
  expectBuilt,
  expectRefused,
  hostsOf,
  HUB_DOWN,
  ONLY_GOOGLE_LEFT,
  sourcesOf,
} from './sources.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, TWO_BASES, TWO_BASES_OUTPUT, unavailable, useLab } from './world.ts';

const world = useLab();
const GOOGLE = 'mirror.gcr.io';
const AMAZON = 'public.ecr.aws';
const CHINA = 'docker.m.daocloud.io';

test('one mirror is tampered with and two are good: the good ones agree, and one of them serves', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults([...HUB_DOWN, { host: GOOGLE, fault: 'tampered' }]);
  const result = await runAction(lab);
  await expectBuilt(lab, result, TINY_OUTPUT);
  const digest = (await lab.inspectRemote('alpine:3.22'))?.digest;
  const source = (await sourcesOf(result))['alpine:3.22'];
  expect(source).toMatchObject({ digest, confirmedBy: `${AMAZON} and ${CHINA}` });
  expect([AMAZON, CHINA]).toContain(source?.by);
  expect(engineFetches(await lab.requests()).filter((one) => one.startsWith(GOOGLE))).toEqual([]);
});

test('a pinned image and a mirror that serves other bytes: a mirror that has the very digest serves', async () => {
  const { lab } = world;
  const digest = (await lab.inspectRemote('alpine:3.22'))?.digest ?? '';
  await checkout(lab, { Dockerfile: (TINY['Dockerfile'] ?? '').replace('alpine:3.22', `alpine:3.22@${digest}`) });
  await lab.faults([...HUB_DOWN, { host: GOOGLE, fault: 'tampered' }]);
  const result = await runAction(lab);
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect([AMAZON, CHINA]).toContain((await hostsOf(result))[`alpine:3.22@${digest}`]);
});

test('two mirrors disagree and nothing settles it: red, with both digests named', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults([
    ...HUB_DOWN,
    unavailable(CHINA),
    { host: GOOGLE, fault: 'stale-tag', repository: 'library/alpine', tag: '3.22', servedAs: '3.21' },
  ]);
  const result = await runAction(lab, { 'max-retry-attempts': 1 });
  const [now, stale] = await Promise.all(
    ['3.22', '3.21'].map(async (tag) => (await lab.inspectRemote(`alpine:${tag}`))?.digest ?? ''),
  );
  await expectRefused(lab, result, [
    `its mirrors disagree (${GOOGLE}: ${stale}; ${AMAZON}: ${now})`,
    'pin the image by digest in the Dockerfile, or commit a docker-build.lock (smart-docker-build lock)',
  ]);
  expect(result.summary).toContain(stale);
  expect(result.summary).toContain(now);
  expect(engineFetches(await lab.requests())).toEqual([]);
});

test('a mirror whose tag lags behind is outvoted by two that agree', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults([
    ...HUB_DOWN,
    { host: CHINA, fault: 'stale-tag', repository: 'library/alpine', tag: '3.22', servedAs: '3.21' },
  ]);
  const result = await runAction(lab);
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect((await sourcesOf(result))['alpine:3.22']).toMatchObject({
    by: GOOGLE,
    confirmedBy: `${GOOGLE} and ${AMAZON}`,
  });
});

test('a mirror that lacks arm64 is passed over, and not only once the build has failed', async () => {
  const { lab } = world;
  await checkout(lab, TWO_BASES);
  await lab.faults([...HUB_DOWN, { host: GOOGLE, fault: 'lacks-platform', platform: 'linux/arm64' }]);
  const result = await runAction(lab, { platforms: 'linux/amd64,linux/arm64' });
  await expectBuilt(lab, result, TWO_BASES_OUTPUT);
  expect([AMAZON, CHINA]).toContain((await hostsOf(result))['alpine:3.22']);
  expect(result.outputs['attempts']).toBe('1');
});

const TROUBLE: readonly (readonly [string, readonly Fault[]])[] = [
  ["the first mirror's token server", [unavailable(AMAZON, '^/token'), unavailable(GOOGLE)]],
  ["Docker Hub's name does not exist", [{ host: HUB_DOWN[0]?.host ?? '', fault: 'nxdomain' }]],
  ["Docker Hub's name server fails", [{ host: HUB_DOWN[0]?.host ?? '', fault: 'servfail' }]],
  ["Docker Hub's name server is silent", [{ host: HUB_DOWN[0]?.host ?? '', fault: 'dns-silent' }]],
  ["Docker Hub's certificate is for another name", [{ host: HUB_DOWN[0]?.host ?? '', fault: 'wrong-certificate' }]],
];

test.each(TROUBLE)('%s', async (_, faults) => {
  const { lab } = world;
  const digest = (await lab.inspectRemote('alpine:3.22'))?.digest ?? '';
  await checkout(lab, { Dockerfile: (TINY['Dockerfile'] ?? '').replace('alpine:3.22', `alpine:3.22@${digest}`) });
  await lab.faults([...faults, ...HUB_DOWN]);
  const result = await runAction(lab);
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect(Object.values(await hostsOf(result))).not.toContain('upstream');
  expect(result.outputs['attempts']).toBe('1');
});

test('a private mirror with credentials, and nothing else is ever asked for an image', async () => {
  const { lab } = world;
  const corp = 'registry.corp.example';
  await checkout(lab, TINY);
  const image = (await lab.inspectRemote('alpine:3.22'))?.digest ?? '';
  const credentials = { [corp]: corpCredentials, 'ghcr.io': pushCredentials };
  const copied = await lab.sh(
    `skopeo copy --all --src-tls-verify=false --dest-tls-verify=false docker://docker.io/library/alpine:3.22 docker://${corp}/hub/library/alpine:3.22`,
    { credentials },
  );
  expect(copied.exitCode, copied.log).toBe(0);
  await lab.clearRequests();
  const inputs = { mirrors: `docker.io=${corp}/hub`, 'mirrors-only': true, 'allow-unverified-mirrors': true };
  // As a job has it that writes no file: docker's CLI asks this variable first.
  const auth = Buffer.from(`${corpCredentials.user}:${corpCredentials.password}`).toString('base64');
  const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [corp]: { auth } } }) };
  const result = await runAction(lab, inputs, { credentials: { 'ghcr.io': pushCredentials }, env });
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect((await sourcesOf(result))['alpine:3.22']).toMatchObject({ by: corp, digest: image });
  expect(commandOf(result)).toContain(`--build-context alpine:3.22=docker-image://${corp}/hub/library/alpine@${image}`);
  const asked = (await lab.requests()).filter(({ path }) => path.startsWith('/v2/'));
  expect(new Set(asked.map(({ host }) => host))).toEqual(new Set([corp, 'ghcr.io']));
  // The password goes to the host that it is for, and to no other; and nowhere into what people read.
  const withPassword = (await lab.requests()).filter(({ authorization }) => authorization === 'basic');
  expect(withPassword.filter(({ host }) => host !== corp && host !== 'ghcr.io')).toEqual([]);
  const log = result.log.replaceAll(/^::add-mask::.*$/gm, '');
  for (const text of [log, result.summary]) expect(text).not.toContain(corpCredentials.password);
});

test('only one mirror is left: red, and green where the user accepts its word', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(ONLY_GOOGLE_LEFT);
  const red = await runAction(lab, { 'max-retry-attempts': 1 });
  const digest = (await lab.inspectRemote('alpine:3.22'))?.digest ?? '';
  await expectRefused(lab, red, [
    `only ${GOOGLE} has it, and nothing confirms ${digest}`,
    'allow-unverified-mirrors: true',
  ]);
  expect(engineFetches(await lab.requests())).toEqual([]);

  const green = await runAction(lab, { 'allow-unverified-mirrors': true });
  await expectBuilt(lab, green, TINY_OUTPUT);
  expectSummary(green, [
    /\| `alpine:3\.22` \| mirror\.gcr\.io \| ⚠️ confirmed by nobody \(mirror\.gcr\.io alone, allowed by allow-unverified-mirrors\)/,
  ]);
});
