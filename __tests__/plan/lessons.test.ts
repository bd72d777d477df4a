import { describe, expect, test } from 'vitest';
import type { Attribution } from '../../src/failure/types.ts';
import type { Strategy } from '../../src/inputs/types.ts';
import { learn, NO_LESSONS, type Lessons } from '../../src/plan/lessons.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planOf } from './question.ts';
import { failureOf, inputsOf } from './world.ts';

const optimal = await planOf({ inputs: inputsOf({ push: 'true' }) });
const atOptimal = { strategy: 'optimal', reason: optimal.reason } as const;

function after(changes: Partial<Attribution>, plan: Plan = optimal): Lessons {
  return learn([{ plan, failure: failureOf(changes) }]);
}

function step(name: string): Attribution['step'] {
  return { kind: 'import', name, number: null };
}

const cut = 'the network failed';

test('no attempt teaches nothing', () => {
  expect(learn([])).toEqual(NO_LESSONS);
});

test.each<[string, Partial<Attribution>, Partial<Lessons>]>([
  ['a base image', { cause: 'base-image', component: 'docker.io' }, { hosts: new Map([['docker.io', cut]]) }],
  [
    'a mirror',
    { cause: 'base-image', component: null, host: 'mirror.gcr.io' },
    { hosts: new Map([['mirror.gcr.io', cut]]) },
  ],
  ['the frontend', { cause: 'frontend', component: 'docker.io' }, { hosts: new Map([['docker.io', cut]]) }],
  ['the SBOM scanner', { cause: 'sbom', component: 'docker.io' }, { hosts: new Map([['docker.io', cut]]) }],
  ['a fetch from nobody knows where', { cause: 'base-image' }, {}],
  ['a push', { class: 'push-failed-transient', cause: 'push', component: 'ghcr.io' }, {}],
  ['a name in a push', { class: 'dns', cause: 'push', component: 'ghcr.io' }, {}],
  ["the builder's image", { cause: 'boot', component: 'docker.io' }, { hosts: new Map([['docker.io', cut]]) }],
  ['a boot', { cause: 'boot' }, { boot: cut }],
])('%s: the strategy stays', (_, failure, lessons) => {
  expect(after(failure)).toEqual({ ...NO_LESSONS, floor: atOptimal, ...lessons });
});

test('an image that no Dockerfile told of is remembered by the name that the step gives it', () => {
  const failure = { cause: 'base-image', component: 'docker.io' } as const;
  const of = (name: string): readonly string[] => after({ ...failure, step: step(name) }).images;
  expect(of('[internal] load metadata for docker.io/library/alpine:3.22')).toEqual(['docker.io/library/alpine:3.22']);
  expect(of('resolve image config for docker-image://docker.io/docker/dockerfile:1')).toEqual([
    'docker.io/docker/dockerfile:1',
  ]);
  expect(of('[context tools] load metadata for busybox')).toEqual(['docker.io/library/busybox']);
  expect(of('[internal] load metadata for docker.io/library/golang:1.24')).toEqual([]);
  expect(of('[stage-0 1/2] FROM docker.io/library/alpine:3.22')).toEqual([]);
});

test('a builder of the user that is lost: the strategy stays', () => {
  const plan: Plan = { ...optimal, builder: { kind: 'current', name: 'cluster', driver: 'remote' } };
  const lost = { ...NO_LESSONS, builders: new Map([['cluster', cut]]), floor: atOptimal };
  expect(after({ class: 'builder' }, plan)).toEqual(lost);
  expect(after({ cause: 'boot' }, plan)).toEqual({ ...lost, boot: cut });
  const hosts = new Map([['docker.io', cut]]);
  const container: Plan = { ...optimal, builder: { kind: 'current', name: 'cluster', driver: 'docker-container' } };
  expect(after({ cause: 'boot', component: 'docker.io' }, container)).toEqual({
    ...NO_LESSONS,
    hosts,
    floor: atOptimal,
  });
  // A cluster's API server is no registry, so no other source could cure its boot.
  const cluster: Plan = { ...optimal, builder: { kind: 'current', name: 'cluster', driver: 'kubernetes' } };
  const unbooted = after({ class: 'builder', cause: 'boot', component: 'k8s.corp.example:6443' }, cluster);
  expect(unbooted).toMatchObject({ builders: new Map([['cluster', cut]]), hosts: new Map() });
  const inUse: Plan = { ...plan, builder: { kind: 'current', name: null, driver: 'docker-container' } };
  expect(after({ cause: 'boot' }, inUse).builders).toEqual(new Map([['', cut]]));
});

test('a boot that fails again after its host was avoided is given up', () => {
  const failure = failureOf({ cause: 'boot', component: 'docker.io' });
  const attempts = [failure, failure].map((one) => ({ plan: optimal, failure: one }));
  expect(learn(attempts)).toEqual({ ...NO_LESSONS, hosts: new Map([['docker.io', cut]]), boot: cut, floor: atOptimal });
});

describe('caches', () => {
  const without = (...backends: ('local' | 'gha' | 'registry')[]): Lessons => {
    const all = new Map(backends.map((backend) => [backend, cut]));
    return { ...NO_LESSONS, imports: all, exports: all, floor: atOptimal };
  };

  test.each<[string, Partial<Attribution>, Lessons]>([
    ['by class', { class: 'gha-cache' }, without('gha')],
    ['by component', { cause: 'cache-import', component: 'gha-cache' }, without('gha')],
    [
      'gha, by step',
      { class: 'timeout', cause: 'cache-import', step: step('importing cache manifest from gha:1234567') },
      without('gha'),
    ],
    ['gha export, by step', { cause: 'cache-export', step: step('exporting to GitHub Actions Cache') }, without('gha')],
    [
      'local, by step',
      { cause: 'cache-import', step: step('importing cache manifest from local:99') },
      without('local'),
    ],
    [
      'local export, by step',
      { cause: 'cache-export', step: step('exporting cache to client directory') },
      without('local'),
    ],
    [
      'registry, by reference',
      { cause: 'cache-import', step: step('importing cache manifest from ghcr.io/acme/api:cache') },
      without('registry'),
    ],
    [
      'registry on this machine',
      { cause: 'cache-import', step: step('importing cache manifest from localhost:5000/api:cache') },
      without('registry'),
    ],
    [
      'registry, by component',
      { cause: 'cache-import', component: 'ghcr.io', step: step('[build 2/3] RUN make') },
      without('registry'),
    ],
    [
      'nobody knows which',
      { cause: 'cache-import', step: step('[build 2/3] RUN make') },
      without('gha', 'registry', 'local'),
    ],
  ])('%s', (_, failure, lessons) => {
    expect(after(failure)).toEqual(lessons);
  });
});

describe('several registry caches', () => {
  const references = ['ghcr.io/acme/api:cache', 'ghcr.io/acme/base:cache', 'quay.io/acme/api:cache'];
  const given = references.map((reference) => `type=registry,ref=${reference}`);
  const plan: Plan = {
    ...optimal,
    caches: given.map((value) => ({
      backend: 'registry',
      direction: 'import',
      value,
      reason: 'as given',
      given: value,
    })),
  };
  const dropped = (failure: Partial<Attribution>): readonly string[] => {
    const { imports, exports, cacheReferences } = after({ cause: 'cache-import', ...failure }, plan);
    return [...imports.keys(), ...exports.keys(), ...cacheReferences.keys()];
  };

  test.each<[string, Partial<Attribution>, readonly string[]]>([
    [
      'the one that the step names',
      { step: step(`importing cache manifest from ${references[0]}`) },
      ['ghcr.io/acme/api:cache'],
    ],
    [
      'the one that the request names',
      {
        component: 'ghcr.io',
        evidence: ['failed to copy: unexpected status from GET request to https://ghcr.io/v2/acme/base/blobs/x: 503'],
      },
      ['ghcr.io/acme/base:cache'],
    ],
    ['those of the host', { component: 'ghcr.io' }, ['ghcr.io/acme/api:cache', 'ghcr.io/acme/base:cache']],
    ['all, where nobody knows', { component: null, step: step('importing cache manifest') }, ['registry', 'registry']],
  ])('%s', (_, failure, keys) => {
    expect(dropped(failure)).toEqual(keys);
  });
});

describe('one strategy down', () => {
  test.each<[Strategy, Strategy]>([
    ['optimal', 'resilient'],
    ['resilient', 'conservative'],
    ['conservative', 'emergency'],
    ['emergency', 'emergency'],
  ])('from %s to %s', (strategy, lower) => {
    const lessons = after({ class: 'package-mirror' }, { ...optimal, strategy });
    expect(lessons).toEqual({ ...NO_LESSONS, floor: { strategy: lower, reason: cut } });
  });

  test('a Go proxy that failed is also put last', () => {
    const lessons = after({ class: 'go-proxy', component: 'proxy.golang.org' });
    const goProxies = new Map([['proxy.golang.org', cut]]);
    expect(lessons).toEqual({ ...NO_LESSONS, goProxies, floor: { strategy: 'resilient', reason: cut } });
  });

  test('a strategy that was left for want of a source is not gone back to', () => {
    const rescued: Plan = { ...optimal, strategy: 'resilient', reason: 'golang:1.24 has no healthy source' };
    const failure = failureOf({ cause: 'base-image', component: 'docker.io' });
    expect(learn([{ plan: rescued, failure }]).floor).toEqual({
      strategy: 'resilient',
      reason: 'golang:1.24 has no healthy source',
    });
  });
});
