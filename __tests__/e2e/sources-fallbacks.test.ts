import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import { commandOf, expectSummary, TAG } from './expectations.ts';
import { expectBuilt, expectRefused } from './sources.ts';
import { checkout, runAction, unavailable, useLab } from './world.ts';

/* Another base in a user's own Dockerfile: where he allows it, and only if the image runs with it. */
const world = useLab();
const STATIC = 'gcr.io/distroless/static:nonroot';
const NO_DISTROLESS: readonly Fault[] = ['gcr.io', 'mirror.gcr.io', 'gcr.m.daocloud.io'].map((host) =>
  unavailable(host),
);

function service(...end: readonly string[]): { readonly Dockerfile: string } {
  return {
    Dockerfile: [
      'FROM alpine:3.22 AS build',
      'RUN echo "on another base" >/message',
      `FROM ${STATIC}`,
      ...end,
      '',
    ].join('\n'),
  };
}

/** A static program, which runs anywhere, as nobody in particular. */
const RUNS_ANYWHERE = service(
  'COPY --from=build /bin/busybox /cat',
  'COPY --from=build /message /',
  'USER 65532:65532',
  'ENTRYPOINT ["/cat", "/message"]',
);

test('the base cannot be had: the first one that stands in is tried, used, and told of everywhere', async () => {
  const { lab } = world;
  await checkout(lab, RUNS_ANYWHERE);
  await lab.faults(NO_DISTROLESS);
  const inputs = { fallbacks: `${STATIC} => debian:13-slim, alpine:3.22` };
  const words = `debian:13-slim in place of ${STATIC}: ${STATIC} has no healthy source`;
  const planned = await runAction(lab, { ...inputs, mode: 'plan' });
  expect(planned.summary).toContain(`${words}; not tried yet: an image on it must be built and start first`);
  const result = await runAction(lab, inputs);
  await expectBuilt(lab, result, 'on another base\n');
  expect(result.outputs['substitutions']).toBe(`${STATIC} => debian:13-slim`);
  expect(commandOf(result)).toMatch(
    /--build-context gcr\.io\/distroless\/static:nonroot=docker-image:\/\/\S*library\/debian@sha256:/,
  );
  expectSummary(result, [/^⚠️ Substituted: debian:13-slim in place of .* has no healthy source/]);
  const image = await lab.inspectRemote(TAG);
  const manifest = image?.platforms['linux/amd64']?.manifest;
  expect(manifest?.annotations).toMatchObject({
    'dev.smart-docker-build.substitutions': `${STATIC} => debian:13-slim`,
  });
  // Nothing of the trial is left.
  const left = await lab.sh("docker image ls --format '{{.Repository}}' | grep check; docker ps --all --quiet");
  expect(left.stdout).toBe('');
});

test('a smoke command decides: the first base is refused with its words, the second one serves', async () => {
  const { lab } = world;
  await checkout(lab, RUNS_ANYWHERE);
  await lab.faults(NO_DISTROLESS);
  const inputs = { fallbacks: `${STATIC} => debian:13-slim, alpine:3.22`, 'smoke-command': '/cat /etc/alpine-release' };
  const result = await runAction(lab, inputs);
  await expectBuilt(lab, result, 'on another base\n');
  expect(result.outputs['substitutions']).toBe(`${STATIC} => alpine:3.22`);
  expectSummary(result, [/debian:13-slim was refused: "\/cat \/etc\/alpine-release" ended with 1: .*No such file/]);
});

test('a program whose loader the other base lacks, and one that would become root: refused, red, nothing pushed', async () => {
  const { lab } = world;
  await lab.faults(NO_DISTROLESS);
  await checkout(lab, service('COPY true /true', 'USER 65532', 'ENTRYPOINT ["/true"]'));
  await copyFile('/bin/true', path.join(lab.job.workspace, 'true'));
  const inputs = { fallbacks: `${STATIC} => alpine:3.22`, 'max-retry-attempts': 1 };
  const dynamic = await runAction(lab, inputs);
  await expectRefused(lab, dynamic, [
    `${STATIC} => alpine:3.22 is refused: /true needs /lib64/ld-linux-x86-64.so.2, which this base does not have`,
  ]);

  await checkout(lab, service('COPY --from=build /bin/busybox /cat', 'ENTRYPOINT ["/cat", "/message"]'));
  const root = await runAction(lab, inputs);
  await expectRefused(lab, root, [
    'is refused: it would run as root, and the base that it replaces does not: say USER in the Dockerfile',
  ]);
});

test('nothing is down: nothing is tried, and the line is as if there were no fallbacks', async () => {
  const { lab } = world;
  await checkout(lab, RUNS_ANYWHERE);
  const result = await runAction(lab, { fallbacks: `${STATIC} => debian:13-slim` });
  await expectBuilt(lab, result, 'on another base\n');
  expect(result.outputs['substitutions']).toBeUndefined();
  expect(commandOf(result)).not.toContain('--build-context');
  expect(result.log).not.toContain('debian');
});
