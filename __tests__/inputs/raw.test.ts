import { describe, expect, test } from 'vitest';
import { argumentsOf } from '../../src/inputs/build-args.ts';
import { isPlatform, nearestPlatform } from '../../src/inputs/platforms.ts';
import { actionSource, flagSource, layerInputs } from '../../src/inputs/raw.ts';

describe('where a value comes from, and what it is called', () => {
  const env = { 'INPUT_MAX-RETRY-ATTEMPTS': ' 4 ', MAX_RETRY_ATTEMPTS: '5', HEALTH_CHECK_TIMEOUT: ' 6 ' };
  test.each([
    ['max-retry-attempts', { text: '4', label: 'input max-retry-attempts' }],
    ['health-check-timeout', { text: '6', label: 'HEALTH_CHECK_TIMEOUT' }],
    ['build-timeout-optimal', { text: '2400', label: 'input build-timeout-optimal' }],
    ['image', { text: '', label: 'input image' }],
    ['version', { text: 'latest', label: 'input version' }],
  ])('%s as an input', (name, value) => {
    expect(layerInputs(actionSource(env), env)(name)).toMatchObject(value);
  });

  test.each([
    ['max-retry-attempts', { text: '7', label: '--max-retry-attempts' }],
    ['health-check-timeout', { text: '6', label: 'HEALTH_CHECK_TIMEOUT' }],
    ['push', { text: 'false', label: '--push' }],
  ])('%s as a flag', (name, value) => {
    expect(layerInputs(flagSource({ 'max-retry-attempts': '7' }), env)(name)).toMatchObject(value);
  });

  test('the variable of another name', () => {
    const read = layerInputs(flagSource({}), { REGISTRY_MIRRORS: 'a', MIRRORS: 'b' });
    expect(read('mirrors')).toMatchObject({ text: 'a', label: 'REGISTRY_MIRRORS' });
  });

  test('a variable of the build inputs is nobody’s', () => {
    expect(layerInputs(flagSource({}), { VERSION: 'v9', IMAGE: 'x' })('version').text).toBe('latest');
  });

  test('what is not in the table is a bug', () => {
    expect(() => layerInputs(flagSource({}), {})('colour')).toThrow('no input is called colour');
  });
});

describe('platforms', () => {
  test.each([
    'linux/amd64',
    'linux/arm64',
    'linux/arm64/v8',
    'linux/arm/v7',
    'linux/arm/v6',
    'linux/amd64/v3',
    'linux/386',
    'windows/amd64',
    'local',
  ])('%s is one', (text) => {
    expect(isPlatform(text)).toBe(true);
  });

  test.each<[string, string | null]>([
    ['linux/amd46', 'linux/amd64'],
    ['amd64', 'linux/amd64'],
    ['Linux/AMD64', 'linux/amd64'],
    ['x86_64', 'linux/amd64'],
    ['linux/aarch64', 'linux/arm64'],
    ['arm/v7', 'linux/arm/v7'],
    ['linux/amd64/v9', null],
    ['linux/386/v1', null],
    ['linux/arm/v7/x', null],
    ['linux', null],
    ['', null],
  ])('%s is none; nearest is %s', (text, nearest) => {
    expect([isPlatform(text), nearestPlatform(text)]).toEqual([false, nearest]);
  });
});

test('build arguments as a record', () => {
  expect(argumentsOf(['A=1', 'B=x=y', 'C=', 'D', 'A=2'])).toEqual({ A: '2', B: 'x=y', C: '', D: '' });
});
