import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import { labHosts } from '../lab/services/hosts.ts';
import { commandOf, expectNothingLeft, expectPushed, expectSummary } from './expectations.ts';
import { expectCancelled, faultsOnce } from './recovery.ts';
import {
  cachePath,
  checkout,
  givenInputs,
  runAction,
  TINY,
  TINY_OUTPUT,
  TWO_BASES,
  TWO_BASES_OUTPUT,
  unavailable,
  useLab,
} from './world.ts';

/* Hosted runners' engines have no containerd image store: they export no cache and build one platform. */
const world = useLab({ store: 'graphdriver' });
const BUILDKIT = 'moby/buildkit:buildx-stable-1';

test('a builder of its own is booted: two platforms and the caches, and it is removed afterwards', async () => {
  const { lab } = world;
  await lab.startBuilderEngine();
  await checkout(lab, TWO_BASES);
  const platforms = ['linux/amd64', 'linux/arm64'];
  const result = await lab.run({ inputs: givenInputs(lab, { platforms: platforms.join(',') }) });
  const seen = await lab.sh("docker buildx ls --format '{{.Name}}'");
  const post = await result.post();
  await expectPushed(lab, result, { prints: TWO_BASES_OUTPUT, platforms });
  expect(result.log).toMatch(
    /^Builder +smart-docker-build-\S+, a docker-container builder of its own: the engine has no containerd image store, so it exports no cache and builds one platform only$/m,
  );
  const name = /--builder (smart-docker-build-\S+)/.exec(commandOf(result))?.[1];
  expect(seen.stdout.split('\n')).toContain(name);
  expect(commandOf(result)).toContain('--cache-to type=gha');
  expect(commandOf(result)).toContain('--cache-to type=local');
  expect(await lab.inspectRemote('ghcr.io/acme/api:cache')).not.toBeNull();

  expect(post.exitCode, post.log).toBe(0);
  expect(post.log).toContain(`${name} removed`);
  await expectNothingLeft(lab, cachePath(lab));
});

test('the job is cancelled while the builder boots: it goes with the job', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const image = '/v2/moby/buildkit/';
  const hangs = faultsOnce(lab, [{ host: 'registry-1.docker.io', fault: 'silent', path: image }], /^Builder +smart-/m);
  const isBooting = async (): Promise<boolean> => {
    return (await lab.requests()).some(({ path, userAgent }) => path.startsWith(image) && /^docker\//.test(userAgent));
  };
  await expectCancelled(lab, isBooting, hangs);
});

test("Docker Hub is down: the builder's image comes from a mirror by digest", async () => {
  const { lab } = world;
  await lab.startBuilderEngine();
  await checkout(lab, TINY);
  await lab.faults([unavailable('registry-1.docker.io')]);
  const result = await runAction(lab);
  const recovered = `Docker Hub down (alpine:3.22 and ${BUILDKIT} from mirror.gcr.io, same digest)`;
  const registries = 'gcr.io ghcr.io quay.io registry.k8s.io';
  await expectPushed(lab, result, { prints: TINY_OUTPUT, score: 85, registries, recovered });
  expect(result.log).toMatch(
    /^ +moby\/buildkit:buildx-stable-1 +mirror\.gcr\.io +sha256:[0-9a-f]{12}… +same digest as mirror\.gcr\.io and /m,
  );
  const pulled = (await lab.requests()).filter(
    ({ host, method, path }) =>
      host === 'mirror.gcr.io' && method === 'GET' && /\/moby\/buildkit\/manifests\/sha256:/.test(path),
  );
  expect(pulled.map(({ userAgent }) => userAgent)).toContainEqual(expect.stringMatching(/^docker\//));
});

/** The base can be had, but nobody has the builder's image. */
const noBuilderImage: readonly Fault[] = [
  'registry-1.docker.io',
  'mirror.gcr.io',
  'docker.m.daocloud.io',
  'public.ecr.aws',
].map((host) => unavailable(host, 'moby/buildkit'));

test("the builder's image cannot be had: the engine builds what it can, and the summary says what is missing", async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(noBuilderImage);
  const result = await runAction(lab);
  await expectPushed(lab, result, { prints: TINY_OUTPUT });
  expect(commandOf(result)).not.toContain('--builder');
  expect(commandOf(result)).not.toContain('--cache-to');
  // This engine knows no importer of that kind (moby builder-next/controller.go).
  expect(commandOf(result)).not.toContain('type=gha');
  expectSummary(result, [
    /^⚠️ .*exports no cache, because no builder could be booted: 503 from registry-1\.docker\.io on moby\/buildkit:buildx-stable-1/,
  ]);
});

test("the builder's image cannot be had, two platforms asked for: the engine's own is built, the other one is missing", async () => {
  const { lab } = world;
  await checkout(lab, TWO_BASES);
  await lab.faults(noBuilderImage);
  const result = await runAction(lab, { platforms: 'linux/amd64,linux/arm64' });
  await expectPushed(lab, result, { prints: TWO_BASES_OUTPUT, platforms: ['linux/amd64'] });
  expect(commandOf(result)).toContain('--platform linux/amd64 ');
  expectSummary(result, [/^⚠️ .*linux\/arm64 is missing.*no builder could be booted: 503 from registry-1\.docker\.io/]);
});

test('every host refused: the warm store gives the engine its images, and a builder of its own where one is wanted', async () => {
  const { lab } = world;
  await lab.startBuilderEngine();
  await checkout(lab, { Dockerfile: '# syntax=docker/dockerfile:1\nFROM alpine:3.22\nRUN echo warm >/message\n' });
  const platforms = 'linux/amd64,linux/arm64';
  const warmed = await lab.cli(['prewarm', '--platforms', platforms, '--cache-local-path', cachePath(lab)]);
  expect(warmed.exitCode, warmed.log).toBe(0);
  await lab.faults(labHosts.map(({ name }) => ({ host: name, fault: 'refused' })));
  const one = await runAction(lab, { push: false });
  expect(one.exitCode, one.log).toBe(0);
  expect(commandOf(one)).toMatch(
    /--build-context alpine:3\.22=docker-image:\/\/localhost\/smart-docker-build-store:sha256-/,
  );
  expect((await lab.sh('docker images --format "{{.Repository}}"')).stdout).not.toContain('store');
  expect((await lab.sh('docker run --rm --network none ghcr.io/acme/api:v1.4.2 cat /message')).stdout).toBe('warm\n');
  const two = await runAction(lab, { push: false, platforms });
  expect(two.exitCode, two.log).toBe(0);
  expect(commandOf(two)).toMatch(/--build-context alpine:3\.22=oci-layout:\/\//);
  expect(commandOf(two)).toContain('--builder smart-docker-build-');
});
