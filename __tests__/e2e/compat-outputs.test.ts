/** Jobs of the original about what a build leaves: images here and there, digests, annotations, several outputs. */
import { expect, test } from 'vitest';
import {
  APP,
  argvOf,
  DIGEST,
  expectGreen,
  expectPushedTo,
  lines,
  printed,
  setupBuildx,
  useCompatLab,
} from './compat.ts';
import { checkout } from './world.ts';

const world = useCompatLab('docker');
const test1 = { context: './test', file: './test/Dockerfile' };

test('docker-driver: a push without any builder set up', async () => {
  const result = await world.step({ ...test1, push: true, tags: `${APP}:docker-driver` });
  await expectGreen(result, ['--push', './test']);
  expect(await argvOf(result)).not.toContain('--builder');
  await expectPushedTo(world.lab, result, [`${APP}:docker-driver`]);
});

test('export-docker: a loaded image is the engine’s, under the ID of the output', async () => {
  const result = await world.step({ ...test1, load: true, tags: 'myimage:latest' });
  await expectGreen(result, ['--load', './test']);
  expect(result.outputs['imageid']).toMatch(DIGEST);
  expect((await world.sh("docker image inspect --format '{{.Id}}' myimage:latest")).trim()).toBe(
    result.outputs['imageid'],
  );
});

test('no-default-attestations: none are made', async () => {
  const inputs = { ...test1, push: true };
  const plain = await world.step(
    { ...inputs, tags: `${APP}:no-attests` },
    { env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' } },
  );
  await expectGreen(plain, ['--push', './test']);
  expect((await world.lab.inspectRemote(`${APP}:no-attests`))?.attestations).toEqual([]);
  await world.step({ ...inputs, tags: `${APP}:attests` });
  expect((await world.lab.inspectRemote(`${APP}:attests`))?.attestations).toHaveLength(1);
});

test('attests-compat: a build for the cache alone', async () => {
  // Other versions of buildx and BuildKit are tables of recorded answers: __tests__/plan/fit-request.test.ts.
  const result = await world.step({ ...test1, outputs: 'type=cacheonly' });
  await expectGreen(result, ['./test']);
  expect(result.outputs).not.toHaveProperty('digest');
});

/** Digest and image ID by driver, load and push; the original's matrix. With the containerd store the ID is the index. */
test.each([
  { driver: 'docker', load: true, push: false },
  { driver: 'docker', load: false, push: true },
  { driver: 'docker', load: false, push: false },
  { driver: 'docker-container', load: true, push: false },
  { driver: 'docker-container', load: false, push: true },
  { driver: 'docker-container', load: false, push: false },
])('digest: $driver, load $load, push $push', async ({ driver, load, push }) => {
  const { lab } = world;
  if (driver === 'docker-container') await setupBuildx(lab);
  const builder = driver === 'docker' ? 'default' : 'mybuilder';
  const tag = `${APP}:digest-${driver}-${load}-${push}`;
  const result = await world.step({ context: './test', builder, load, push, tags: tag });
  await expectGreen(result, ['./test']);
  const { digest, imageid } = result.outputs;
  const leavesNothing = driver === 'docker-container' && !load && !push;
  if (leavesNothing) expect([digest, imageid]).toEqual([undefined, undefined]);
  else expect(imageid).toMatch(DIGEST);
  if (push) await expectPushedTo(lab, result, [tag, `${APP}@${digest}`]);
  if (load) expect((await world.sh(`docker image inspect --format '{{.Id}}' ${imageid}`)).trim()).toBe(imageid);
});

test.each([
  { job: 'multi', user: 'root' },
  // The original installs sudo for it; what counts is a step of another user between two of root.
  { job: 'multi-sudo', user: 'nobody' },
])('$job: two platforms from one build', async ({ job, user }) => {
  const { lab } = world;
  await setupBuildx(lab);
  await checkout(lab, {
    [`test/${job}.Dockerfile`]: lines(
      '# syntax=docker/dockerfile:1',
      'FROM --platform=$BUILDPLATFORM alpine AS build',
      'ARG TARGETPLATFORM',
      'ARG BUILDPLATFORM',
      'RUN echo "I am running on $BUILDPLATFORM, building for $TARGETPLATFORM" >/log && chmod 644 /log',
      `USER ${user}`,
      'RUN cat /log; id -u',
      'USER root',
      'FROM alpine',
      'COPY --from=build /log /log',
    ),
  });
  const tags = [`${APP}:${job}`, `${APP}:${job}-1.0.0`];
  const platforms = ['linux/amd64', 'linux/arm64'];
  const result = await world.step({
    context: './test',
    file: `./test/${job}.Dockerfile`,
    builder: 'mybuilder',
    platforms: platforms.join(','),
    push: true,
    tags: tags.join('\n'),
  });
  await expectGreen(result, ['--push', './test']);
  await expectPushedTo(lab, result, tags);
  expect(Object.keys((await lab.inspectRemote(tags[0] ?? ''))?.platforms ?? {}).toSorted()).toEqual(platforms);
  for (const platform of platforms)
    expect(printed(result)).toContain(`I am running on linux/amd64, building for ${platform}`);
});

test('annotations: on the index and on the manifest', async () => {
  await setupBuildx(world.lab);
  const result = await world.step({
    ...test1,
    push: true,
    tags: `${APP}:annotations`,
    annotations: lines(
      'index:com.example.key=value',
      'index:com.example.key2=value2',
      'manifest:com.example.key3=value3',
    ),
  });
  await expectGreen(result, ['--push', './test']);
  const remote = await world.lab.inspectRemote(`${APP}:annotations`);
  expect(remote?.manifest.annotations).toEqual({ 'com.example.key': 'value', 'com.example.key2': 'value2' });
  expect(remote?.platforms['linux/amd64']?.manifest.annotations).toEqual({ 'com.example.key3': 'value3' });
});

test('multi-output: a registry, the engine and a tar at once', async () => {
  await setupBuildx(world.lab);
  const result = await world.step({
    ...test1,
    outputs: lines(
      `type=image,name=${APP}:multi-output,push=true`,
      'type=docker,name=app:local',
      'type=oci,dest=oci.tar',
    ),
  });
  await expectGreen(result, ['./test']);
  await expectPushedTo(world.lab, result, [`${APP}:multi-output`]);
  await world.sh('docker image inspect app:local');
  expect((await world.sh('tar tf oci.tar')).split('\n')).toEqual(expect.arrayContaining(['index.json', 'oci-layout']));
});

test('load-and-push: the engine and the registry get it', async () => {
  await setupBuildx(world.lab);
  const tag = `${APP}:load-and-push`;
  const result = await world.step({ ...test1, load: true, push: true, tags: tag });
  await expectGreen(result, ['--push', './test']);
  expect(await argvOf(result)).toContain('--load');
  await expectPushedTo(world.lab, result, [tag]);
  await world.sh(`docker image inspect ${tag}`);
});
