import { expect, test } from 'vitest';
import { CACHE_BACKENDS, STRATEGIES, type Strategy } from '../../src/inputs/types.ts';
import { chooseCaches, type CacheFacts } from '../../src/plan/caches.ts';

const allUp: CacheFacts = {
  backends: CACHE_BACKENDS,
  exportable: true,
  local: { source: '/c/current', destination: '/c/next', problem: null },
  gha: { read: null, write: null, scope: 'api' },
  registry: { reference: 'ghcr.io/acme/api:cache', read: null, write: null },
  failed: { imports: new Map(), exports: new Map() },
};

/** What is on the line: `from` and `to`, in its order. */
function line(strategy: Strategy, facts: CacheFacts): { from: string[]; to: string[] } {
  const caches = chooseCaches(strategy, facts);
  const values = (direction: 'import' | 'export'): string[] =>
    caches.flatMap((cache) => (cache.direction === direction && cache.value !== null ? [cache.value] : []));
  return { from: values('import'), to: values('export') };
}

const local = { from: 'type=local,src=/c/current', to: 'type=local,dest=/c/next,mode=max,ignore-error=true' };
const gha = { from: 'type=gha,scope=api', to: 'type=gha,scope=api,mode=max,ignore-error=true' };
const registry = {
  from: 'type=registry,ref=ghcr.io/acme/api:cache',
  to: 'type=registry,ref=ghcr.io/acme/api:cache,mode=max,ignore-error=true',
};

const noGha: CacheFacts = { ...allUp, gha: { ...allUp.gha, read: 'HTML 400', write: 'HTML 400' } };
const noRegistry: CacheFacts = { ...allUp, registry: { ...allUp.registry, read: '503', write: '503' } };
const neither: CacheFacts = { ...noGha, registry: noRegistry.registry };
const noImage: CacheFacts = { ...allUp, registry: { reference: null, read: null, write: null } };
const noGhaNoImage: CacheFacts = { ...noGha, registry: noImage.registry };
const readOnly: CacheFacts = {
  ...allUp,
  gha: { ...allUp.gha, write: 'a fork' },
  registry: { ...allUp.registry, write: 'only written by builds that push' },
};
const writeOnly: CacheFacts = { ...allUp, gha: { ...allUp.gha, read: 'write-only' } };
const firstBuild: CacheFacts = { ...allUp, local: { ...allUp.local, source: null } };
const fullDisk: CacheFacts = { ...allUp, local: { source: null, destination: '/c/next', problem: 'EACCES' } };
const poorBuilder: CacheFacts = { ...allUp, exportable: false };
const ghaFailed: CacheFacts = {
  ...allUp,
  failed: { imports: new Map([['gha', 'blob 503']]), exports: new Map([['gha', 'blob 503']]) },
};
const registryFailed: CacheFacts = {
  ...allUp,
  failed: { imports: new Map([['registry', 'blob 503']]), exports: new Map([['registry', 'blob 503']]) },
};

test.each<[string, Strategy, CacheFacts, string[], string[]]>([
  ['all up', 'optimal', allUp, [local.from, gha.from, registry.from], [local.to, registry.to, gha.to]],
  ['all up', 'resilient', allUp, [local.from, registry.from], [local.to, registry.to]],
  ['all up', 'conservative', allUp, [local.from], [local.to]],
  ['all up', 'emergency', allUp, [], []],
  ['gha down', 'optimal', noGha, [local.from, registry.from], [local.to, registry.to]],
  ['gha down', 'resilient', noGha, [local.from, registry.from], [local.to, registry.to]],
  ['gha down', 'conservative', noGha, [local.from], [local.to]],
  ['registry down', 'optimal', noRegistry, [local.from, gha.from], [local.to, gha.to]],
  ['registry down', 'resilient', noRegistry, [local.from, gha.from], [local.to, gha.to]],
  ['gha and registry down', 'optimal', neither, [local.from], [local.to]],
  ['gha and registry down', 'resilient', neither, [local.from], [local.to]],
  ['no image', 'optimal', noImage, [local.from, gha.from], [local.to, gha.to]],
  ['no image', 'resilient', noImage, [local.from, gha.from], [local.to, gha.to]],
  ['gha down, no image', 'resilient', noGhaNoImage, [local.from], [local.to]],
  ['read-only', 'optimal', readOnly, [local.from, gha.from, registry.from], [local.to]],
  ['read-only', 'resilient', readOnly, [local.from, registry.from], [local.to]],
  ['gha write-only', 'optimal', writeOnly, [local.from, registry.from], [local.to, registry.to, gha.to]],
  ['nothing kept yet', 'optimal', firstBuild, [gha.from, registry.from], [local.to, registry.to, gha.to]],
  ['no place for a local cache', 'conservative', fullDisk, [], []],
  ['a builder that exports nothing', 'optimal', poorBuilder, [local.from, registry.from], []],
  ['gha failed a build', 'optimal', ghaFailed, [local.from, registry.from], [local.to, registry.to]],
  ['the registry cache failed a build', 'resilient', registryFailed, [local.from, gha.from], [local.to, gha.to]],
])('%s, %s', (_, strategy, facts, from, to) => {
  expect(line(strategy, facts)).toEqual({ from, to });
});

test('every backend has its word in both directions, whatever the strategy', () => {
  for (const strategy of STRATEGIES) {
    expect(chooseCaches(strategy, allUp).map(({ backend, direction }) => `${direction} ${backend}`)).toEqual([
      'import local',
      'import gha',
      'import registry',
      'export local',
      'export registry',
      'export gha',
    ]);
  }
});

test('a backend that is not to be used is left alone in both directions', () => {
  const facts: CacheFacts = { ...allUp, backends: ['local', 'gha'] };
  expect(line('optimal', facts)).toEqual({ from: [local.from, gha.from], to: [local.to, gha.to] });
  expect(line('resilient', facts)).toEqual({ from: [local.from, gha.from], to: [local.to, gha.to] });
  expect(line('optimal', { ...allUp, backends: [] })).toEqual({ from: [], to: [] });
  const left = chooseCaches('optimal', facts).filter(({ value }) => value === null);
  expect(left.map(({ backend, reason }) => `${backend}: ${reason}`)).toEqual([
    'registry: not among CACHE_BACKENDS',
    'registry: not among CACHE_BACKENDS',
  ]);
});

test('what is left out says why', () => {
  const facts: CacheFacts = { ...neither, local: { ...allUp.local, source: null } };
  expect(chooseCaches('resilient', facts).map(({ reason }) => reason)).toEqual([
    'nothing is cached here yet',
    'HTML 400',
    'not used by the strategy resilient',
    'for the next build here',
    'not used by the strategy resilient',
    'HTML 400',
  ]);
});

test('a path with a comma or a quote in it is one field of the attributes', () => {
  const facts = { ...allUp, local: { source: '/c,d/current', destination: '/c"d/next', problem: null } };
  expect(line('conservative', facts)).toEqual({
    from: ['type=local,"src=/c,d/current"'],
    to: ['type=local,"dest=/c""d/next",mode=max,ignore-error=true'],
  });
});
