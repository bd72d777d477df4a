import { expect, test } from 'vitest';
import { labHosts } from '../lab/services/hosts.ts';
import { expectFailed, expectSummary } from './expectations.ts';
import { checkout, runAction, TINY, useLab } from './world.ts';

const world = useLab();
const sources = ['registry-1.docker.io', 'mirror.gcr.io', 'public.ecr.aws', 'docker.m.daocloud.io'];

test('everything is refused: red within seconds, with the list of what was tried', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(labHosts.map(({ name }) => ({ host: name, fault: 'refused' })));
  const result = await runAction(lab);
  await expectFailed(lab, result, {
    class: 'registry-unavailable',
    component: 'docker.io',
    step: 'load metadata for docker.io/library/alpine:3.22',
    strategy: 'emergency',
    score: 15,
    ghaCache: false,
    registries: '',
    headline: 'Dockerfile:1 Docker Hub refused the connection on alpine:3.22 (registry-unavailable, not retried)',
    advice: /Take the image from a mirror that serves the same digest, or try again when the registry is back/,
  });
  // Seconds cure nothing where nothing answers; how long a job can afford to wait is for the user to say.
  expect(result.log).toContain('nothing outside of this network answers (outage-wait lets a build wait for it)');
  const tried = new RegExp(sources.map((host) => `${host.replaceAll('.', '\\.')}: connection refused`).join('.*'));
  const lastWords = result.log.slice(result.log.lastIndexOf('::error file='));
  expect(lastWords).toMatch(tried);
  expectSummary(result, [
    tried,
    '### What was down',
    /^\| ghcr\.io \| ghcr\.io: connection refused \| nothing \|/,
    /^Healthy registries: +0\/5$/,
    /^Healthy Go proxies: +0\/3$/,
  ]);
});
