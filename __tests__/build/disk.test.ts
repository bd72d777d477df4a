import { expect, test } from 'vitest';
import { withDiskUsage } from '../../src/build/disk-usage.ts';
import { freeBuildCache } from '../../src/build/free-cache.ts';
import { restartBuilder } from '../../src/build/own-builder.ts';
import type { CommandOutcome, RunCommand } from '../../src/process/run-command.ts';
import { planOf } from '../plan/question.ts';
import { failureOf } from '../plan/world.ts';

const plan = await planOf();

/** A docker that gives these answers, one a call, and then the last one again. */
function docker(...answers: readonly CommandOutcome[]): { readonly run: RunCommand; readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    run: async (argv) => {
      calls.push(argv.join(' '));
      return await Promise.resolve(answers[Math.min(calls.length, answers.length) - 1] ?? said(''));
    },
  };
}

const said = (stdout: string, code = 0): CommandOutcome => ({ kind: 'exited', code, stdout, stderr: '' });

test('what nothing uses is freed once; finished steps of the image are kept', async () => {
  const { run, calls } = docker(said('ID\tSIZE\nabc\t40MB\nTotal:\t41.95MB\n'));
  const told: string[] = [];
  await freeBuildCache(plan, run, (text) => told.push(text));
  expect(calls).toEqual(['docker buildx prune --force']);
  expect(told).toEqual(['docker buildx prune: Total:\t41.95MB\n']);
});

test('a builder that cannot write its records is asked again, and at last for everything', async () => {
  const { run, calls } = docker(said('no space left on device', 1), said('Total:\t0B\n'), said('Total:\t80MB\n'));
  await freeBuildCache(plan, run, () => undefined);
  expect(calls).toEqual([
    'docker buildx prune --force',
    'docker buildx prune --force',
    'docker buildx prune --force --all',
  ]);
});

test('a full disk says what takes the room, and which commands free it', async () => {
  const { run } = docker(said('Images\t98MB\t98MB (100%)\nBuild Cache\t42MB\t42MB\n'), said('/\n'));
  const failure = await withDiskUsage(
    failureOf({ class: 'disk-full', evidence: ['no space left on device'] }),
    '/tmp/cache',
    run,
  );
  expect(failure.evidence[0]).toBe('no space left on device');
  expect(failure.evidence[1]).toMatch(
    /^Images 98MB \(98MB \(100%\) reclaimable\), Build Cache 42MB \(42MB reclaimable\), \d+ MB free on the disk$/,
  );
  expect(failure.advice).toMatch(
    /docker image prune --all.*docker buildx prune --all.*docker system prune --all --volumes.*rm -rf \/tmp\/cache/,
  );
});

test('without a docker command buildx says what its cache takes', async () => {
  const { run, calls } = docker();
  const alone: RunCommand = async (argv, options) => {
    if (argv[0] === 'docker') return { kind: 'failed', reason: 'docker is not installed' };
    await run(argv, options);
    return said('ID\tRECLAIMABLE\nabc\ttrue\nReclaimable:\t1.2GB\nTotal:\t\t3GB\n');
  };
  const failure = await withDiskUsage(failureOf({ class: 'disk-full', evidence: [] }), '/tmp/cache', alone);
  expect(calls).toEqual(['buildx du']);
  expect(failure.evidence[0]).toMatch(/^Build Cache 3GB \(1\.2GB reclaimable\), \d+ MB free on the disk$/);
  expect(failure.advice).toBe(
    'Free room with `buildx prune --all` or `rm -rf /tmp/cache`, or use a runner with a larger disk.',
  );
});

test('an engine that does not answer leaves what is known', async () => {
  const { run } = docker({ kind: 'failed', reason: 'docker did not answer in 10 s' });
  const failure = await withDiskUsage(failureOf({ class: 'disk-full', evidence: [] }), '/tmp', run);
  expect(failure.evidence).toEqual([
    expect.stringMatching(/^docker system df: docker did not answer in 10 s, \d+ MB free on the disk$/),
  ]);
});

test('an engine that is still tidying up is asked again', async () => {
  const { run, calls } = docker(said('', 1), said('/\n'), said('Images\t98MB\t0B\n'));
  const failure = await withDiskUsage(failureOf({ class: 'disk-full', evidence: [] }), '/tmp', run);
  expect(failure.evidence).toEqual([expect.stringMatching(/^Images 98MB \(0B reclaimable\), \d+ MB free/)]);
  expect(calls.filter((call) => call.startsWith('docker system df'))).toHaveLength(2);
});

test('a container builder that hangs is stopped, and nothing else is', async () => {
  const { run, calls } = docker();
  await restartBuilder({ kind: 'current', name: null, driver: 'docker' }, run);
  await restartBuilder({ kind: 'current', name: 'far', driver: 'remote' }, run);
  expect(calls).toEqual([]);
  await restartBuilder({ kind: 'current', name: 'ci', driver: 'docker-container' }, run);
  await restartBuilder({ kind: 'own', name: 'ours', image: null, reason: '' }, run);
  expect(calls).toEqual(['docker buildx stop ci', 'docker buildx stop ours']);
});
