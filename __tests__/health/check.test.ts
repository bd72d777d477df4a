import { describe, expect, test } from 'vitest';
import { createBoard, type Board } from '../../src/health/board.ts';
import {
  haveTargetsAnswered,
  judge,
  scoreBounds,
  startServiceChecks,
  type HealthQuestion,
} from '../../src/health/check.ts';
import { registryHealth } from '../../src/health/health.ts';
import { needOf } from '../../src/health/needs.ts';
import { answered, down, type Observation } from '../../src/health/observation.ts';
import { upstreamKey, type ImageNeed } from '../../src/health/probe-image.ts';
import { upstream, healthOf, someCacheService } from '../plan/world.ts';

const rights = { read: true, write: true, reason: null };
const asked: HealthQuestion = {
  cacheService: someCacheService,
  cacheRights: rights,
  needs: [],
  targets: [],
  goProxies: [],
  mirrorsOnly: false,
  timeoutMs: 1000,
};
const golang: ImageNeed = needOf(
  { registry: 'docker.io', repository: 'library/golang', tag: '1.24', digest: null },
  [],
  {
    mirrors: { custom: [], mirrorsOnly: true },
    memory: new Map(),
    lock: new Map(),
  },
);
const alpine: ImageNeed = { ...golang, key: 'docker.io/library/alpine' };

async function boardOf(answers: Readonly<Record<string, unknown>>): Promise<Board> {
  const board = createBoard();
  for (const [key, answer] of Object.entries(answers)) await board.track(key, Promise.resolve(answer));
  return board;
}

const well: Readonly<Record<string, Observation>> = Object.fromEntries(
  ['gha-cache', 'docker.io', 'gcr.io', 'ghcr.io', 'quay.io', 'registry.k8s.io', 'dns', 'internet']
    .concat('https://proxy.golang.org', 'https://goproxy.cn', 'https://goproxy.io')
    .map((key) => [key, answered(20, `${key} answered`)]),
);

describe('what is available', () => {
  test('all well', async () => {
    const { ghaCacheAvailable, availableRegistries, score } = await healthOf();
    expect({ ghaCacheAvailable, availableRegistries, total: score.total }).toEqual({
      ghaCacheAvailable: true,
      availableRegistries: ['gcr.io', 'docker.io', 'ghcr.io', 'quay.io', 'registry.k8s.io'],
      total: 100,
    });
  });

  test('all well but docker.io: the example of the documentation', async () => {
    const { availableRegistries, score } = await healthOf({
      'docker.io': down('503'),
      'https://goproxy.io': down('403'),
    });
    expect([availableRegistries, score.total]).toEqual([['gcr.io', 'ghcr.io', 'quay.io', 'registry.k8s.io'], 85]);
  });

  test('outside Actions there is no cache, and no loss', async () => {
    const health = await healthOf({}, { cacheService: null, cacheRights: null });
    expect([health.ghaCacheAvailable, health.services['gha-cache'], health.score.total]).toEqual([false, null, 100]);
  });

  test('a cache that may not be read is none', async () => {
    const health = await healthOf({}, { cacheRights: { read: false, write: false, reason: 'expired' } });
    expect([health.ghaCacheAvailable, health.score.total]).toEqual([false, 100]);
  });

  test('nothing at all', async () => {
    const nothing = Object.fromEntries(Object.keys(well).map((key) => [key, down('gone')]));
    const { ghaCacheAvailable, availableRegistries, score } = await healthOf(nothing);
    expect([ghaCacheAvailable, availableRegistries, score.total]).toEqual([false, [], 0]);
  });
});

describe('a registry that the build needs', () => {
  test('is judged by the worst of its images', async () => {
    const board = await boardOf({
      ...well,
      [upstreamKey(golang)]: upstream('docker.io'),
      [upstreamKey(alpine)]: upstream('docker.io', { state: 'limited', evidence: 'no pulls left' }),
    });
    const health = judge({ ...asked, needs: [golang, alpine] }, board, 100, 0);
    expect(health.services['docker.io']).toEqual({ state: 'limited', latencyMs: 50, evidence: 'no pulls left' });
    expect(health.score.total).toBe(85);
  });

  test('is down while one of them is silent', async () => {
    const board = await boardOf({ ...well, [upstreamKey(golang)]: upstream('docker.io') });
    const health = judge({ ...asked, needs: [golang, alpine] }, board, 2500, 0);
    expect(health.services['docker.io']).toEqual({
      state: 'down',
      latencyMs: null,
      evidence: 'docker.io: no answer in 2.5 s',
    });
  });
});

describe('registries that are written to', () => {
  const target = { host: 'registry.corp.example', repository: 'api', reference: 'v1' };

  test('are known by their host, and weigh nothing', async () => {
    const health = await healthOf(
      { [target.host]: down('refused') },
      { targets: [target, { ...target, reference: 'cache' }] },
    );
    expect(health.targets).toEqual({ 'registry.corp.example': down('refused') });
    expect(health.score.total).toBe(100);
    expect(registryHealth(health, 'registry.corp.example')).toEqual(down('refused'));
    expect(registryHealth(health, 'ghcr.io')?.state).toBe('up');
    expect(registryHealth(health, 'elsewhere.example')).toBeNull();
  });

  test.each<[string, HealthQuestion['targets'], readonly ImageNeed[], Readonly<Record<string, unknown>>, boolean]>([
    ['nobody', [], [], {}, true],
    ['another host, silent', [target], [], {}, false],
    ['another host', [target], [], { [target.host]: down('x') }, true],
    ['a fixed one', [{ ...target, host: 'ghcr.io' }], [], { 'ghcr.io': answered(1, '') }, true],
    ['a needed one, silent', [{ ...target, host: 'docker.io' }], [golang], {}, false],
    [
      'a needed one',
      [{ ...target, host: 'docker.io' }],
      [golang],
      { [upstreamKey(golang)]: upstream('docker.io') },
      true,
    ],
  ])('have answered: %s', async (_, targets, needs, answers, yes) => {
    expect(haveTargetsAnswered({ ...asked, targets, needs }, await boardOf(answers))).toBe(yes);
  });
});

test('the scores that are still possible', async () => {
  expect(scoreBounds(asked, await boardOf({}))).toEqual({ best: 100, worst: 0 });
  expect(scoreBounds(asked, await boardOf({ 'docker.io': down('503') }))).toEqual({ best: 85, worst: 0 });
  expect(scoreBounds(asked, await boardOf(well))).toEqual({ best: 100, worst: 100 });
  const rest = Object.entries(well).filter(([key]) => key !== 'quay.io');
  expect(scoreBounds(asked, await boardOf(Object.fromEntries(rest)))).toEqual({ best: 100, worst: 95 });
});

test('everything is asked at once: each fixed service, each proxy, each target once, what the build needs not twice', () => {
  const board = createBoard();
  const silence = (): Promise<never> => new Promise(() => undefined);
  const registry = { headManifest: silence, getManifest: silence, getBlobRange: silence };
  const ports = {
    registry,
    http: { request: silence, dispose: () => undefined },
    lookup: () => () => undefined,
    now: () => 0,
  };
  const targets = [
    { host: 'ghcr.io', repository: 'acme/api', reference: 'v1' },
    { host: 'registry.corp.example', repository: 'api', reference: 'v1' },
    { host: 'registry.corp.example', repository: 'api', reference: 'cache' },
  ];
  const question = { ...asked, needs: [golang], targets, goProxies: ['https://go.corp.example', 'https://goproxy.cn'] };
  startServiceChecks(question, ports, board, new AbortController().signal);
  expect(board.pending()).toEqual([
    'gha-cache',
    ...['gcr.io', 'ghcr.io', 'quay.io', 'registry.k8s.io', 'registry.corp.example'],
    ...['https://go.corp.example', 'https://goproxy.cn', 'https://proxy.golang.org', 'https://goproxy.io'],
    ...['dns', 'internet'],
  ]);
});
