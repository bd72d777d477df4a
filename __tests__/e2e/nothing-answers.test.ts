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
  expect(result.durationMs).toBeLessThan(15_000);
  await expectFailed(lab, result, {
    class: 'registry-unavailable',
    component: 'docker.io',
    step: 'load metadata for docker.io/library/alpine:3.22',
    strategy: 'emergency',
    attempts: 3,
    score: 15,
    ghaCache: false,
    registries: '',
    headline: 'Dockerfile:1 Docker Hub refused the connection on alpine:3.22 (registry-unavailable, tried 3 times)',
    advice: /./,
  });
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
