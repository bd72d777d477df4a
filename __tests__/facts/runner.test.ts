import { expect, test } from 'vitest';
import { runnerFrom } from '../../src/facts/runner.ts';

const token = 'eyJ';
const results = 'https://results-receiver.actions.githubusercontent.com/';
const legacy = 'https://acghubeus1.actions.githubusercontent.com/abc/';

test('outside Actions nothing is known', () => {
  expect(runnerFrom({ HOME: '/root' })).toMatchObject({
    inActions: false,
    cacheService: null,
    cacheMode: '',
    repository: null,
    sha: null,
    runUrl: null,
  });
});

test('a hosted runner', () => {
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'acme/api',
    GITHUB_RUN_ID: '42',
    GITHUB_SHA: 'abc',
    ACTIONS_RUNTIME_TOKEN: token,
    ACTIONS_RESULTS_URL: results,
    ACTIONS_CACHE_URL: legacy,
    ACTIONS_CACHE_SERVICE_V2: 'True',
    ACTIONS_CACHE_MODE: 'read',
  };
  expect(runnerFrom(env)).toMatchObject({
    inActions: true,
    cacheService: { version: 2, url: results, token },
    cacheMode: 'read',
    repository: 'acme/api',
    sha: 'abc',
    runUrl: 'https://github.example/acme/api/actions/runs/42',
  });
});

test.each<[string, Record<string, string>, object | null]>([
  [
    'version 2',
    { ACTIONS_CACHE_SERVICE_V2: '1', ACTIONS_RESULTS_URL: results, ACTIONS_CACHE_URL: legacy },
    { version: 2, url: results, token },
  ],
  ['version 1', { ACTIONS_RESULTS_URL: results, ACTIONS_CACHE_URL: legacy }, { version: 1, url: legacy, token }],
  [
    'version 2 switched off',
    { ACTIONS_CACHE_SERVICE_V2: 'false', ACTIONS_CACHE_URL: legacy },
    { version: 1, url: legacy, token },
  ],
  [
    'version 2 without a URL',
    { ACTIONS_CACHE_SERVICE_V2: 'true', ACTIONS_CACHE_URL: legacy },
    { version: 1, url: legacy, token },
  ],
  ['no URL', { ACTIONS_CACHE_SERVICE_V2: 'true' }, null],
  [
    'no token, as in a plain run: step',
    { ACTIONS_RUNTIME_TOKEN: '', ACTIONS_CACHE_SERVICE_V2: 'true', ACTIONS_RESULTS_URL: results },
    null,
  ],
])('cache service: %s', (_, env, service) => {
  expect(runnerFrom({ ACTIONS_RUNTIME_TOKEN: token, ...env }).cacheService).toEqual(service);
});
