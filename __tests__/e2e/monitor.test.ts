import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkout, givenInputs, TINY, unavailable, useLab } from './world.ts';
import type { ActionResult } from '../lab/host/runner.ts';

const world = useLab();

/** One check of a repository whose Dockerfile needs Docker Hub, and nothing else. */
async function check(): Promise<ActionResult> {
  const inputs = {
    mode: 'monitor',
    image: '',
    service: '',
    context: '.',
    version: 'latest',
    push: false,
    'github-token': 'secret',
  };
  const { lab } = world;
  // Without a look at what is left: the toolkit of the Actions cache leaves an empty folder.
  const result = await lab.run({ inputs: givenInputs(lab, inputs) });
  expect(result.exitCode, result.log).toBe(0);
  return result;
}

test('a needed service is down three times, then up: an issue is opened, brought up to date and closed', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  // quay.io is down as well, and nobody is told: nothing here needs it.
  await lab.faults([unavailable('registry-1.docker.io'), unavailable('quay.io')]);
  expect((await check()).outputs['issue']).toBeUndefined();
  expect((await check()).outputs['issue']).toBeUndefined();
  const third = await check();
  expect(third.outputs['issue']).toBe('1');
  const badge = JSON.parse(await readFile(third.outputs['badge'] ?? '', 'utf8')) as unknown;
  expect(badge).toMatchObject({ schemaVersion: 1, message: 'Docker Hub down', color: 'red' });
  expect((await check()).log).toContain('Issue #1: update');
  await lab.faults([]);
  expect((await check()).log).toContain('Issue #1: closed, all is well again');

  const written = (await lab.requests()).filter(({ host, method }) => host === 'api.github.com' && method !== 'GET');
  expect(written.map(({ method, path }) => `${method} ${path.replace(/^\/repos\/[^/]+\/[^/]+/, '')}`)).toEqual([
    'POST /issues',
    'PATCH /issues/1',
    'POST /issues/1/comments',
    'PATCH /issues/1',
  ]);
  expect(JSON.parse(written[0]?.body ?? '')).toMatchObject({ title: 'Build infrastructure: Docker Hub is down' });
  expect(JSON.parse(written.at(-1)?.body ?? '')).toMatchObject({ state: 'closed' });
});
