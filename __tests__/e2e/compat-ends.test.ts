/** Jobs of the original about how a step ends: errors, checks, the job summary and the build record. */
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildxHas } from '../../src/facts/versions.ts';
import { argvOf, expectGreen, lines, TEST_SOURCES, useCompatLab } from './compat.ts';
import { checkout } from './world.ts';

const world = useCompatLab('docker');
const test1 = { context: './test', file: './test/Dockerfile' };
const lint = { context: './test', file: './test/lint.Dockerfile' };

test('error: without an engine the step fails, and does not wait for one', async () => {
  // What a stopped engine leaves: a name of a socket without anybody behind it.
  const result = await world.step(test1, { env: { DOCKER_HOST: `unix://${world.lab.job.folder}/gone.sock` } });
  expect(result.exitCode).toBe(1);
  expect(result.outputs['attempts']).toBe('1');
  expect(result.log).toMatch(/^::error::buildx failed with: ERROR: /m);
});

test('error-buildx: a push to nobody ends red, within the attempts that were asked for', async () => {
  await checkout(world.lab, { 'test/scratch.Dockerfile': lines('FROM scratch', 'COPY Dockerfile /') });
  const platforms = '386,amd64,arm/v6,arm/v7,arm64,ppc64le,s390x'.split(',').map((name) => `linux/${name}`);
  const result = await world.step({
    context: './test',
    file: './test/scratch.Dockerfile',
    platforms: platforms.join(','),
    push: true,
    tags: 'localhost:5001/name/app:latest',
    'max-retry-attempts': 2,
  });
  expect(result.exitCode).toBe(1);
  expect(await argvOf(result)).toContain(platforms.join(','));
  expect(Number(result.outputs['attempts'])).toBeLessThanOrEqual(2);
  expect(result.log).toMatch(/^::error::buildx failed with: ERROR: .*localhost:5001/m);
});

/** How many findings BuildKit has of lint.Dockerfile. */
const FINDINGS = 7;

test('checks: what a build finds is annotated, and does not fail it', async () => {
  // An older buildx gives no findings (0.14.1 in the original's matrix): then there is nothing to annotate.
  const result = await world.step(lint);
  await expectGreen(result, ['./test']);
  const annotations = result.commands.filter(({ name, properties }) => name === 'warning' && properties['file']);
  expect(annotations.map(({ properties }) => properties['file'])).toEqual(Array(FINDINGS).fill('test/lint.Dockerfile'));
});

test('annotations-disabled: nothing is annotated', async () => {
  const result = await world.step(lint, { env: { DOCKER_BUILD_CHECKS_ANNOTATIONS: 'false' } });
  await expectGreen(result, ['./test']);
  expect(result.commands.filter(({ name }) => name === 'warning')).toEqual([]);
});

test('call-check: what was found is the error, after one attempt', async () => {
  const result = await world.step({ ...lint, call: 'check' });
  expect(result.exitCode).toBe(1);
  expect(result.outputs['attempts']).toBe('1');
  expect(result.log).toMatch(/^::error::Check complete, \d+ warnings have been found!$/m);
});

test('summary-disable: the job summary stays empty', async () => {
  const sha = await world.lab.publishRepository('acme/api', TEST_SOURCES);
  const given = { file: './test/Dockerfile' };
  const result = await world.step(given, { env: { GITHUB_SHA: sha, DOCKER_BUILD_SUMMARY: 'false' } });
  await expectGreen(result, [`https://github.com/acme/api.git#${sha}`]);
  expect(result.summary).toBe('');
});

test('summary-not-supported, checks and attests-compat: what the buildx at hand has not is left out, and said', async () => {
  const { lab } = world;
  // Where the package sources have no older one than is in use, this is that one, which has it all.
  const plugins = path.join(lab.job.home, '.docker/cli-plugins');
  await mkdir(plugins, { recursive: true });
  await cp(path.join(lab.paths.state, 'packages/docker-buildx-old'), path.join(plugins, 'docker-buildx')).catch(
    () => 0,
  );
  const version = (await world.sh("docker buildx version | cut -d' ' -f2")).trim();
  const has = (release: string): boolean => buildxHas(version, release);
  const built = await world.step({ ...lint, outputs: 'type=cacheonly', provenance: 'mode=max', annotations: 'a=b' });
  const checked = await world.step({ ...lint, call: 'check' });
  await rm(plugins, { recursive: true });

  expect(built.exitCode, built.log).toBe(0);
  expect(built.log).toContain(`::group::Buildx version\n${version}\n`);
  const support = has('0.23.0') ? 'Build summary supported!' : 'Build summary requires Buildx >= 0.23.0';
  expect(built.log).toContain(`::group::Check build summary support\n${support}\n`);
  expect(built.summary).toMatch(/^### ✅ /);
  expect(built.summary.includes('.dockerbuild')).toBe(has('0.23.0'));
  const words = (await argvOf(built)).join(' ');
  expect(words.includes(' --attest type=provenance,mode=max,builder-id=')).toBe(has('0.10.0'));
  expect(words.includes(' --annotation a=b ')).toBe(has('0.12.0'));
  // Findings are in the metadata from 0.16 on.
  expect(built.commands.filter(({ name, properties }) => name === 'warning' && properties['file'])).toHaveLength(
    has('0.16.0') ? FINDINGS : 0,
  );
  expect(checked.exitCode).toBe(1);
  expect(checked.log).toMatch(
    has('0.15.0') ? /^::error::Check complete, / : /^::error::Buildx >= 0\.15\.0 is required to use the call flag\.$/m,
  );
});
