import { describe, expect, it } from 'vitest';
import { combinations, fallbackChains } from '../../src/facts/fallback-chain.ts';
import { factsOf, resilient, scriptsOf, standard } from './bundled.ts';

const both = [
  ['Dockerfile', standard],
  ['Dockerfile.resilient', resilient],
] as const;

function imagesOf(text: string, buildArgs: Readonly<Record<string, string>> = {}): readonly string[] {
  return factsOf(text, buildArgs).images.map((image) => image.text);
}

describe.each(both)('%s', (_name, text) => {
  const facts = factsOf(text, { SERVICE: 'api' });

  it('reads without problems and asks for no frontend image', () => {
    expect({ problems: facts.problems, syntax: facts.syntax }).toEqual({ problems: [], syntax: { kind: 'built-in' } });
  });

  it('ends as a user who is not root', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '));
    expect(last.match(/^USER .*$/gm)).toEqual(['USER 65532:65532']);
  });

  it('takes GOPROXY as a build argument whose list goes on after any error', () => {
    const value = 'https://proxy.golang.org|https://goproxy.cn|https://goproxy.io|direct';
    const line = text.split('\n').indexOf(`ARG GOPROXY=${value}`) + 1;
    expect(facts.goUse).toMatchObject({ kind: 'used' });
    const stages = facts.goUse.kind === 'used' ? facts.goUse.stages : [];
    expect(stages).toContainEqual({ stage: 'build', proxy: { kind: 'argument', line, value } });
  });

  it('runs no package manager of its own accord', () => {
    expect(facts.packageManagers).toEqual([]);
  });

  it('runs steps on the build platform only, so that no platform needs emulation', () => {
    const stages = [...text.matchAll(/^FROM (.*)$/gm)].map((match, index, all) => ({
      from: match[1] ?? '',
      body: text.slice(match.index, all[index + 1]?.index),
    }));
    const running = stages.filter(({ body }) => /^RUN /m.test(body)).map(({ from }) => from);
    const native = [
      '--platform=$BUILDPLATFORM ${BUILDER_IMAGE} AS build',
      'builder-${BUILDER_BASE} AS build',
      'build AS rootfs',
    ];
    expect(running.filter((from) => !native.includes(from))).toEqual([]);
    const builders = stages
      .map(({ from }) => from)
      .filter((from) => from.includes('BUILDER_') && from.includes('_IMAGE'));
    expect(builders.filter((from) => !from.startsWith('--platform=$BUILDPLATFORM '))).toEqual([]);
  });

  it('names every image by a tag, in an argument that can be overridden', () => {
    const stages = new Set(facts.stages.map((stage) => stage.name));
    const external = facts.stages.map((stage) => stage.base).filter((base) => base !== 'scratch' && !stages.has(base));
    expect(external.filter((base) => !base.includes('${'))).toEqual([]);
    const defaults = facts.globalArguments
      .filter(({ name }) => name.endsWith('_IMAGE'))
      .map(({ value }) => value ?? '');
    expect(defaults.filter((value) => !/:[\w.-]+$/.test(value) || value.endsWith(':latest'))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  it('needs one builder and one runtime image', () => {
    expect(imagesOf(standard)).toEqual(['golang:1.24-alpine', 'gcr.io/distroless/static-debian13:nonroot']);
  });

  it('prepares a build as Dockerfile.resilient does', () => {
    expect(scriptsOf(standard).get('prepare-service')).toBe(scriptsOf(resilient).get('prepare-service'));
  });
});

describe('Dockerfile.resilient', () => {
  const chains = fallbackChains(resilient, {});

  it('declares its chains of bases, with the defaults first', () => {
    expect(chains).toEqual([
      { arg: 'BUILDER_BASE', values: ['alpine', 'debian'] },
      { arg: 'RUNTIME_BASE', values: ['distroless', 'debian', 'alpine', 'ubuntu', 'scratch'] },
    ]);
    const defaults = Object.fromEntries(factsOf(resilient).globalArguments.map(({ name, value }) => [name, value]));
    expect(defaults).toMatchObject({ BUILDER_BASE: 'alpine', RUNTIME_BASE: 'distroless' });
  });

  it('has a stage for every value of its chains', () => {
    const wanted = chains.flatMap(({ arg, values }) =>
      values.map((value) => `${arg === 'BUILDER_BASE' ? 'builder' : 'runtime'}-${value}`),
    );
    const names = factsOf(resilient).stages.map((stage) => stage.name);
    expect(names.filter((name) => /^(?:builder|runtime)-/.test(name ?? ''))).toEqual(wanted);
  });

  const builders = { alpine: 'golang:1.24-alpine', debian: 'golang:1.24-bookworm' };
  const runtimes = {
    distroless: ['gcr.io/distroless/static-debian13:nonroot'],
    debian: ['debian:trixie-slim'],
    alpine: ['alpine:3.22'],
    ubuntu: ['ubuntu:24.04'],
    scratch: [],
  };

  it.each(combinations(chains))('pulls only what is chosen: %o', (bases) => {
    const builder = builders[bases['BUILDER_BASE'] as keyof typeof builders];
    const runtime = runtimes[bases['RUNTIME_BASE'] as keyof typeof runtimes];
    expect(imagesOf(resilient, bases).toSorted()).toEqual([builder, ...runtime].toSorted());
    expect(factsOf(resilient, bases).problems).toEqual([]);
  });
});
