import { describe, expect, test } from 'vitest';
import { NOTHING_ASKED } from '../../src/inputs/drop-in/asked.ts';
import { DEFAULT_SWITCHES } from '../../src/inputs/drop-in/switches.ts';
import { dockerfileOf, isRemoteContext } from '../../src/inputs/parse.ts';
import { inputsOf, paths, problemsOf } from './given.ts';

test('nothing but an image: every default', () => {
  expect(inputsOf()).toEqual({
    mode: 'build',
    form: 'image',
    strategy: 'auto',
    service: null,
    image: 'ghcr.io/acme/api',
    version: 'latest',
    request: {
      addHosts: [],
      allow: [],
      annotations: [],
      attests: [],
      buildArgs: ['VERSION=latest'],
      buildContexts: [],
      builder: null,
      cacheFrom: [],
      cacheTo: [],
      call: null,
      cgroupParent: null,
      context: '.',
      file: null,
      labels: [],
      load: false,
      network: null,
      noCache: false,
      noCacheFilters: [],
      outputs: [],
      platforms: [],
      pull: false,
      push: false,
      secretEnvs: [],
      secrets: [],
      shmSize: null,
      ssh: [],
      tags: ['ghcr.io/acme/api:latest'],
      target: null,
      ulimit: [],
    },
    asked: NOTHING_ASKED,
    switches: DEFAULT_SWITCHES,
    settings: expect.any(Object) as object,
  });
});

test('everything given', () => {
  const { request, ...rest } = inputsOf({
    service: 'team/api',
    version: 'v1.4.2',
    platforms: 'linux/amd64, linux/arm64\nlinux/amd64',
    push: 'True',
    context: 'app',
    file: 'docker/Dockerfile',
    strategy: 'Emergency',
    mode: 'health',
  });
  expect(rest).toMatchObject({ mode: 'health', strategy: 'emergency', service: 'team/api', version: 'v1.4.2' });
  expect(request).toMatchObject({
    buildArgs: ['SERVICE=team/api', 'VERSION=v1.4.2'],
    context: 'app',
    file: 'docker/Dockerfile',
    platforms: ['linux/amd64', 'linux/arm64'],
    push: true,
    tags: ['ghcr.io/acme/api:v1.4.2'],
  });
});

const tagRule = 'letters, digits, "_", "." and "-" make one, at most 128, not starting with "." or "-"';

describe('every bad input, in the user’s words', () => {
  test.each<[string, Record<string, string>, string]>([
    ['no image', { image: ' ' }, 'image is empty: name the image to build, such as ghcr.io/acme/api'],
    [
      'upper case',
      { image: 'ghcr.io/Acme/api' },
      'input image: "ghcr.io/Acme/api" is not an image name: "Acme/api" must be lower case: "acme/api"',
    ],
    ['a tag', { image: 'acme/api:v1' }, 'input image: "acme/api:v1" has a tag; give it as version: v1'],
    [
      'a digest',
      { image: `acme/api@sha256:${'a'.repeat(64)}` },
      `input image: "acme/api@sha256:${'a'.repeat(64)}" has a digest; name the image alone`,
    ],
    [
      'a scheme',
      { image: 'https://ghcr.io/acme' },
      'input image: "https://ghcr.io/acme" is not an image name: "https:" is not a host name',
    ],
    ['a version', { version: 'v1/2' }, `input version: "v1/2" is not a tag; ${tagRule}`],
    ['a long version', { version: 'v'.repeat(129) }, `input version: "${'v'.repeat(129)}" is not a tag; ${tagRule}`],
    [
      'a typing error',
      { platforms: 'linux/amd46' },
      'input platforms: unknown platform "linux/amd46"; did you mean linux/amd64?',
    ],
    ['half a platform', { platforms: 'arm64' }, 'input platforms: unknown platform "arm64"; did you mean linux/arm64?'],
    [
      'no platform',
      { platforms: 'toaster' },
      'input platforms: unknown platform "toaster", such as linux/amd64 or linux/arm64',
    ],
    ['a boolean', { push: 'yes' }, 'input push: "yes" is neither true nor false'],
    ['a context', { context: 'nowhere' }, 'input context: directory "nowhere" does not exist'],
    ['a file', { file: 'nowhere/Dockerfile' }, 'input file: Dockerfile "nowhere/Dockerfile" does not exist'],
    ['a file that is a directory', { file: 'docker' }, 'input file: Dockerfile "docker" does not exist'],
    [
      'nothing to build',
      { context: 'go' },
      'input context: "go" has no Dockerfile, and for the bundled one no service is named',
    ],
    [
      'no such service',
      { context: 'go', service: 'web' },
      'input context: "go" has no Dockerfile, and for the bundled one there is no cmd/web',
    ],
    [
      'a strategy',
      { strategy: 'fast' },
      'input strategy: "fast" is not one of auto, optimal, resilient, conservative, emergency',
    ],
    ['a mode', { mode: 'test' }, 'input mode: "test" is not one of build, health, monitor, plan, prewarm'],
    [
      'a service',
      { service: 'my api' },
      'input service: "my api" is not a service name; letters, digits, ".", "_", "-" and "/" make one',
    ],
    ['a service outside', { service: 'a/../../b' }, 'input service: "a/../../b" must not leave ./cmd'],
    [
      'a cache',
      { 'cache-registry-ref': 'Ghcr.io/x y' },
      'input cache-registry-ref: "Ghcr.io/x y" is not an image name: "x y" may hold only lower-case letters, digits and single separators (. _ __ -) between them',
    ],
  ])('%s', (_, given, problem) => {
    expect(problemsOf(given)).toEqual([problem]);
  });

  test('all of them at once, in the order of the inputs', () => {
    const given = {
      image: '',
      service: '-',
      version: '-',
      platforms: 'linux/amd46,toaster',
      push: 'maybe',
      context: 'nowhere',
      strategy: 'fast',
      mode: 'x',
      'max-retry-attempts': 'many',
      'threshold-optimal': '10',
    };
    expect(problemsOf(given, { HEALTH_CHECK_TIMEOUT: 'soon' }).map((problem) => problem.split(':')[0])).toEqual([
      'input mode',
      'input strategy',
      'HEALTH_CHECK_TIMEOUT',
      'input max-retry-attempts',
      'thresholds must descend',
      'input service',
      'image is empty',
      'input version',
      'input platforms',
      'input platforms',
      'input push',
      'input context',
    ]);
  });
});

test('a health check needs neither image nor files', () => {
  expect(problemsOf({ mode: 'health', image: '', context: 'nowhere', file: 'nowhere' })).toEqual([]);
  expect(inputsOf({ mode: 'health', image: '' }).request.tags).toEqual([]);
});

test('the bundled Dockerfile serves a Go service without one', () => {
  expect(problemsOf({ context: 'go', service: 'api' })).toEqual([]);
});

test.each([
  ['https://github.com/acme/api.git#main', true],
  ['http://example.com/context.tar.gz', true],
  ['git://host/repo', true],
  ['ssh://git@host/repo', true],
  ['git@github.com:acme/api.git', true],
  ['github.com/acme/api', true],
  ['.', false],
  ['./github.com', false],
  ['http', false],
])('%s is fetched by BuildKit: %s', (context, remote) => {
  expect(isRemoteContext(context)).toBe(remote);
  if (remote) expect(problemsOf({ context, file: 'anything/Dockerfile' })).toEqual([]);
});

test.each([
  ['docker/Dockerfile', '/repo/docker/Dockerfile'],
  ['docker/web.Dockerfile', '/repo/app/docker/web.Dockerfile'],
  ['Dockerfile', '/repo/Dockerfile'],
  ['/repo/app/Dockerfile', '/repo/app/Dockerfile'],
  ['/docker/Dockerfile', null],
  ['other', null],
])('the Dockerfile %s is %s', (file, path) => {
  expect(dockerfileOf(file, '/repo', '/repo/app', paths)).toBe(path);
});
