/** Jobs of the original about how a step ends: errors, checks, the job summary and the build record. */
import { expect, test } from 'vitest';
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
