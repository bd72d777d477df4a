import { expect, test } from 'vitest';
import { commandOf } from './expectations.ts';
import { engineFetches, expectBuilt, hostsOf, HUB_DOWN, sourcesOf } from './sources.ts';
import { checkout, runAction, useLab } from './world.ts';

/* What a Dockerfile can do to hide the images that it needs, with Docker Hub down. */
const world = useLab();

function traps(pin: string): string {
  return [
    '# syntax=docker/dockerfile:1',
    'ARG BASE=alpine',
    'ARG TAG=3.20',
    'FROM ${BASE}:${TAG} AS build',
    'RUN --mount=type=bind,from=busybox:1.37,target=/tools /tools/bin/busybox echo traps >/message',
    'FROM registry.dead.example/base:1 AS unreachable',
    'RUN false',
    // A stage that is named like an image, and is meant wherever that name is used.
    'FROM debian:12-slim AS ubuntu',
    'COPY --from=build /message /message',
    `FROM alpine:3.21@${pin} AS final`,
    'COPY --from=ubuntu /message /',
    'COPY --from=ubuntu:24.04 /etc/os-release /ubuntu',
    'COPY --from=golang:1.24 /etc/os-release /from-context',
    'COPY <<FROM /not-an-instruction',
    'FROM registry.dead.example/heredoc:1',
    'FROM',
    'CMD ["cat", "/message", "/from-context"]',
    '',
  ].join('\r\n');
}

test('every image of a Dockerfile full of traps is found and comes from a mirror by digest', async () => {
  const { lab } = world;
  const pin = (await lab.inspectRemote('alpine:3.21'))?.digest ?? '';
  await checkout(lab, { Dockerfile: `\uFEFF${traps(pin)}`, 'golang/etc/os-release': 'the user has it\n' });
  await lab.faults(HUB_DOWN);
  await lab.clearRequests();
  const result = await runAction(lab, { 'build-args': 'TAG=3.22', 'build-contexts': 'golang:1.24=./golang' });
  await expectBuilt(lab, result, 'traps\nthe user has it\n');
  const hosts = await hostsOf(result);
  expect(Object.keys(hosts).toSorted()).toEqual([
    `alpine:3.21@${pin}`,
    'alpine:3.22',
    'busybox:1.37',
    'debian:12-slim',
    'docker/dockerfile:1',
    'ubuntu:24.04',
  ]);
  expect(Object.values(hosts)).not.toContain('upstream');
  const sources = await sourcesOf(result);
  expect(sources[`alpine:3.21@${pin}`]).toMatchObject({ digest: pin, confirmedBy: 'the Dockerfile' });
  expect(sources['docker/dockerfile:1']?.confirmedBy).toBe('mirror.gcr.io and docker.m.daocloud.io');
  expect(result.outputs['attempts']).toBe('1');

  // What was fetched is what was said: by digest, from the mirror, and nothing of a stage that is not built.
  const fetched = engineFetches(await lab.requests());
  expect(
    fetched.filter(
      (one) =>
        !/^((mirror\.gcr\.io|public\.ecr\.aws|docker\.m\.daocloud\.io) \S+@sha256:[0-9a-f]{64}|ghcr\.io acme\/api[:@]\S+)$/.test(
          one,
        ),
    ),
  ).toEqual([]);
  expect(result.log).not.toContain('registry.dead.example/');
  expect(commandOf(result)).not.toContain('registry.dead.example');
  expect(commandOf(result)).toContain('--build-context golang:1.24=./golang ');
});

test('a target that needs none of what is down: nothing is redirected and nothing is degraded', async () => {
  const { lab } = world;
  await checkout(lab, {
    Dockerfile: [
      'FROM registry.dead.example/base:1 AS unreachable',
      'FROM alpine:3.22 AS tools',
      'FROM gcr.io/distroless/static-debian12:nonroot AS wanted',
      'COPY message /message',
      'FROM unreachable AS last',
      '',
    ].join('\n'),
    message: 'wanted\n',
  });
  await lab.faults(HUB_DOWN);
  const result = await runAction(lab, { target: 'wanted' });
  expect(result.exitCode, result.log).toBe(0);
  expect(await hostsOf(result)).toEqual({ 'gcr.io/distroless/static-debian12:nonroot': 'upstream' });
  expect(commandOf(result)).not.toContain('--build-context');
  expect(result.outputs['strategy']).toBe('optimal');
  expect(result.summary.split('\n')[0]).not.toContain('recovered');
});

test('the Dockerfile of a Git context is read by the API of GitHub, else what it needs is learned from the failure', async () => {
  const { lab } = world;
  const sources = {
    'app/Dockerfile':
      'FROM alpine:3.22 AS alpine\nRUN echo "from Git" >/message\nFROM alpine\nCMD ["cat", "/message"]\n',
  };
  const sha = await lab.publishRepository('acme/api', sources, { isPrivate: true });
  const step = {
    context: `https://github.com/acme/api.git#${sha}:app`,
    'github-token': 'ghs_ofTheJob',
    secrets: 'GIT_AUTH_TOKEN=ghs_ofTheJob',
  };
  const digest = (await lab.inspectRemote('alpine:3.22'))?.digest;

  await lab.faults(HUB_DOWN);
  await lab.clearRequests();
  const read = await runAction(lab, step);
  await expectBuilt(lab, read, 'from Git\n');
  expect(read.outputs['attempts']).toBe('1');
  expect(read.log).toMatch(/^Dockerfile {2}Dockerfile \(the repository's own, read by the API of GitHub\)$/m);
  expect((await sourcesOf(read))['alpine:3.22']).toMatchObject({ digest });
  const asked = (await lab.requests())
    .filter(({ authorization }) => authorization === 'bearer')
    .map(({ host }) => host);
  expect(asked).toContain('api.github.com');
  expect(read.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('ghs_ofTheJob');

  await lab.freshEngine();
  await lab.faults([...HUB_DOWN, { host: 'api.github.com', fault: 'silent', path: '/contents/' }]);
  await lab.clearRequests();
  const learned = await runAction(lab, { ...step, version: 'v2' });
  expect(learned.exitCode, learned.log).toBe(0);
  expect(learned.outputs['attempts']).toBe('2');
  expect(learned.log).toMatch(/^Dockerfile {2}Dockerfile \(.*, which only BuildKit will read\)$/m);
  expect((await sourcesOf(learned))['docker.io/library/alpine:3.22']).toMatchObject({ digest });
  const fetched = engineFetches(await lab.requests()).filter((one) => one.includes('alpine'));
  expect(fetched).toContainEqual(expect.stringMatching(new RegExp(`library/alpine@${digest ?? ''}$`)));

  // So is an image that the user names beside the Dockerfile.
  await checkout(lab, { Dockerfile: 'FROM scratch\nCOPY --from=tools /bin/busybox /\n' });
  const context = { context: '.', 'build-contexts': 'tools=docker-image://busybox:1.37', version: 'v3' };
  const beside = await runAction(lab, context);
  expect(beside.exitCode, beside.log).toBe(0);
  expect(beside.outputs['attempts']).toBe('2');
  expect(Object.values(await hostsOf(beside))).toEqual(['mirror.gcr.io']);
});
