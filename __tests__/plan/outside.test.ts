import { describe, expect, test } from 'vitest';
import { changeOf } from '../../src/build/next.ts';
import type { Blueprint } from '../../src/facts/blueprint.ts';
import type { GoToolchain } from '../../src/facts/go-toolchain.ts';
import { mayCompileOutside, outsideObstacle, outsideOf } from '../../src/plan/outside.ts';
import { golang, planOf, valuesOf } from './question.ts';
import { blueprints, deadUpstream, digestA, factsOf, inputsOf } from './world.ts';

const toolchain: GoToolchain = {
  kind: 'ready',
  version: 'go1.24.4',
  certificates: '/etc/ssl/cert.pem',
  goProxy: 'off',
};
const names = { rewrite: '/run/dockerfile', outside: '/run/outside' };
const bundled = blueprints('FROM golang:1.24\n').map((one): Blueprint => ({
  ...one,
  file: { ...one.file, origin: 'bundled' },
}));
const answers = { [golang]: [deadUpstream('docker.io')] };

function outsideWith(flags: Readonly<Record<string, string>> = {}, chain: GoToolchain = toolchain) {
  return outsideOf({ inputs: inputsOf(flags), facts: factsOf(), blueprints: bundled, toolchain: chain, names });
}

describe('no source has any image', () => {
  test('what this machine compiles is put on scratch, as an emergency that needs no image', async () => {
    const plan = await planOf({ blueprints: bundled, answers, outside: outsideWith() });
    expect(plan).toMatchObject({
      strategy: 'emergency',
      reason: 'no source has golang:1.24, and the program can be compiled here',
      images: [],
      dockerfile: { kind: 'outside', rewrite: { path: '/run/dockerfile/Dockerfile' } },
      outside: { go: 'go1.24.4', service: 'api', version: 'v1', platforms: [{ platform: 'linux/amd64' }] },
    });
    expect(plan.substitutions.map(({ arg, to }) => `${arg}=${to}`)).toEqual([
      'BUILDER_BASE=go1.24.4 of this machine',
      'RUNTIME_BASE=scratch',
    ]);
    expect(valuesOf(plan, '--build-context')).toEqual(['smart-docker-build-outside=/run/outside/image']);
    // What was compiled for one platform must not become another one's image.
    expect(valuesOf(plan, '--platform')).toEqual(['linux/amd64']);
    expect(valuesOf(plan, '--build-arg')).toEqual(['SERVICE=api', 'VERSION=v1']);
    expect(plan.missing.join()).toMatch(/an emergency image: compiled outside of Docker/);
    expect(changeOf(await planOf({ blueprints: bundled, answers }), plan, null)).toContain(
      'compiled outside of Docker, on scratch',
    );
  });

  test('a healthy registry, the warm store, and a strategy that is forced come before it', async () => {
    const outside = outsideWith();
    expect((await planOf({ blueprints: bundled, outside })).outside).toBeUndefined();
    const stored = { digest: digestA, confirmedAtMs: 0, confirmedBy: 'docker.io', problem: null };
    const store = { root: '/cache/store', stored: new Map([[golang, stored]]) };
    expect((await planOf({ blueprints: bundled, answers, outside, store })).images[0]?.choice.kind).toBe('store');
    const inputs = inputsOf({ strategy: 'conservative' });
    expect((await planOf({ blueprints: bundled, answers, outside, inputs })).outside).toBeUndefined();
    expect(
      (await planOf({ blueprints: bundled, answers, outside, inputs: inputsOf({ strategy: 'emergency' }) })).outside,
    ).toBeDefined();
  });

  test('without a toolchain the plan says what is missing, where there is something to miss', async () => {
    const outside = outsideWith({}, { kind: 'lacking', reason: 'go is not installed on this machine' });
    const text = 'no emergency image on scratch can be made either: go is not installed on this machine';
    expect((await planOf({ blueprints: bundled, answers, outside })).missing).toContain(text);
    expect((await planOf({ blueprints: bundled, outside })).missing).not.toContain(text);
  });
});

test('platforms as BuildKit names them in TARGETARCH and TARGETVARIANT', () => {
  const outside = outsideWith({ platforms: 'linux/arm64/v8,linux/arm,linux/amd64/v3' });
  if (outside.kind === 'impossible') throw new Error(outside.reason);
  expect(outside.build.platforms.map(({ architecture, variant }) => architecture + variant)).toEqual([
    'arm64',
    'armv7',
    'amd64v3',
  ]);
});

const obstacles = [
  { flags: { platforms: 'windows/amd64' }, obstacle: 'Go compiles nothing for windows/amd64 by itself' },
  {
    flags: { 'build-args': 'RUNTIME_BASE=debian' },
    obstacle: 'the build argument RUNTIME_BASE asks for more than the program',
  },
  {
    flags: { 'build-args': 'BUILDKIT_SYNTAX=a/b' },
    obstacle: 'the build argument BUILDKIT_SYNTAX asks for more than the program',
  },
  { flags: {}, obstacle: null },
];

test.each(obstacles)('obstacles: $obstacle', ({ flags, obstacle }) => {
  expect(outsideObstacle(inputsOf(flags as Readonly<Record<string, string>>), factsOf())).toBe(obstacle);
});

test('it is for the bundled Dockerfiles alone', () => {
  expect(mayCompileOutside(inputsOf(), bundled)).toBe(true);
  expect(mayCompileOutside(inputsOf(), blueprints('FROM golang:1.24\n'))).toBe(false);
});
