import { expect, test } from 'vitest';
import { expectGreen, expectRed, faultsOnce, NONCE } from './recovery.ts';
import { checkout, runAction, useLab } from './world.ts';

const world = useLab();
const registry = 'registry-1.docker.io';
const cdn = 'production.cloudflare.docker.com';
const MANIFESTS = '/v2/library/alpine/manifests/';

test('Docker Hub answers 503 three times and is well again: nobody waits for it', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([{ host: registry, fault: 'status', status: 503, times: 3 }]);
  await expectGreen(lab, await runAction(lab));
});

test('Docker Hub answers the probe, and then 503 three times', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  const result = await runAction(
    lab,
    {},
    faultsOnce(lab, [{ host: registry, fault: 'status', status: 503, path: MANIFESTS, times: 3 }]),
  );
  await expectGreen(lab, result, { attempts: 2 });
  expect(result.log).toMatch(
    /^attempt 2 of 3 \(optimal\): Docker Hub answered 503 .*now from mirror\.gcr\.io, same digest$/m,
  );
});

test('blobs are cut in the middle: the second attempt takes them from a mirror', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([{ host: cdn, fault: 'cut', bytes: 20_000 }]);
  await expectGreen(lab, await runAction(lab), { attempts: 2 });
});

test('the CDN dies in mid-build, after the first blob', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  const dead = faultsOnce(lab, [{ host: cdn, fault: 'status', status: 503, after: 1 }]);
  await expectGreen(lab, await runAction(lab, {}, dead), { attempts: 2 });
});

test('the registry falls silent in mid-build: the stall is attributed to it, and a mirror has the image', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  const silent = faultsOnce(lab, [{ host: registry, fault: 'silent', path: MANIFESTS }]);
  const result = await runAction(lab, { 'stall-timeout': 3 }, silent);
  await expectGreen(lab, result, { attempts: 2 });
  expect(result.log).toMatch(
    /^attempt 2 of 3 \(optimal\): the build gave no sign of life .*load metadata for docker\.io/m,
  );
});

test('silent blobs, and no mirror has them either: red, and the stall is named', async () => {
  const { lab } = world;
  await checkout(lab, { Dockerfile: 'FROM quay.io/acme/nothing:1\nRUN true\n' });
  await lab.faults([{ host: 'quay.io', fault: 'silent' }]);
  const result = await runAction(lab, { 'stall-timeout': 2, 'max-retry-attempts': 1 });
  await expectRed(lab, result, {
    class: 'registry-unavailable',
    component: 'quay.io',
    step: /load metadata/,
    headline: /quay\.io does not answer: quay\.io\/acme\/nothing:1 has no source that does/,
  });
});
