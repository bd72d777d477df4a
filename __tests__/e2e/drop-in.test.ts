/** The form of docker/build-push-action on a real engine: the same command in a healthy world, only what is broken changed in an outage. */
import { expect, test } from 'vitest';
import type { InputValues } from '../lab/host/action-inputs.ts';
import type { ActionResult } from '../lab/host/runner.ts';
import { commandOf, expectSummary, TAG } from './expectations.ts';
import { cachePath, checkout, TINY, TINY_OUTPUT, unavailable, useLab } from './world.ts';

const world = useLab();
const given = {
  context: '.',
  tags: TAG,
  push: true,
  'build-args': 'VERSION=v1.4.2',
  'cache-from': 'type=gha',
  'cache-to': 'type=gha,mode=max',
};

async function step(inputs: InputValues): Promise<ActionResult> {
  const result = await world.lab.run({
    timeoutMs: 120_000,
    inputs: { 'cache-local-path': cachePath(world.lab), ...inputs },
  });
  expect((await result.post()).exitCode).toBe(0);
  return result;
}

test('a healthy build: the command is the one that was asked for', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const result = await step({ ...given, secrets: 'TOKEN=hunter22' });
  expect(result.exitCode, result.log).toBe(0);
  const remote = await lab.inspectRemote(TAG);
  expect(result.outputs).toMatchObject({ digest: remote?.digest, attempts: '1' });
  expect(await lab.pullAndRun(TAG)).toBe(TINY_OUTPUT);
  expect(commandOf(result).replaceAll(/(?<=--iidfile |,src=|--metadata-file )\S*\//g, '')).toBe(
    `docker buildx build --build-arg VERSION=v1.4.2 --cache-from type=gha --cache-to type=gha,mode=max,ignore-error=true --iidfile iidfile --secret id=TOKEN,src=secret-1 --tag ${TAG} --metadata-file metadata.json --push .`,
  );
  expect(result.log.replaceAll(/^::add-mask::.*$/gm, '') + result.summary).not.toContain('hunter22');
});

test('Docker Hub and the Actions cache are down: the image comes by digest from elsewhere, and the caches are left out', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults([
    unavailable('registry-1.docker.io'),
    unavailable('results-receiver.actions.githubusercontent.com'),
  ]);
  const result = await step(given);
  expect(result.exitCode, result.log).toBe(0);
  expect(commandOf(result)).toContain('--build-context');
  expect(commandOf(result)).not.toContain('--cache-');
  expectSummary(result, [/the cache import type=gha is left out: .*503/]);
});

test('a check is made once, and what it found is the error', async () => {
  await checkout(world.lab, { Dockerfile: 'FROM alpine:3.22 AS Build\nRUN true\n' });
  const result = await step({ context: '.', call: 'check' });
  expect(result.exitCode).toBe(1);
  expect(result.outputs['attempts']).toBe('1');
  expect(result.log).toMatch(/^::error::Check complete, 1 warning has been found!$/m);
});

test('three builds of one job: the first post step says what became of all, and the others nothing', async () => {
  const { lab } = world;
  await checkout(lab, { ...TINY, 'broken.Dockerfile': 'FROM alpine:3.22\nRUN false\n' });
  const build = async (inputs: InputValues): Promise<ActionResult> =>
    await lab.run({ timeoutMs: 120_000, inputs: { context: '.', ...inputs } });
  const steps = [
    await build({ tags: 'ghcr.io/acme/web:1', push: true }),
    // In the form of its own.
    await build({ image: 'ghcr.io/acme/worker', version: '1', push: true, 'cache-local-path': cachePath(lab) }),
    await build({ tags: 'ghcr.io/acme/cron:1', push: true, file: 'broken.Dockerfile' }),
  ];
  expect(steps.map(({ exitCode, summary }) => ({ exitCode, summary }))).toEqual(
    [0, 0, 1].map((exitCode) => ({ exitCode, summary: '' })),
  );
  // A runner takes the post steps in reverse order.
  const [last, ...others] = steps.toReversed();
  for (const step of [last, ...others]) expect((await step?.post())?.exitCode).toBe(0);
  // Each leads to its own build record, and says nothing else.
  expect(others.map(({ summary }) => /^\n⬇️ .* of `([^`]+)`\): .*\n$/.exec(summary)?.[1])).toEqual([
    'ghcr.io/acme/worker:1',
    'ghcr.io/acme/web:1',
  ]);
  expect(last?.summary).toMatch(/^### ❌ 1 of 3 builds failed\n/);
  for (const name of ['web', 'worker', 'cron']) {
    expect(last?.summary).toMatch(new RegExp(`^\\| .\\u00a0\`ghcr\\.io/acme/${name}:1\` \\| `, 'mu'));
  }
  expect(last?.summary).toMatch(/^### ❌ `ghcr\.io\/acme\/cron:1` not built: broken\.Dockerfile:2 `RUN false` failed/m);
});
