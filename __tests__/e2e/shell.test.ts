import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CommandResult } from '../lab/host/command.ts';
import { nodeForActions, repositoryRoot } from '../lab/host/paths.ts';
import type { StepOptions } from '../lab/host/runner.ts';
import { expectNothingLeft, TAG } from './expectations.ts';
import { cachePath, checkout, TINY, TINY_OUTPUT, unavailable, useLab } from './world.ts';

const world = useLab();
const script = path.join(repositoryRoot, 'scripts/deploy/smart-docker-build.sh');
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** As a user's shell would run it: with the Node that the machine has, which may be older than the action's. */
function shell(args: string, options: StepOptions = {}): Promise<CommandResult> {
  const { lab } = world;
  const own = searchPath.split(':').some((folder) => existsSync(path.join(folder, 'node')));
  const PATH = own ? searchPath : `${path.dirname(nodeForActions())}:${searchPath}`;
  const env = {
    PATH,
    GITHUB_ACTIONS: undefined,
    TMPDIR: lab.job.temp,
    CACHE_LOCAL_PATH: cachePath(lab),
    ...options.env,
  };
  return lab.sh(`${script} ${args}`, { ...options, env });
}

test('it builds and pushes: the summary on stdout, the log on stderr, exit code 0', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults([unavailable('registry-1.docker.io')]);
  const result = await shell('api ghcr.io/acme/api v1.4.2 linux/amd64 true');
  expect(result.exitCode, result.log).toBe(0);
  const digest = (await lab.inspectRemote(TAG))?.digest ?? 'none';
  expect(await lab.pullAndRun(TAG)).toBe(TINY_OUTPUT);

  const instead = 'alpine:3.22 from mirror.gcr.io, same digest';
  const [first] = result.stdout.split('\n');
  expect(first).toMatch(
    new RegExp(`^✅ ${TAG} pushed in [\\d.]+ s as sha256:[0-9a-f]{12}… · recovered: Docker Hub down \\(${instead}\\)$`),
  );
  expect(result.stdout).toContain(`docker pull ghcr.io/acme/api@${digest}`);
  expect(result.stdout).toContain('Build Results');
  expect(result.stdout).toContain('GHA Cache: false (not running in GitHub Actions)');
  expect(result.stdout).toContain('Available Registries: gcr.io ghcr.io quay.io registry.k8s.io');
  expect(result.stdout).not.toMatch(/^#\d+ |▸/m);

  expect(result.stderr).toMatch(/^▸ Infrastructure health {2}85\/100 \(85%\) · optimal +[\d.]+ s$/m);
  expect(result.stderr).toContain('ℹ️ GHA cache service not applicable (not running in GitHub Actions)');
  expect(result.stderr).toMatch(/^▸ Attempt 1 of 3 \(optimal\)$/m);
  expect(result.stderr).toMatch(/^#\d+ \[.*\] RUN echo/m);
  expect(result.stderr).toContain(`Pushed ${TAG}@${digest}`);
  expect(result.log).not.toMatch(/^::/m);
  await expectNothingLeft(lab, cachePath(lab));
});

test('--help fits a screen, with three examples', async () => {
  const result = await shell('--help');
  expect(result.exitCode).toBe(0);
  expect(result.stdout.split('\n').length).toBeLessThan(50);
  expect(result.stdout).toContain('smart-docker-build SERVICE IMAGE VERSION [PLATFORMS] [PUSH]');
  expect(result.stdout.match(/^ {2}smart-docker-build .*ghcr\.io/gm)).toHaveLength(3);
  expect(result.stderr).toBe('');
});

test('health: the check on stdout, exit code 0', async () => {
  const result = await shell('health');
  expect(result.exitCode, result.log).toBe(0);
  expect(result.stdout).toMatch(/^✅ Infrastructure health 100\/100 · a build would use the strategy optimal$/m);
  expect(result.stdout).toContain('✅ docker.io responsive');
});

test('exit code 1: the build failed by its own fault', async () => {
  const { lab } = world;
  await checkout(lab, { Dockerfile: 'FROM alpine:3.22\nCOPY missing.txt /\n' });
  const result = await shell('api ghcr.io/acme/api v1.4.2');
  expect(result.exitCode, result.log).toBe(1);
  expect(result.stdout).toMatch(/^❌ .*Dockerfile:2 COPY missing\.txt \/ failed: "\/missing\.txt": not found/);
  expect(result.stdout).toContain('=== DIAGNOSTIC INFORMATION ===');
  await expectNothingLeft(lab, cachePath(lab));
});

test('exit code 2: wrong usage, every problem named, and nothing is asked or built', async () => {
  const { lab } = world;
  await lab.clearRequests();
  const result = await shell('api ghcr.io/Acme/api v1.4.2 linux/amd46 perhaps');
  expect(result.exitCode).toBe(2);
  expect(result.stdout).toBe('');
  expect(result.stderr).toContain('--image: "ghcr.io/Acme/api" is not an image name');
  expect(result.stderr).toContain('--platforms: unknown platform "linux/amd46"; did you mean linux/amd64?');
  expect(result.stderr).toContain('--push: "perhaps" is neither true nor false');
  expect((await shell('api ghcr.io/acme/api v1 linux/amd64 true more')).exitCode).toBe(2);
  expect((await shell('--no-such-flag')).exitCode).toBe(2);
  expect(await lab.requests()).toEqual([]);
});

test('exit code 3: nothing is left to try', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const env = { MAX_RETRY_ATTEMPTS: '1', DOCKER_HOST: 'unix:///run/nowhere/docker.sock' };
  const result = await shell('api ghcr.io/acme/api v1.4.2', { env });
  expect(result.exitCode, result.log).toBe(3);
  expect(result.durationMs).toBeLessThan(5000);
  expect(result.stdout).toContain('Cannot connect to the Docker daemon');
});
