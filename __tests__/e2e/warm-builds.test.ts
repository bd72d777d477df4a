import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import type { InputValues } from '../lab/host/action-inputs.ts';
import type { ActionResult } from '../lab/host/runner.ts';
import { labGoSum } from '../lab/services/go-modules.ts';
import { labHosts } from '../lab/services/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { trivyStandIn } from '../scan/stand-in.ts';
import { commandOf, expectSummary } from './expectations.ts';
import { hostsOf } from './sources.ts';
import { cachePath, checkout, checkoutGoService, givenInputs, installGo, useLab, type Sources } from './world.ts';

/* Builds out of the warm store, with every host refused: nothing but this machine is left. */
const world = useLab();

const ALL_REFUSED: readonly Fault[] = labHosts.map(({ name }) => ({ host: name, fault: 'refused' }));
const BOTH = 'linux/amd64,linux/arm64';

/** A user's Dockerfile with a frontend, whose steps need no network and run on any platform. */
const OWN: Sources = {
  Dockerfile: [
    '# syntax=docker/dockerfile:1',
    'FROM --platform=$BUILDPLATFORM alpine:3.22 AS build',
    'RUN echo "hello from the store" >/message',
    'FROM alpine:3.22',
    'COPY --from=build /message /message',
    'CMD ["cat", "/message"]',
    '',
  ].join('\n'),
};

/** A module that the sample service is made to need; what Go compares it with is in go.sum. */
const DEPENDENCY: Sources = {
  'go.mod': 'module example.com/go-service\n\ngo 1.22\n\nrequire example.com/lab/greet v1.0.0\n',
  'go.sum': labGoSum,
  'cmd/api/greet.go': 'package main\n\nimport "example.com/lab/greet"\n\nvar _ = greet.Hello("store")\n',
};

async function prewarm(lab: Lab, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const result = await lab.cli(['prewarm', '--platforms', BOTH, '--cache-local-path', cachePath(lab)], { env });
  expect(result.exitCode, result.log).toBe(0);
}

async function build(lab: Lab, more: InputValues, env: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
  await lab.clearRequests();
  const result = await lab.run({
    inputs: givenInputs(lab, { push: false, 'max-retry-attempts': 1, ...more }),
    timeoutMs: 120_000,
    env,
  });
  expect((await result.post()).exitCode).toBe(0);
  return result;
}

/** The three kinds of builders: the engine's own, one in a container, and a remote one. */
async function threeBuilders(lab: Lab): Promise<readonly string[]> {
  await lab.startBuilderEngine();
  const container = await lab.sh('docker buildx create --name boxed --driver docker-container --bootstrap');
  expect(container.exitCode, container.log).toBe(0);
  await remoteBuilder(lab);
  return ['', 'boxed', 'far'];
}

/** A remote builder, which is the engine's own BuildKit behind a socket. */
async function remoteBuilder(lab: Lab): Promise<void> {
  const made = await lab.sh(`
    docker buildx create --name far --driver remote unix://$HOME/far.sock >/dev/null
    socat UNIX-LISTEN:$HOME/far.sock,fork,unlink-early EXEC:"docker buildx --builder default dial-stdio" </dev/null >/dev/null 2>&1 &
    while [ ! -S $HOME/far.sock ]; do sleep 0.05; done`);
  expect(made.exitCode, made.log).toBe(0);
}

test('a Dockerfile of the user: docker, docker-container and remote builders, two platforms, every host refused', async () => {
  const { lab } = world;
  await checkout(lab, OWN);
  await prewarm(lab);
  const builders = await threeBuilders(lab);
  await lab.faults(ALL_REFUSED);
  for (const builder of builders) {
    const outputs = `type=oci,dest=${path.join(lab.job.folder, `image-${builder}.tar`)}`;
    const result = await build(lab, { platforms: BOTH, builder, ...(builder === '' ? { sbom: true } : { outputs }) });
    expect(result.exitCode, result.log).toBe(0);
    if (builder === '') expect(result.log).toMatch(/generating sbom using \S*localhost\/smart-docker-build-store/);
    expect(await hostsOf(result)).toMatchObject({ 'docker/dockerfile:1': 'store', 'alpine:3.22': 'store' });
    expect(commandOf(result)).toMatch(/--build-context alpine:3\.22=oci-layout:\/\/\S+@sha256:/);
  }
  const noSbom = await build(lab, { builder: 'boxed', offline: true, sbom: true });
  expect(noSbom.exitCode).toBe(1);
  expect(noSbom.outputs['attempts']).toBe('0');
  expect(noSbom.log).toMatch(/offline: true leaves no source for docker\/buildkit-syft-scanner\S*: .*its own builder/);
  await lab.sh('docker buildx rm --force boxed');
});

test('the sample service with a dependency: images and modules from the store by three builders; offline asks nobody', async () => {
  const { lab } = world;
  await checkoutGoService(lab);
  await checkout(lab, DEPENDENCY);
  await prewarm(lab, await installGo(lab));
  const [docker = '', container = '', remote = ''] = await threeBuilders(lab);
  await lab.faults(ALL_REFUSED);
  const archive = (name: string): string => `type=oci,dest=${path.join(lab.job.folder, `service-${name}.tar`)}`;
  const builds: readonly InputValues[] = [
    { builder: docker, platforms: BOTH },
    { builder: container, outputs: archive('container') },
  ];
  for (const one of builds) {
    const emergency = await build(lab, one);
    expect(emergency.exitCode, emergency.log).toBe(0);
    expect(new Set(Object.values(await hostsOf(emergency)))).toEqual(new Set(['store']));
    expect(commandOf(emergency)).toMatch(/--build-context go-modules=\S+\/store\/go\/cache\/download /);
    expectSummary(emergency, [/the warm store/, /^\| proxy\.golang\.org \| .* \| the warm store's modules \|/]);
  }
  await lab.sh(`docker buildx rm --force ${container}`);

  await lab.faults([]);
  const offline = await build(lab, { builder: remote, outputs: archive('remote'), offline: true });
  expect(offline.exitCode, offline.log).toBe(0);
  expect(offline.outputs['strategy']).toBe('optimal');
  expect(new Set(Object.values(await hostsOf(offline)))).toEqual(new Set(['store']));
  // Who is not asked is not down.
  expect(offline.summary).not.toContain('What was down');
  const asked = (await lab.requests()).filter(
    ({ path: at }) => /\/(manifests|blobs)\//.test(at) && !at.includes('acme/api'),
  );
  expect(asked.map(({ host, path: at }) => `${host}${at}`)).toEqual([]);
  expect((await lab.requests()).filter(({ path: at }) => at.includes('/lab/greet/'))).toEqual([]);
});

test('what is old is for emergencies, and said; what is damaged or missing is never used', async () => {
  const { lab } = world;
  await checkout(lab, { Dockerfile: 'FROM alpine:3.22\nRUN true\n' });
  await prewarm(lab);
  await lab.faults(ALL_REFUSED.filter(({ host }) => /docker|gcr|ecr/.test(host)));
  const trivy = await trivyStandIn('old');
  const old = await build(
    lab,
    { 'warm-max-age': '0', scan: 'bases' },
    { PATH: `${trivy.directory}:${process.env['PATH'] ?? ''}` },
  );
  expect(old.exitCode, old.log).toBe(0);
  expect(old.outputs['strategy']).toBe('emergency');
  expectSummary(old, [
    /^⚠️ .*alpine:3\.22.* is what the warm store has of it, confirmed by docker\.io, .* ago: longer than warm-max-age/,
  ]);

  // Its bases are scanned where they lie.
  expect(old.log).toMatch(/^🔍 alpine:3\.22\S* ?\S*: 2 medium \(trivy/m);
  expect((await trivy.calls()).at(-2)).toMatch(/^image .* --input \S+\.oci$/);

  const blobs = path.join(cachePath(lab), 'store/blobs/sha256');
  for (const name of await readdir(blobs)) {
    const bytes = await readFile(path.join(blobs, name));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path.join(blobs, name), bytes);
  }
  const damaged = await build(lab, { offline: true });
  expect(damaged.exitCode, damaged.log).toBe(1);
  expect(damaged.log).toMatch(/offline: true leaves no source for alpine:3\.22: .*other bytes than its digest says/);
  expect(damaged.log).toMatch(/smart-docker-build prewarm/);

  // Its registry is well again: the damaged copy disturbs nobody.
  await lab.faults([]);
  const well = await build(lab, {});
  expect(well.exitCode, well.log).toBe(0);
  expect(await hostsOf(well)).toEqual({ 'alpine:3.22': 'upstream' });
});

test('from job to job: a pre-warm keeps the store in the Actions cache, and a build on another runner takes it from there', async () => {
  const { lab } = world;
  const inputs = { 'cache-local-path': cachePath(lab), 'warm-store': true };
  await checkout(lab, { Dockerfile: 'FROM alpine:3.22\nRUN true\n' });
  const kept = await lab.run({ inputs: { ...inputs, mode: 'prewarm' } });
  expect(kept.exitCode, kept.log).toBe(0);
  expect(kept.outputs).toMatchObject({ 'warm-images': '3', 'warm-fetched': '3', 'warm-failed': '0' });
  expect(kept.summary).toMatch(/^### ✅ Warm store: 3 images, 3 fetched/);
  const key = /^Warm store: kept as (smart-docker-build-warm\/\S+)$/m.exec(kept.log)?.[1];
  expect(key, kept.log).toBeDefined();

  // Another runner: nothing is here, and the same content is not kept twice.
  await rm(cachePath(lab), { recursive: true });
  const again = await lab.run({ inputs: { ...inputs, mode: 'prewarm' } });
  expect(again.log).toContain(`Warm store: restored ${key}`);
  expect(again.log).not.toContain('kept as');
  expect(again.outputs).toMatchObject({ 'warm-fetched': '0' });

  await rm(cachePath(lab), { recursive: true });
  await lab.faults(ALL_REFUSED.filter(({ host }) => /docker|gcr|ecr/.test(host)));
  const built = await build(lab, { 'warm-store': true });
  expect(built.exitCode, built.log).toBe(0);
  expect(built.log).toContain(`Warm store: restored ${key}`);
  expect(await hostsOf(built)).toEqual({ 'alpine:3.22': 'store' });
});
