import { readFile } from 'node:fs/promises';
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

test('a builder like one of the user’s has its options, its configuration, and an image of its own', async () => {
  const inspected = [
    'Name: cautious\nDriver: docker-container\n\nNodes:\nName: cautious0\nEndpoint: default',
    'Driver Options: env.NO_PROXY="a,b" image="moby/buildkit:v0.25.1"\nBuildKit daemon flags: --debug\nPlatforms: linux/arm64*',
    'File#buildkitd.toml:\n > ca = ["/etc/buildkit/certs/ca.pem"]\nFile#certs/ca.pem:\n > PEM\n',
  ].join('\n');
  const lines: string[] = [];
  let config = '';
  let certificate = '';
  const run = async (argv: readonly string[]): Promise<CommandOutcome> => {
    lines.push(argv.join(' '));
    if (argv[2] === 'inspect') return { ...ok, stdout: inspected };
    const file = argv[argv.indexOf('--buildkitd-config') + 1] ?? '';
    config = await readFile(file, 'utf8');
    certificate = await readFile(/"(.*)"/.exec(config)?.[1] ?? '', 'utf8');
    return ok;
  };
  const image = `mirror.example/moby/buildkit@${digestA}`;
  expect(await bootBuilder({ ...choice, image, like: 'cautious' }, run)).toEqual({ kind: 'booted' });
  expect(lines).toEqual([
    'docker buildx inspect cautious',
    expect.stringMatching(
      new RegExp(
        `^docker buildx create --name mine --driver docker-container --driver-opt image=${image} --bootstrap --buildkitd-config \\S+ --driver-opt "env.NO_PROXY=a,b" --buildkitd-flags --debug --platform linux/arm64 default$`,
      ),
    ) as unknown,
  ]);
  expect(config).toContain('/certs/ca.pem');
  expect(certificate).toBe('PEM\n');
});

test('no builder is made like one that cannot be looked at', async () => {
  const { run, lines } = docker(ok);
  const outcome = await bootBuilder({ ...choice, like: 'many' }, run);
  expect(outcome).toEqual({
    kind: 'failed',
    output: 'the builder many has several nodes, so none is made like it',
  });
  expect(lines).toEqual(['docker buildx inspect many', 'docker buildx rm --force mine']);
});
