import { describe, expect, test } from 'vitest';
import { inputsOf, parse, problemsOf } from './given.ts';

const own = { image: 'ghcr.io/acme/api', version: 'v1', context: 'https://github.com/acme/api.git#main' };

describe('which form it is', () => {
  test.each<[Record<string, string>, string]>([
    [{}, 'drop-in'],
    [{ tags: 'a:1', push: 'true' }, 'drop-in'],
    [{ image: ' ' }, 'drop-in'],
    [own, 'image'],
  ])('%j: %s', (inputs, form) => {
    expect(inputsOf({ inputs }).inputs.form).toBe(form);
  });

  test('a service without an image is a forgotten image', () => {
    expect(problemsOf({ inputs: { service: 'api' } })).toContain(
      'image is empty: name the image to build, such as ghcr.io/acme/api',
    );
  });

  test('outside of GitHub Actions there is no default context', () => {
    const env = { GITHUB_REPOSITORY: '' };
    expect(problemsOf({ env })).toEqual(['image is empty: name the image to build, such as ghcr.io/acme/api']);
    expect(problemsOf({ env, inputs: { context: '.' } })).toEqual([]);
    expect(problemsOf({ env, inputs: { mode: 'health' } })).toEqual([]);
  });
});

test('what is left to buildx is not checked: it has the words that people know', () => {
  const inputs = {
    context: 'nowhere',
    file: 'nowhere/Dockerfile',
    platforms: 'linux/amd46,linux/amd46',
    tags: 'UPPER',
  };
  const { request } = inputsOf({ inputs }).inputs;
  expect(request).toMatchObject({
    context: 'nowhere',
    file: 'nowhere/Dockerfile',
    platforms: ['linux/amd46', 'linux/amd46'],
    tags: ['UPPER'],
  });
});

test('nothing is invented', () => {
  const { request, service, image } = inputsOf({}).inputs;
  expect({ service, image }).toEqual({ service: null, image: null });
  expect(request).toMatchObject({ buildArgs: [], cacheFrom: [], cacheTo: [], file: null, load: false, tags: [] });
});

describe('booleans are as strict as the original’s', () => {
  test.each(['yes', '', '1', 'tRUE'])('%j is none', (load) => {
    const rule = 'Input does not meet YAML 1.2 "Core Schema" specification: load';
    expect(problemsOf({ inputs: { load } })).toEqual([`input load: "${load}" is neither true nor false (${rule})`]);
  });

  test.each(['true', 'True', 'TRUE', ' true '])('%j is true', (pull) => {
    expect(inputsOf({ inputs: { pull } }).inputs.request.pull).toBe(true);
  });

  test('beside an image they are as lenient as its own', () => {
    expect(inputsOf({ inputs: { ...own, load: '', pull: '1' } }).inputs.request).toMatchObject({
      load: false,
      pull: true,
    });
  });
});

describe('a mix', () => {
  test('of one meaning is added', () => {
    const inputs = {
      ...own,
      service: 'api',
      'build-args': 'A=1\nB=2',
      labels: 'l=1',
      secrets: 'S=text',
      target: 'app',
      'cache-from': 'type=registry,ref=x',
      provenance: 'false',
    };
    const parsed = inputsOf({ inputs });
    expect(parsed.inputs.request).toMatchObject({
      buildArgs: ['SERVICE=api', 'VERSION=v1', 'A=1', 'B=2'],
      labels: ['l=1'],
      target: 'app',
      cacheFrom: ['type=registry,ref=x'],
      tags: ['ghcr.io/acme/api:v1'],
    });
    expect(parsed.inputs.asked).toMatchObject({ attests: ['type=provenance,disabled=true'], defaultProvenance: null });
    expect([...parsed.secretValues.values()]).toEqual(['text']);
  });

  test.each<[Record<string, string>, string]>([
    [
      { tags: 'a:1' },
      'input tags: image and version name the tag already; give image with version, or tags without image',
    ],
    [
      { 'build-args': 'VERSION=2' },
      'input build-args: VERSION is passed by the input version; give it in one of the two places',
    ],
    [
      { service: 'api', 'build-args': 'SERVICE=web' },
      'input build-args: SERVICE is passed by the input service; give it in one of the two places',
    ],
  ])('of two meanings is refused: %j', (inputs, problem) => {
    expect(problemsOf({ inputs: { ...own, ...inputs } })).toEqual([problem]);
  });

  test.each(['version', 'cache-registry-ref', 'cache-local-persist'])('%s alone means nothing', (name) => {
    const value = name === 'cache-local-persist' ? 'true' : 'v1';
    expect(problemsOf({ inputs: { [name]: value } })).toEqual([
      `input ${name}: "${value}" means nothing without the input image`,
    ]);
  });

  test('the runner passes defaults as if they were given', () => {
    expect(problemsOf({ inputs: { version: 'latest', push: 'false', mode: 'build' } })).toEqual([]);
    expect(problemsOf({ env: { CACHE_REGISTRY_REF: 'a/b:c', CACHE_LOCAL_PERSIST: 'true' } })).toEqual([]);
  });
});

test('every problem at once, each under the name of its input', () => {
  const inputs = {
    labels: '"open',
    outputs: 'type=local,dest="x"',
    attests: 'a "b',
    provenance: 'a "b',
    load: 'x',
    context: '{{#x}}',
  };
  expect(problemsOf({ inputs }).map((problem) => problem.split(':')[0])).toEqual([
    'input load',
    'input context',
    'input outputs',
    'input attests',
    'input labels',
  ]);
  expect(problemsOf({ inputs: { provenance: 'a "b' } })).toEqual([
    'input provenance: "a "b" is not a list of attributes',
  ]);
  expect(problemsOf({ inputs: { sbom: 'a "b' } })).toEqual(['input sbom: "a "b" is not a list of attributes']);
});

test('only limits that were set hold', () => {
  const days = 5 * 24 * 3600 * 1000;
  const { settings } = inputsOf({ env: { BUILD_TIMEOUT_OPTIMAL: '60' }, inputs: { 'stall-timeout': '300' } }).inputs;
  expect(settings.buildTimeoutMs).toEqual({ optimal: 60_000, resilient: days, conservative: days, emergency: days });
  expect(settings).toMatchObject({ stallTimeoutMs: 300_000, silentWorkMs: 300_000, cacheExportTimeoutMs: days });
  expect(inputsOf({}).inputs.settings).toMatchObject({ stallTimeoutMs: 300_000, silentWorkMs: days });
  expect(inputsOf({ inputs: own }).inputs.settings.buildTimeoutMs.optimal).toBe(2_400_000);
});

describe('variables of docker/build-push-action', () => {
  test('what they turn off', () => {
    const env = {
      DOCKER_BUILD_SUMMARY: 'false',
      DOCKER_BUILD_CHECKS_ANNOTATIONS: '0',
      DOCKER_BUILD_RECORD_UPLOAD: 'F',
      DOCKER_BUILD_RECORD_RETENTION_DAYS: '7',
    };
    const off = { summary: false, checkAnnotations: false, recordUpload: false, recordRetentionDays: 7 };
    expect(inputsOf({ env }).inputs.switches).toEqual(off);
    expect(inputsOf({}).inputs.switches).toEqual({
      summary: true,
      checkAnnotations: true,
      recordUpload: true,
      recordRetentionDays: null,
    });
  });

  test.each(['DOCKER_BUILD_SUMMARY', 'DOCKER_BUILD_CHECKS_ANNOTATIONS'])('%s must be a boolean', (name) => {
    expect(problemsOf({ env: { [name]: 'maybe' } })).toEqual([`${name}: "maybe" is neither true nor false`]);
  });

  test.each([
    ['DOCKER_BUILD_RECORD_UPLOAD', 'DOCKER_BUILD_RECORD_UPLOAD: "maybe" is neither true nor false'],
    [
      'DOCKER_BUILD_RECORD_RETENTION_DAYS',
      'DOCKER_BUILD_RECORD_RETENTION_DAYS: Invalid build record retention days: maybe',
    ],
  ])('%s only warns', (name, warning) => {
    expect(parse({ env: { [name]: 'maybe' } })).toMatchObject({ kind: 'inputs', warnings: [warning] });
  });
});
