import { expect, test } from 'vitest';
import { bootBuilder, removeBuilder } from '../../src/build/own-builder.ts';
import type { CommandOutcome } from '../../src/process/run-command.ts';
import { digestA } from '../plan/world.ts';

const ok: CommandOutcome = { kind: 'exited', code: 0, stdout: '', stderr: '' };
const failed: CommandOutcome = {
  kind: 'exited',
  code: 1,
  stdout: '#1 booting\n',
  stderr: 'ERROR: no route to docker.io\n',
};
const silent: CommandOutcome = { kind: 'failed', reason: 'docker did not answer in 120 s' };

/** A docker that answers `buildx create` as it is told. */
function docker(create: CommandOutcome): {
  run: (argv: readonly string[]) => Promise<CommandOutcome>;
  lines: string[];
} {
  const lines: string[] = [];
  return {
    lines,
    run: async (argv) => {
      lines.push(argv.join(' '));
      return await Promise.resolve(argv[2] === 'create' ? create : ok);
    },
  };
}

const choice = { kind: 'own', name: 'mine', image: null, reason: '' } as const;
const create = 'docker buildx create --name mine --driver docker-container --driver-opt network=host';

test.each([
  [null, `${create} --bootstrap`],
  [
    `mirror.gcr.io/moby/buildkit@${digestA}`,
    `${create} --driver-opt image=mirror.gcr.io/moby/buildkit@${digestA} --bootstrap`,
  ],
])('a builder with the image %s', async (image, line) => {
  const { run, lines } = docker(ok);
  expect(await bootBuilder({ ...choice, image }, run)).toEqual({ kind: 'booted' });
  expect(lines.filter((one) => one.includes(' create '))).toEqual([line]);
  expect(lines.at(-1)).toBe(line);
});

test.each([
  [failed, '#1 booting\nERROR: no route to docker.io\n'],
  [silent, 'docker did not answer in 120 s'],
])('a builder that does not boot is removed', async (outcome, output) => {
  const { run, lines } = docker(outcome);
  expect(await bootBuilder(choice, run)).toEqual({ kind: 'failed', output });
  expect(lines.at(-1)).toBe('docker buildx rm --force mine');
});

test('a builder is removed by its name, whether it is there or not', async () => {
  const { run, lines } = docker(ok);
  await removeBuilder('mine', run);
  expect(lines).toEqual(['docker buildx rm --force mine']);
});

test('without a docker command buildx is called by itself', async () => {
  const lines: string[] = [];
  const run = async (argv: readonly string[]): Promise<CommandOutcome> => {
    lines.push(argv.join(' '));
    return await Promise.resolve(argv[0] === 'buildx' ? ok : { kind: 'failed', reason: 'docker is not installed' });
  };
  await removeBuilder('mine', run);
  expect(lines).toEqual(['docker buildx rm --force mine', 'buildx rm --force mine']);
});
