import { expect, test } from 'vitest';
import type { ActionResult } from '../lab/host/runner.ts';
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

/** An attempt that was ended for another source, before BuildKit had tried the first one for the fourth time. */
function expectLeft(result: ActionResult, why: RegExp): void {
  expect(result.log).toMatch(
    new RegExp(`^attempt 2 of 3 \\(optimal\\): ${why.source}.*now from mirror\\.gcr\\.io, same digest$`, 'm'),
  );
  expect(result.log).not.toMatch(/^#\d+ ERROR: failed to copy/m);
}

test('blobs are cut in the middle: a mirror has them, and BuildKit is not left to hope', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  await lab.faults([{ host: cdn, fault: 'cut', bytes: 20_000 }]);
  const result = await runAction(lab);
  await expectGreen(lab, result, { attempts: 2 });
  expectLeft(result, /Docker Hub broke the connection off/);
});

test('the CDN dies in mid-build, after the first blob', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  const dead = faultsOnce(lab, [{ host: cdn, fault: 'status', status: 503, after: 1 }]);
  const result = await runAction(lab, {}, dead);
  await expectGreen(lab, result, { attempts: 2 });
  expectLeft(result, /(?:Docker Hub answered 503|nothing comes from docker\.io in .*: 503)/);
});

test('a blob fails once: BuildKit fetches it again, and nothing is started anew', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  // The configuration and both layers, of which one is longer than that.
  const once = faultsOnce(lab, [{ host: cdn, fault: 'cut', bytes: 20_000, times: 3 }]);
  const result = await runAction(lab, {}, once);
  await expectGreen(lab, result);
  expect(result.log).toMatch(/^#\d+ [\d.]+ retrying in 1s$/m);
});

test.each([
  ['the registry', [{ host: registry, fault: 'silent', path: MANIFESTS }]],
  ['the CDN', [{ host: cdn, fault: 'silent' }]],
  ['a download stops on an open connection, and its source', [{ host: cdn, fault: 'stalled', bytes: 20_000 }]],
] as const)('%s falls silent in mid-build: it is asked, and left for a mirror', async (_, faults) => {
  const { lab } = world;
  await checkout(lab, NONCE);
  const result = await runAction(lab, {}, faultsOnce(lab, faults));
  await expectGreen(lab, result, { attempts: 2 });
  expectLeft(result, /nothing comes from docker\.io in /);
});

test('one download stops on an open connection, and others do not: the connection is left, not waited for', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  // The configuration and both layers, of which one is longer than that.
  const dead = faultsOnce(lab, [{ host: cdn, fault: 'stalled', bytes: 20_000, times: 3 }]);
  const result = await runAction(lab, {}, dead);
  await expectGreen(lab, result, { attempts: 2 });
  expectLeft(result, /nothing comes from docker\.io in .*mirror\.gcr\.io has alpine:3\.22, same digest/);
});

test('a download that only is slow is waited for', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  // A layer of 1 MB, of which containerd tells nothing before it has all.
  const result = await runAction(
    lab,
    {},
    faultsOnce(lab, [{ host: cdn, fault: 'trickling', bytesPerSecond: 300_000 }]),
  );
  await expectGreen(lab, result);
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
