import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ALL_REGISTRIES, commandOf, expectOutputs, expectPushed, expectSummary, TAG } from './expectations.ts';
import { cachePath, checkout, runAction, TINY, TINY_OUTPUT, unavailable, useLab } from './world.ts';

const world = useLab();

test('mode health: only the check and its outputs', async () => {
  const { lab } = world;
  await lab.faults([unavailable('registry-1.docker.io')]);
  // A workspace without any sources: a gate before the checkout.
  const result = await runAction(lab, { mode: 'health', image: '', service: '' });
  expect(result.exitCode, result.log).toBe(0);
  await expectOutputs(result, {
    score: 85,
    registries: 'gcr.io ghcr.io quay.io registry.k8s.io',
    strategy: 'optimal',
    attempts: 0,
  });
  expect(result.log).toContain('Infrastructure health score: 85/100 (85%)');
  expect(result.log).toContain(
    'gha-cache 15/15 + docker.io 0/15 + gcr.io 10/10 + ghcr.io 10/10 + quay.io 5/5 + registry.k8s.io 5/5 + ' +
      'go-proxies 15/15 + dns 15/15 + internet 10/10 = 85/100',
  );
  expect(result.log).not.toContain('Attempt');
  expectSummary(result, [
    '### ⚠️ Infrastructure health 85/100 (85%) · a build would use the strategy optimal',
    '- GHA Cache: true',
    '- Available Registries: gcr.io ghcr.io quay.io registry.k8s.io',
    /^\| docker\.io \| 0\/15 \| ⚠️ down \|/,
  ]);
  expect(await lab.inspectRemote(TAG)).toBeNull();
  expect(await writes()).toEqual([]);
});

test('reports from job to job: a trend from the third build on, and stats over all of them', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const summaries: string[] = [];
  for (const faults of [[], [unavailable('registry-1.docker.io')], []]) {
    // Each job is on a runner of its own: what it knows of the others is in the Actions cache.
    await rm(cachePath(lab), { recursive: true, force: true });
    await lab.faults(faults);
    const result = await runAction(lab, { push: false, 'reports-persist': true, 'cache-backends': '' });
    expect(result.exitCode, result.log).toBe(0);
    summaries.push(result.summary);
  }
  expect(summaries.map((summary) => summary.includes('### Trend'))).toEqual([false, false, true]);
  expect(summaries[2]).toMatch(/^Of the last 3 builds 3 succeeded, 1 of them after a recovery; half of them took /m);
  const stats = await lab.cli(['stats', path.join(cachePath(lab), 'reports'), '--json']);
  expect(stats.exitCode, stats.log).toBe(0);
  expect(JSON.parse(stats.stdout)).toMatchObject({ runs: 3, ends: { built: 2, recovered: 1 }, skipped: 0 });
});

test('a forced strategy: emergency builds without any cache, in the best of health', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const result = await runAction(lab, { strategy: 'emergency' });
  await expectPushed(lab, result, { prints: TINY_OUTPUT, strategy: 'emergency', registries: ALL_REGISTRIES });
  expect(commandOf(result)).toMatch(/ --no-cache /);
  expect(commandOf(result)).not.toContain('--cache-');
  expectSummary(result, ['| Strategy | emergency: forced by the input strategy |']);
});

test('bad input: every problem at once, before any probe or build', async () => {
  const { lab } = world;
  await lab.clearRequests();
  const inputs = {
    image: 'ghcr.io/Acme/api',
    version: 'v 1',
    platforms: 'linux/amd46,linux/arm64',
    push: 'perhaps',
    file: 'docker/Dockerfile.nope',
    strategy: 'fast',
    'max-retry-attempts': 'many',
    'threshold-optimal': 50,
    mirrors: 'docker.io=https://registry.corp.example',
  };
  const result = await runAction(lab, inputs, { env: { BUILD_TIMEOUT_OPTIMAL: '40m' } });
  expect(result.exitCode).toBe(1);
  const errors = result.commands.filter(({ name }) => name === 'error').map(({ message }) => message.split('\n'));
  expect(errors).toHaveLength(1);
  const [title, ...problems] = errors[0] ?? [];
  expect(title).toBe('Nothing was started:');
  expect(problems.toSorted()).toEqual([
    '- BUILD_TIMEOUT_OPTIMAL: "40m" is not a whole number of seconds from 1 to 2147483',
    '- input file: Dockerfile "docker/Dockerfile.nope" does not exist',
    '- input image: "ghcr.io/Acme/api" is not an image name: "Acme/api" must be lower case: "acme/api"',
    '- input max-retry-attempts: "many" is not a whole number from 1 to 100',
    '- input mirrors: "docker.io=https://registry.corp.example": write "registry.corp.example" without "https://"',
    '- input platforms: unknown platform "linux/amd46"; did you mean linux/amd64?',
    '- input push: "perhaps" is neither true nor false',
    '- input strategy: "fast" is not one of auto, optimal, resilient, conservative, emergency',
    '- input version: "v 1" is not a tag; letters, digits, "_", "." and "-" make one, at most 128, not starting with "." or "-"',
    '- thresholds must descend: input threshold-optimal 50, input threshold-resilient 60, input threshold-conservative 40',
  ]);
  expect(result.outputs).toEqual({});
  expect(result.exported).toEqual({});
  expect(await lab.requests()).toEqual([]);

  const missing = await lab.run({ inputs: { context: 'nowhere', service: 'api' } });
  expect(missing.exitCode).toBe(1);
  expect(missing.commands.find(({ name }) => name === 'error')?.message.split('\n')).toEqual([
    'Nothing was started:',
    '- image is empty: name the image to build, such as ghcr.io/acme/api',
    '- input context: directory "nowhere" does not exist',
  ]);
  expect(await lab.requests()).toEqual([]);
});

/** Requests that wanted to change something at a registry. */
async function writes(): Promise<readonly unknown[]> {
  const requests = await world.lab.requests();
  return requests.filter(({ method, path }) => path.startsWith('/v2/') && method !== 'GET' && method !== 'HEAD');
}
