import { describe, expect, test } from 'vitest';
import type { SourceAnswer } from '../../src/health/source-answer.ts';
import { routeFor, type RoutedImage, type RouteQuestion } from '../../src/plan/sources.ts';
import type { RouteChoice } from '../../src/plan/plan.ts';
import { answerOf, deadUpstream, digestA, digestB, upstream } from './world.ts';

const minute = 60_000;
const image: RoutedImage = {
  name: 'golang:1.24',
  reference: { registry: 'docker.io', repository: 'library/golang', tag: '1.24', digest: null },
  contextKey: 'golang:1.24',
  purpose: 'base',
  uses: ['FROM on line 1 (build)'],
  platforms: ['linux/amd64'],
};
const pinned: RoutedImage = { ...image, reference: { ...image.reference, digest: digestA } };
const gcr = answerOf('mirror.gcr.io', { operator: 'google' });
const ecr = answerOf('public.ecr.aws', { operator: 'amazon', repository: 'docker/library/golang' });
const dead = deadUpstream('docker.io');
const limited = upstream('docker.io', { state: 'limited', evidence: 'docker.io: only 0 pulls left' });

function route(answers: readonly SourceAnswer[], changes: Partial<RouteQuestion> = {}, of = image): RouteChoice {
  const question = {
    answers,
    lock: null,
    locked: false,
    region: null,
    remembered: null,
    knownDown: new Map<string, string>(),
    allowUnverified: false,
    policyObstacle: null,
    nowMs: 90 * minute,
  };
  return routeFor({ ...question, ...changes }, of).choice;
}

function mirror(host: string, confirmedBy: string, repository = 'library/golang'): object {
  return { kind: 'mirror', host, repository, digest: digestA, confirmedBy };
}

describe('the upstream is used as long as it works', () => {
  test.each<[string, SourceAnswer, string | null]>([
    ['up', upstream('docker.io'), digestA],
    ['slow', upstream('docker.io', { state: 'slow' }), digestA],
    ['not asked', upstream('docker.io', { state: 'unknown', digest: null }), null],
    ['no such tag', upstream('docker.io', { digest: null, missing: true }), null],
  ])('%s', (_, answer, digest) => {
    expect(route([answer, gcr, ecr])).toEqual({ kind: 'upstream', digest, reason: 'docker.io has it' });
  });
});

describe('who may vouch for a digest', () => {
  const remembered = { digest: digestA, atMs: 60 * minute };
  test.each<[string, RouteChoice, object]>([
    ["the Dockerfile's pin", route([dead, gcr], {}, pinned), mirror('mirror.gcr.io', 'the Dockerfile')],
    ['an upstream that only limits pulls', route([limited, gcr]), mirror('mirror.gcr.io', 'docker.io')],
    [
      'the last healthy run',
      route([dead, gcr], { remembered }),
      mirror('mirror.gcr.io', 'the last healthy run (30 minutes ago)'),
    ],
    ['two operators', route([dead, gcr, ecr]), mirror('mirror.gcr.io', 'mirror.gcr.io and public.ecr.aws')],
    [
      'one mirror, where the user allows it',
      route([dead, gcr], { allowUnverified: true }),
      mirror('mirror.gcr.io', 'nobody (mirror.gcr.io alone, allowed by allow-unverified-mirrors)'),
    ],
  ])('%s', (_, choice, expected) => {
    expect(choice).toMatchObject(expected);
  });
});

test('a remembered digest that nobody has any more does not hide what mirrors agree on', () => {
  const remembered = { digest: digestB, atMs: 0 };
  expect(route([dead, gcr, ecr], { remembered })).toMatchObject(
    mirror('mirror.gcr.io', 'mirror.gcr.io and public.ecr.aws'),
  );
  expect(route([dead, gcr], { remembered })).toMatchObject({ kind: 'none' });
});

describe('who may not', () => {
  const twin = answerOf('other.gcr.io', { operator: 'google' });
  const liar = answerOf('public.ecr.aws', { operator: 'amazon', digest: digestB });
  const digestsOnly = answerOf('m.daocloud.io', { trust: 'digests' });
  test.each<[string, RouteChoice, RegExp]>([
    ['one mirror alone', route([dead, gcr]), /^only mirror\.gcr\.io has it, and nothing confirms sha256:aaa/],
    ['two mirrors of one operator', route([dead, gcr, twin]), /^only mirror\.gcr\.io has it/],
    [
      'mirrors that disagree',
      route([dead, gcr, liar]),
      /^its mirrors disagree \(mirror\.gcr\.io: sha256:a+; public\.ecr\.aws: sha256:b+\)$/,
    ],
    ['a mirror whose tags are no evidence', route([dead, gcr, digestsOnly]), /^only mirror\.gcr\.io has it/],
    ['nobody at all', route([dead]), /^503 from docker\.io$/],
  ])('%s', (_, choice, reason) => {
    expect(choice).toMatchObject({ kind: 'none', reason: expect.stringMatching(reason) as string });
  });

  test('a disagreement is red even where one mirror would do', () => {
    expect(route([dead, gcr, liar], { allowUnverified: true }).kind).toBe('none');
  });
});

describe('which mirror serves', () => {
  const custom = answerOf('hub.corp.example', { kind: 'custom-mirror', latencyMs: 900 });
  const retired = answerOf('old.example', { retired: true, latencyMs: 1 });
  const slow = answerOf('public.ecr.aws', { operator: 'amazon', latencyMs: 700 });
  const lacking = answerOf('bad.example', { lacks: ['linux/arm64'], latencyMs: 1 });
  const stale = answerOf('stale.example', { digest: digestB, latencyMs: 1 });
  test.each<[string, readonly SourceAnswer[], string]>([
    ["the user's own first, however slow", [dead, gcr, ecr, custom], 'hub.corp.example'],
    ['the fastest', [dead, slow, gcr], 'mirror.gcr.io'],
    ['the first of the catalogue among equally fast ones', [dead, ecr, { ...gcr, latencyMs: 60 }], 'public.ecr.aws'],
    ['retired ones last', [dead, retired, slow], 'public.ecr.aws'],
    ['none that lacks a platform', [dead, lacking, gcr], 'mirror.gcr.io'],
    ['none with other bytes', [dead, stale, gcr], 'mirror.gcr.io'],
  ])('%s', (_, answers, host) => {
    expect(route(answers, {}, pinned)).toMatchObject({ kind: 'mirror', host });
  });
});

test('a registry with too few pulls left is asked after all others, and before nobody', () => {
  expect(route([limited, gcr], {}, pinned)).toMatchObject({
    host: 'mirror.gcr.io',
    preference: 'docker.io has too few pulls left',
  });
  expect(route([limited, { ...gcr, digest: digestB }], {}, pinned)).toMatchObject({
    kind: 'mirror',
    host: 'docker.io',
    digest: digestA,
  });
});

describe('what a failed attempt taught', () => {
  test('a host that failed the build is left, though its probe was answered', () => {
    const knownDown = new Map([['docker.io', 'docker.io reset the connection']]);
    const routed = routeFor(
      {
        answers: [upstream('docker.io'), gcr],
        lock: null,
        locked: false,
        region: null,
        remembered: null,
        knownDown,
        allowUnverified: false,
        policyObstacle: null,
        nowMs: 0,
      },
      image,
    );
    expect(routed.choice).toMatchObject(mirror('mirror.gcr.io', 'docker.io'));
    expect(routed.answers[0]).toEqual(
      upstream('docker.io', { state: 'down', evidence: 'docker.io reset the connection' }),
    );
  });

  test('so is a mirror', () => {
    const knownDown = new Map([['mirror.gcr.io', 'cut off']]);
    expect(route([dead, gcr, ecr], { knownDown }, pinned)).toMatchObject(
      mirror('public.ecr.aws', 'the Dockerfile', 'docker/library/golang'),
    );
  });
});

test('an image named like a stage is redirected by a source policy alone', () => {
  const shadowed: RoutedImage = { ...image, contextKey: null };
  expect(route([dead, gcr, ecr], {}, shadowed)).toMatchObject({ kind: 'mirror', host: 'mirror.gcr.io' });
  expect(route([dead, gcr, ecr], { policyObstacle: 'buildx is too old' }, shadowed)).toEqual({
    kind: 'none',
    reason: 'a stage is named like golang:1.24, and buildx is too old',
    remedy: 'rename the stage',
  });
  const builder: RoutedImage = { ...image, contextKey: null, purpose: 'builder' };
  expect(route([dead, gcr, ecr], {}, builder).kind).toBe('mirror');
});

test('a trusted digest that nobody holds is no route', () => {
  const elsewhere = { ...gcr, state: 'down', digest: null, evidence: '404 from mirror.gcr.io' } as const;
  expect(route([dead, elsewhere], {}, pinned)).toEqual({
    kind: 'none',
    reason: `no healthy source has golang:1.24@${digestA}: 503 from docker.io; 404 from mirror.gcr.io`,
    remedy: null,
  });
});
