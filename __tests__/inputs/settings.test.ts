import { describe, expect, test } from 'vitest';
import { inputsOf, problemsOf } from './given.ts';

test('the defaults of the documentation', () => {
  expect(inputsOf().settings).toMatchObject({
    healthCheckTimeoutMs: 30_000,
    maxRetryAttempts: 3,
    outageWaitMs: 0,
    buildTimeoutMs: { optimal: 2_400_000, resilient: 1_800_000, conservative: 1_200_000, emergency: 900_000 },
    cacheLocalPath: '/tmp/cache',
    cacheRegistryRef: null,
    thresholds: { optimal: 80, resilient: 60, conservative: 40 },
    buildkitProgress: null,
    noDefaultAttestations: null,
    debug: false,
    mirrors: [],
    allowUnverifiedMirrors: false,
    goProxies: [],
  });
});

test('an input wins over a variable, a variable over the default, and empty is not given', () => {
  const { settings } = inputsOf(
    { 'health-check-timeout': '5', 'cache-local-path': '  ' },
    { HEALTH_CHECK_TIMEOUT: '7', MAX_RETRY_ATTEMPTS: '9', CACHE_LOCAL_PATH: '/var/cache', THRESHOLD_OPTIMAL: '' },
  );
  expect(settings).toMatchObject({
    healthCheckTimeoutMs: 5000,
    maxRetryAttempts: 9,
    cacheLocalPath: '/var/cache',
    thresholds: { optimal: 80, resilient: 60, conservative: 40 },
  });
});

test('every setting has its variable', () => {
  const { settings } = inputsOf(
    {},
    {
      HEALTH_CHECK_TIMEOUT: '1',
      MAX_RETRY_ATTEMPTS: '2',
      OUTAGE_WAIT: '900',
      BUILD_TIMEOUT_OPTIMAL: '3',
      BUILD_TIMEOUT_RESILIENT: '4',
      BUILD_TIMEOUT_CONSERVATIVE: '5',
      BUILD_TIMEOUT_EMERGENCY: '6',
      CACHE_LOCAL_PATH: '/c',
      CACHE_REGISTRY_REF: 'quay.io/acme/cache',
      THRESHOLD_OPTIMAL: '30',
      THRESHOLD_RESILIENT: '20',
      THRESHOLD_CONSERVATIVE: '10',
      BUILDKIT_PROGRESS: 'plain',
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      DEBUG: '1',
      REGISTRY_MIRRORS:
        'docker.io=registry.corp.example/hub,mirror.gcr.io\n# none for others\ngcr.io=registry.corp.example',
      ALLOW_UNVERIFIED_MIRRORS: 'true',
      GO_PROXIES: 'https://a.example|https://b.example,direct',
      APK_MIRRORS: 'https://a.example/alpine/ http://b.example/alpine',
      APT_MIRRORS: 'https://a.example/debian',
    },
  );
  expect(settings).toMatchObject({
    healthCheckTimeoutMs: 1000,
    maxRetryAttempts: 2,
    outageWaitMs: 900_000,
    buildTimeoutMs: { optimal: 3000, resilient: 4000, conservative: 5000, emergency: 6000 },
    cacheLocalPath: '/c',
    cacheRegistryRef: 'quay.io/acme/cache',
    thresholds: { optimal: 30, resilient: 20, conservative: 10 },
    buildkitProgress: 'plain',
    noDefaultAttestations: '1',
    debug: true,
    mirrors: [
      { upstream: 'docker.io', host: 'registry.corp.example', prefix: 'hub/' },
      { upstream: 'docker.io', host: 'mirror.gcr.io', prefix: '' },
      { upstream: 'gcr.io', host: 'registry.corp.example', prefix: '' },
    ],
    allowUnverifiedMirrors: true,
    goProxies: ['https://a.example', 'https://b.example'],
    goDirect: true,
    apkMirrors: ['https://a.example/alpine', 'http://b.example/alpine'],
    aptMirrors: ['https://a.example/debian'],
  });
});

describe('what is no setting', () => {
  const seconds = 'is not a whole number of seconds from 1 to 2147483';
  test.each<[string, string, string]>([
    ['HEALTH_CHECK_TIMEOUT', 'soon', `HEALTH_CHECK_TIMEOUT: "soon" ${seconds}`],
    ['HEALTH_CHECK_TIMEOUT', '0', `HEALTH_CHECK_TIMEOUT: "0" ${seconds}`],
    ['BUILD_TIMEOUT_OPTIMAL', '-5', `BUILD_TIMEOUT_OPTIMAL: "-5" ${seconds}`],
    ['BUILD_TIMEOUT_RESILIENT', '1.5', `BUILD_TIMEOUT_RESILIENT: "1.5" ${seconds}`],
    ['BUILD_TIMEOUT_CONSERVATIVE', '30m', `BUILD_TIMEOUT_CONSERVATIVE: "30m" ${seconds}`],
    ['BUILD_TIMEOUT_EMERGENCY', '2147484', `BUILD_TIMEOUT_EMERGENCY: "2147484" ${seconds}`],
    ['MAX_RETRY_ATTEMPTS', '0', 'MAX_RETRY_ATTEMPTS: "0" is not a whole number from 1 to 100'],
    ['MAX_RETRY_ATTEMPTS', '1e1', 'MAX_RETRY_ATTEMPTS: "1e1" is not a whole number from 1 to 100'],
    ['THRESHOLD_OPTIMAL', '101', 'THRESHOLD_OPTIMAL: "101" is not a whole number from 0 to 100'],
    ['BUILDKIT_PROGRESS', 'fancy', 'BUILDKIT_PROGRESS: "fancy" is not one of auto, plain, tty, quiet, rawjson, none'],
    ['ALLOW_UNVERIFIED_MIRRORS', 'perhaps', 'ALLOW_UNVERIFIED_MIRRORS: "perhaps" is neither true nor false'],
    ['GO_PROXIES', 'goproxy.cn', 'GO_PROXIES: "goproxy.cn" is not a URL such as https://proxy.golang.org'],
    ['GO_PROXIES', 'file:///srv', 'GO_PROXIES: "file:///srv" is not a URL such as https://proxy.golang.org'],
    ['GO_PROXIES', 'direct,https://a.example', 'GO_PROXIES: "direct" is not a URL: it goes last'],
    [
      'APK_MIRRORS',
      'corp.example/alpine',
      'APK_MIRRORS: "corp.example/alpine" is not a URL such as https://mirror.corp.example/alpine',
    ],
    [
      'APT_MIRRORS',
      'https://joe:hunter2@corp.example/debian',
      'APT_MIRRORS: "https://***@corp.example/debian": a password would be seen in the image\'s provenance',
    ],
    [
      'REGISTRY_MIRRORS',
      'docker.io=joe:hun@ter2@corp.example/hub',
      'REGISTRY_MIRRORS: "docker.io=***@corp.example/hub": "***@corp.example/hub" is not a host with an optional path, such as registry.example/hub',
    ],
    [
      'REGISTRY_MIRRORS',
      'mirror.gcr.io',
      'REGISTRY_MIRRORS: "mirror.gcr.io": say what it mirrors, for example "docker.io=mirror.gcr.io"',
    ],
  ])('%s=%s', (variable, value, problem) => {
    expect(problemsOf({}, { [variable]: value })).toEqual([problem]);
  });
});

test.each<[string, Record<string, string>, Record<string, string>, string]>([
  [
    'equal',
    {},
    { THRESHOLD_RESILIENT: '80' },
    'input threshold-optimal 80, THRESHOLD_RESILIENT 80, input threshold-conservative 40',
  ],
  [
    'rising',
    { 'threshold-conservative': '90' },
    {},
    'input threshold-optimal 80, input threshold-resilient 60, input threshold-conservative 90',
  ],
])('thresholds that are %s', (_, inputs, variables, words) => {
  expect(problemsOf(inputs, variables)).toEqual([`thresholds must descend: ${words}`]);
});

test.each([
  ['1', true],
  ['true', true],
  ['TRUE', true],
  ['0', false],
  ['false', false],
  ['app:*', false],
])('DEBUG=%s is %s, and never an error', (value, debug) => {
  expect(inputsOf({}, { DEBUG: value }).settings.debug).toBe(debug);
});
