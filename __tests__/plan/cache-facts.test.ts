import { expect, test } from 'vitest';
import { answered, down } from '../../src/health/observation.ts';
import { cacheFactsOf, cacheReference, cacheScope } from '../../src/plan/cache-facts.ts';
import { emptyLocalCache } from './question.ts';
import { healthOf, inputsOf } from './world.ts';

const pushing = inputsOf({ push: 'true' });

test('all up: everything may be read and written', async () => {
  expect(cacheFactsOf(pushing, await healthOf(), emptyLocalCache)).toEqual({
    backends: ['local', 'gha', 'registry'],
    local: emptyLocalCache,
    gha: { read: null, write: null, scope: 'api' },
    registry: { reference: 'ghcr.io/acme/api:cache', read: null, write: null },
  });
});

test.each([
  ['a build that pushes writes it', pushing, {}, { read: null, write: null }],
  ['one that does not, reads it', inputsOf(), {}, { read: null, write: 'only written by builds that push' }],
  [
    'its registry is slow',
    pushing,
    { 'ghcr.io': answered(2100, 'yes') },
    { read: 'too slow to be asked (2.1 s): yes', write: null },
  ],
  [
    'its registry is down',
    pushing,
    { 'ghcr.io': down('503 from ghcr.io') },
    { read: '503 from ghcr.io', write: '503 from ghcr.io' },
  ],
  ['another registry is down', pushing, { 'docker.io': down('503') }, { read: null, write: null }],
])('registry cache: %s', async (_, inputs, observations, expected) => {
  const { registry } = cacheFactsOf(inputs, await healthOf(observations), emptyLocalCache);
  expect(registry).toEqual({ reference: 'ghcr.io/acme/api:cache', ...expected });
});

test('a registry cache elsewhere is judged by its own host', async () => {
  const inputs = inputsOf({ push: 'true', 'cache-registry-ref': 'registry.corp.example:5000/cache/api:main' });
  const target = { host: 'registry.corp.example:5000', repository: 'cache/api', reference: 'main' };
  const dead = await healthOf({ [target.host]: down('refused') }, { targets: [target] });
  const alive = await healthOf({ [target.host]: answered(5, 'yes') }, { targets: [target] });
  const reference = 'registry.corp.example:5000/cache/api:main';
  expect(cacheFactsOf(inputs, dead, emptyLocalCache).registry).toEqual({
    reference,
    read: 'refused',
    write: 'refused',
  });
  expect(cacheFactsOf(inputs, alive, emptyLocalCache).registry).toEqual({ reference, read: null, write: null });
});

test.each([
  [
    'outside Actions',
    {},
    { cacheService: null, cacheRights: null },
    'not running in GitHub Actions',
    'not running in GitHub Actions',
  ],
  ['down', { 'gha-cache': down('HTML') }, {}, 'HTML', 'HTML'],
  ['slow', { 'gha-cache': answered(2100, 'yes') }, {}, 'too slow to be asked (2.1 s): yes', null],
  ['a fork', {}, { cacheRights: { read: true, write: false, reason: 'a fork' } }, null, 'a fork'],
  ['no rights', {}, { cacheRights: { read: false, write: false, reason: 'expired' } }, 'expired', 'expired'],
  ['write-only', {}, { cacheRights: { read: false, write: true, reason: null } }, 'not allowed', null],
])('Actions cache: %s', async (_, observations, question, read, write) => {
  const { gha } = cacheFactsOf(pushing, await healthOf(observations, question), emptyLocalCache);
  expect(gha).toEqual({ scope: 'api', read, write });
});

test.each([
  [{ service: 'api' }, 'api'],
  [{ service: 'team/api' }, 'team-api'],
  [{ service: '' }, 'api'],
  [{ service: '', image: '', mode: 'health' }, 'build'],
  [{ platforms: 'linux/amd64,linux/arm64' }, 'api-linux-amd64-linux-arm64'],
])('the scope of %j is %s', (flags, scope) => {
  expect(cacheScope(inputsOf(flags))).toBe(scope);
});

test.each([
  [{}, 'ghcr.io/acme/api:cache'],
  [{ image: '', mode: 'health' }, null],
  [{ 'cache-registry-ref': 'quay.io/a/b' }, 'quay.io/a/b'],
])('the registry cache of %j is %s', (flags, reference) => {
  expect(cacheReference(inputsOf(flags))).toBe(reference);
});
