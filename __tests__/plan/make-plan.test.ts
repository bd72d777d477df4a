import { describe, expect, test } from 'vitest';
import { needKey } from '../../src/facts/blueprint.ts';
import { down } from '../../src/health/observation.ts';
import { NO_LESSONS } from '../../src/plan/lessons.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { golang, planOf, questionOf, valuesOf } from './question.ts';
import { answerOf, blueprints, deadUpstream, digestA, factsOf, healthOf, inputsOf, upstream } from './world.ts';

const gcr = answerOf('mirror.gcr.io', { operator: 'google' });
const ecr = answerOf('public.ecr.aws', { operator: 'amazon' });
const served = [deadUpstream('docker.io'), gcr, ecr];
const context = `golang:1.24=docker-image://mirror.gcr.io/library/golang@${digestA}`;
const resilient = blueprints('FROM debian:13\n', 'resilient');
const debian = 'docker.io/library/debian:13';

describe('in a healthy world', () => {
  test('the line has nothing but caches and files', async () => {
    const plan = await planOf({ inputs: inputsOf({ push: 'true' }) });
    expect(plan).toEqual({
      strategy: 'optimal',
      reason: 'score 100 is at least 80',
      dockerfile: { kind: 'standard', file: { path: '/work/Dockerfile', origin: 'repository', isDefault: true } },
      images: [
        {
          name: 'golang:1.24',
          reference: { registry: 'docker.io', repository: 'library/golang', tag: '1.24', digest: null },
          contextKey: 'golang:1.24',
          purpose: 'base',
          uses: ['FROM on line 1 (stage-0)'],
          platforms: ['linux/amd64'],
          choice: { kind: 'upstream', digest: digestA, reason: 'docker.io has it' },
          answers: [upstream('docker.io')],
        },
      ],
      substitutions: [],
      caches: plan.caches,
      goStages: ['stage-0'],
      builder: { kind: 'current', name: null, driver: 'docker' },
      missing: [],
      deadlineMs: 2_400_000,
      argv: [
        ...['docker', 'buildx', 'build', '--build-arg', 'SERVICE=api', '--build-arg', 'VERSION=v1'],
        ...['--cache-from', 'type=gha,scope=api', '--cache-from', 'type=registry,ref=ghcr.io/acme/api:cache'],
        ...['--cache-to', 'type=local,dest=/tmp/cache/next,mode=max,ignore-error=true'],
        ...['--cache-to', 'type=registry,ref=ghcr.io/acme/api:cache,mode=max,ignore-error=true'],
        ...['--cache-to', 'type=gha,scope=api,mode=max,ignore-error=true'],
        ...[
          '--iidfile',
          '/run/iid',
          '--tag',
          'ghcr.io/acme/api:v1',
          '--metadata-file',
          '/run/metadata.json',
          '--push',
          '.',
        ],
      ],
      env: { BUILDX_METADATA_WARNINGS: 'true' },
    });
  });

  test('the same question has the same plan', async () => {
    const question = await questionOf();
    expect(makePlan(question)).toEqual(makePlan(question));
  });

  test('the user’s own caches come first', async () => {
    const inputs = inputsOf({ strategy: 'emergency' });
    const request = { ...inputs.request, cacheFrom: ['type=s3,bucket=b'], cacheTo: ['type=inline'] };
    const plan = await planOf({ inputs: { ...inputs, request } });
    expect([valuesOf(plan, '--cache-from'), valuesOf(plan, '--cache-to')]).toEqual([
      ['type=s3,bucket=b'],
      ['type=inline'],
    ]);
  });
});

describe('sources', () => {
  test('an image whose registry is down comes from a mirror, by digest', async () => {
    const plan = await planOf({ answers: { [golang]: served } });
    expect(valuesOf(plan, '--build-context')).toEqual([context]);
    expect(plan.strategy).toBe('optimal');
  });

  test('what nobody has sends the build to the resilient Dockerfile', async () => {
    const plan = await planOf({
      blueprints: [...blueprints('FROM golang:1.24\n'), ...resilient],
      answers: { [golang]: [deadUpstream('docker.io')], [debian]: [upstream('docker.io')] },
    });
    expect([plan.strategy, plan.reason, plan.dockerfile.kind]).toEqual([
      'resilient',
      'golang:1.24 has no healthy source',
      'resilient',
    ]);
    expect(valuesOf(plan, '--file')).toEqual(['/work/Dockerfile.resilient']);
    expect(plan.deadlineMs).toBe(1_800_000);
  });

  test('a resilient Dockerfile that lacks a source gives way to a standard one that does not', async () => {
    const plan = await planOf({
      inputs: inputsOf({ strategy: 'resilient' }),
      blueprints: [...blueprints('FROM golang:1.24\n'), ...resilient],
      answers: { [golang]: [upstream('docker.io')], [debian]: [deadUpstream('docker.io')] },
    });
    expect([plan.strategy, plan.dockerfile.kind]).toEqual(['resilient', 'standard']);
  });

  test('where no Dockerfile has all of its images the first of the strategy is tried', async () => {
    const both = [...blueprints('FROM golang:1.24\n'), ...resilient];
    const answers = { [golang]: [deadUpstream('docker.io')], [debian]: [deadUpstream('docker.io')] };
    expect((await planOf({ blueprints: both, answers })).dockerfile.kind).toBe('standard');
    const low = await planOf({ blueprints: both, answers, inputs: inputsOf({ strategy: 'conservative' }) });
    expect(low.dockerfile.kind).toBe('resilient');
  });

  test('a forced optimal stays with the standard Dockerfile', async () => {
    const plan = await planOf({
      inputs: inputsOf({ strategy: 'optimal' }),
      blueprints: [...blueprints('FROM golang:1.24\n'), ...resilient],
      answers: { [golang]: [deadUpstream('docker.io')], [debian]: [upstream('docker.io')] },
    });
    expect([plan.strategy, plan.dockerfile.kind]).toEqual(['optimal', 'standard']);
  });

  test('a stage named like the image is never replaced', async () => {
    const shadowed = blueprints('FROM golang AS golang\nRUN make\n');
    const [key = ''] = shadowed.flatMap(({ facts }) => facts.images.map(needKey));
    const plan = await planOf({ blueprints: shadowed, answers: { [key]: served } });
    expect(valuesOf(plan, '--build-context')).toEqual([]);
    expect(plan.images[0]?.choice).toMatchObject({ kind: 'mirror' });
    expect(plan.policy?.text).toContain('docker-image://docker.io/library/golang:latest');
  });

  test('the frontend is an image like any other', async () => {
    const syntax = 'docker.io/docker/dockerfile:1';
    const plan = await planOf({
      blueprints: blueprints('# syntax=docker/dockerfile:1\nFROM scratch\nCOPY . /\n'),
      answers: {
        [syntax]: [deadUpstream('docker.io'), answerOf('mirror.gcr.io', { repository: 'docker/dockerfile' }), ecr],
      },
    });
    expect(plan.images[0]?.purpose).toBe('frontend');
    expect(valuesOf(plan, '--build-context')).toEqual([
      `docker/dockerfile:1=docker-image://mirror.gcr.io/docker/dockerfile@${digestA}`,
    ]);
  });
});

describe('declared fallbacks', () => {
  const text =
    '# fallback BASE: golang debian\nARG BASE=golang\nFROM golang:1.24 AS from-golang\nFROM debian:13 AS from-debian\nFROM from-${BASE}\n';

  test('the first choice is taken, and nothing said about it', async () => {
    const plan = await planOf({
      inputs: inputsOf({ strategy: 'resilient' }),
      blueprints: [...blueprints('FROM golang:1.24\n'), ...blueprints(text, 'resilient')],
    });
    expect([plan.substitutions, valuesOf(plan, '--build-arg')]).toEqual([[], ['SERVICE=api', 'VERSION=v1']]);
  });

  test.each(['standard', 'resilient'] as const)('in a %s Dockerfile the next one stands in', async (kind) => {
    const declared = blueprints(text, kind);
    const plan = await planOf({
      blueprints: kind === 'standard' ? declared : [...blueprints('FROM golang:1.24\n'), ...declared],
      answers: { [golang]: [deadUpstream('docker.io')], [debian]: [upstream('docker.io')] },
    });
    expect(plan.substitutions).toEqual([
      { arg: 'BASE', from: 'golang', to: 'debian', reason: 'golang:1.24 has no healthy source', hosts: ['docker.io'] },
    ]);
    expect(valuesOf(plan, '--build-arg')).toEqual(['SERVICE=api', 'VERSION=v1', 'BASE=debian']);
    expect(plan.strategy).toBe(kind === 'standard' ? 'optimal' : 'resilient');
  });
});

describe('strategies', () => {
  test.each([
    ['optimal', false, 2_400_000],
    ['resilient', false, 1_800_000],
    ['conservative', false, 1_200_000],
    ['emergency', true, 900_000],
  ] as const)('%s', async (strategy, noCache, deadlineMs) => {
    const plan = await planOf({ inputs: inputsOf({ strategy }) });
    expect([plan.strategy, plan.argv.includes('--no-cache'), plan.deadlineMs]).toEqual([strategy, noCache, deadlineMs]);
  });

  test('Go proxies are named where the first one is down', async () => {
    const health = await healthOf({ 'https://proxy.golang.org': down('503') });
    const plan = await planOf({
      health,
      blueprints: blueprints('FROM golang:1.24\nARG GOPROXY\nRUN go build ./...\n'),
    });
    expect(valuesOf(plan, '--build-arg').at(-1)).toBe(
      'GOPROXY=https://goproxy.cn|https://goproxy.io|https://proxy.golang.org|direct',
    );
  });
});

describe('where the result goes', () => {
  const container = factsOf({ builder: { driver: 'docker-container' }, engine: { containerdStore: false } });
  const both = 'linux/amd64,linux/arm64';
  test.each<[string, ReturnType<typeof factsOf>, Readonly<Record<string, string>>, boolean, number]>([
    ['the engine keeps what it builds', factsOf(), {}, false, 0],
    ['a container builder hands it over', container, {}, true, 0],
    ['unless it is pushed', container, { push: 'true' }, false, 0],
    ['an engine without containerd holds one platform', container, { platforms: both }, false, 1],
    [
      'one with containerd holds several',
      factsOf({ builder: { driver: 'docker-container' } }),
      { platforms: both },
      true,
      0,
    ],
  ])('%s', async (_, facts, flags, load, missing) => {
    const plan = await planOf({ facts, inputs: inputsOf(flags) });
    expect([plan.argv.includes('--load'), plan.missing.length]).toEqual([load, missing]);
  });

  test('where no builder of our own can be had, the engine builds its platform, and the others are missing', async () => {
    const buildkit = 'docker.io/moby/buildkit:buildx-stable-1';
    const plan = await planOf({
      facts: factsOf({ engine: { containerdStore: false } }),
      inputs: inputsOf({ platforms: 'linux/arm64,linux/amd64', push: 'true' }),
      answers: { [golang]: [upstream('docker.io')], [buildkit]: [deadUpstream('docker.io')] },
    });
    expect(valuesOf(plan, '--platform')).toEqual(['linux/amd64']);
    expect(plan.builder.kind).toBe('current');
    expect(plan.missing).toEqual([
      expect.stringMatching(/^linux\/arm64 is missing from the image: .* no builder could be booted/),
    ]);
  });

  test('a builder of our own is on the line, and its image among the images', async () => {
    const buildkit = 'docker.io/moby/buildkit:buildx-stable-1';
    const plan = await planOf({
      facts: factsOf({ engine: { containerdStore: false } }),
      answers: { [golang]: [upstream('docker.io')], [buildkit]: [upstream('docker.io')] },
    });
    expect(valuesOf(plan, '--builder')).toEqual(['own-1']);
    expect(plan.images.map(({ name, purpose }) => [name, purpose])).toEqual([
      ['golang:1.24', 'base'],
      ['moby/buildkit:buildx-stable-1', 'builder'],
    ]);
  });
});

test('what an attempt taught is in the next plan', async () => {
  const lessons = {
    ...NO_LESSONS,
    hosts: new Map([['docker.io', 'cut off']]),
    imports: new Map([['gha' as const, 'blob 503']]),
  };
  const plan = await planOf({ answers: { [golang]: [upstream('docker.io'), gcr, ecr] }, lessons });
  expect(valuesOf(plan, '--build-context')).toEqual([context]);
  expect(valuesOf(plan, '--cache-from')).toEqual(['type=registry,ref=ghcr.io/acme/api:cache']);
});
