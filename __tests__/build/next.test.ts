import { describe, expect, test } from 'vitest';
import { changeOf, nextStep, type NextQuestion } from '../../src/build/next.ts';
import type { Attribution, FailureClass } from '../../src/failure/types.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planOf } from '../plan/question.ts';
import { digestA, failureOf, inputsOf } from '../plan/world.ts';

const plan = await planOf({ inputs: inputsOf({ push: 'true' }) });
const mirrored: Plan = {
  ...plan,
  images: plan.images.map((image) => ({
    ...image,
    choice: {
      kind: 'mirror',
      host: 'mirror.gcr.io',
      repository: 'library/golang',
      digest: digestA,
      confirmedBy: 'docker.io',
      reason: '',
    },
  })),
};
const withoutGha: Plan = {
  ...plan,
  caches: plan.caches.map((cache) => (cache.backend === 'gha' ? { ...cache, value: null, reason: 'failed' } : cache)),
};
const lower: Plan = { ...withoutGha, strategy: 'resilient' };
const otherFile: Plan = {
  ...lower,
  dockerfile: {
    kind: 'resilient',
    file: { path: '/work/Dockerfile.resilient', origin: 'repository', isDefault: false },
  },
};
const otherBuilder: Plan = { ...plan, builder: { kind: 'own', name: 'own', image: null, reason: '' } };
const named = (name: string): Plan => ({ ...plan, builder: { kind: 'current', name, driver: 'remote' } });
const substituted: Plan = {
  ...plan,
  substitutions: [{ arg: 'BASE', from: 'distroless', to: 'debian', reason: '', hosts: [] }],
};
const otherProxy: Plan = { ...plan, goProxy: { value: 'https://goproxy.cn|direct', stages: ['build'] } };

function ask(changes: Partial<NextQuestion> = {}, failure: Partial<Attribution> = {}): ReturnType<typeof nextStep> {
  return nextStep({
    history: [{ plan, failure: failureOf(failure) }],
    nextPlan: plan,
    maxAttempts: 3,
    remainingMs: 1_000_000,
    random: 0,
    engineSeen: true,
    cleanedUp: false,
    ...changes,
  });
}

function times(count: number, failure: Partial<Attribution> = {}): NextQuestion['history'] {
  return Array.from({ length: count }, () => ({ plan, failure: failureOf(failure) }));
}

describe('what the next plan does differently', () => {
  test.each<[string, Plan, Plan, string | null]>([
    ['nothing', plan, plan, null],
    ['another source', plan, mirrored, 'golang:1.24 now from mirror.gcr.io, same digest'],
    ['the same mirror', mirrored, mirrored, null],
    ['back to the upstream', mirrored, plan, null],
    ['no Actions cache', plan, withoutGha, 'without the gha cache import, without the gha cache export'],
    ['a strategy that only uses fewer caches', plan, lower, null],
    ['another Dockerfile', plan, otherFile, 'strategy resilient with /work/Dockerfile.resilient'],
    ['another builder', plan, otherBuilder, 'with another builder'],
    ['another builder of the user', named('cluster'), named('spare'), 'with the builder spare'],
    ['another base', plan, substituted, 'BASE=debian in place of distroless'],
    ['the same other base', substituted, substituted, null],
    ['other Go proxies', plan, otherProxy, 'with GOPROXY=https://goproxy.cn|direct'],
    ['the same Go proxies', otherProxy, otherProxy, null],
  ])('%s', (_, before, after, change) => {
    expect(changeOf(before, after, null)).toBe(change);
  });

  test('another source of the builder’s image, only where it did not boot', () => {
    const booting = (of: Plan): Plan => ({
      ...of,
      images: of.images.map((image) => ({ ...image, purpose: 'builder' })),
    });
    expect(changeOf(booting(plan), booting(mirrored), 'frontend')).toBeNull();
    expect(changeOf(booting(plan), booting(mirrored), 'boot')).toMatch(/ now from mirror\.gcr\.io, same digest$/);
  });
});

describe('what is final is not tried again', () => {
  test.each<FailureClass>(['user-code', 'registry-auth', 'image-not-found', 'timeout'])('%s', (kind) => {
    expect(ask({ nextPlan: mirrored }, { class: kind, retryable: false })).toEqual({
      kind: 'stop',
      reason: `${kind} is not cured by another attempt`,
    });
  });

  test('nor is an engine that was never there', () => {
    const nowhere = { kind: 'stop', reason: 'no engine or builder answers here' };
    expect(ask({ engineSeen: false }, { class: 'builder' })).toEqual(nowhere);
    expect(ask({ engineSeen: true }, { class: 'builder' }).kind).toBe('again');
  });
});

describe('where nothing outside answers', () => {
  const out = 'nothing outside of this network answers';
  const cut = (changes: Partial<NextQuestion>): ReturnType<typeof nextStep> => ask({ cutOff: out, ...changes });

  test.each<[string, Partial<NextQuestion>, ReturnType<typeof nextStep>]>([
    [
      'it is the end, attempts left or not',
      {},
      { kind: 'stop', reason: `${out} (outage-wait lets a build wait for it)` },
    ],
    [
      'another road is taken',
      { nextPlan: mirrored },
      { kind: 'again', waitMs: 0, reason: 'golang:1.24 now from mirror.gcr.io, same digest' },
    ],
    ['who may wait does', { outageWaitMs: 600_000 }, { kind: 'again', waitMs: 5000, reason: `waiting 5.0 s: ${out}` }],
    [
      'longer each time',
      { outageWaitMs: 600_000, history: times(3), waitedMs: 30_000, random: 1 },
      { kind: 'again', waitMs: 40_000, reason: `waiting 40 s: ${out}` },
    ],
    [
      'more attempts than those that change nothing',
      { outageWaitMs: 600_000, history: times(9), waitedMs: 300_000 },
      { kind: 'again', waitMs: 30_000, reason: `waiting 30 s: ${out}` },
    ],
    [
      'for as long as he may',
      { outageWaitMs: 20_000, history: times(3), waitedMs: 18_000 },
      { kind: 'again', waitMs: 2000, reason: `waiting 2.0 s: ${out}` },
    ],
    [
      'and then it is the end',
      { outageWaitMs: 20_000, history: times(3), waitedMs: 20_000 },
      { kind: 'stop', reason: `${out} (for 20 s)` },
    ],
    [
      'the deadline comes first',
      { outageWaitMs: 600_000, remainingMs: 5000 },
      { kind: 'stop', reason: 'the deadline leaves no time for another attempt in 5.0 s' },
    ],
  ])('%s', (_, changes, step) => {
    expect(cut(changes)).toEqual(step);
  });
});

test('a builder that fell silent is left for another one, and never asked for another silence', () => {
  const silent = { class: 'builder', rule: 'builder-silent' } as const;
  const reason = 'with the builder spare';
  expect(ask({ history: [{ plan: named('cluster'), failure: failureOf(silent) }], nextPlan: named('spare') })).toEqual({
    kind: 'again',
    waitMs: 0,
    reason,
  });
  expect(ask({}, silent)).toEqual({ kind: 'stop', reason: 'no other builder answers' });
});

test('a full disk is cleaned up once, and then is final', () => {
  const full = { class: 'disk-full', retryable: false } as const;
  const again = { kind: 'again', waitMs: 0, cleanUp: true, reason: 'after freeing the build cache that nothing uses' };
  expect(ask({}, full)).toEqual(again);
  expect(ask({ cleanedUp: true }, full)).toEqual({ kind: 'stop', reason: 'disk-full is not cured by another attempt' });
  expect(ask({ remainingMs: 0 }, full).kind).toBe('stop');
});

describe('another route', () => {
  test('is taken at once, rate limits included', () => {
    const reason = 'golang:1.24 now from mirror.gcr.io, same digest';
    expect(ask({ nextPlan: mirrored })).toEqual({ kind: 'again', waitMs: 0, reason });
    const limited = { class: 'registry-rate-limit', retryAfterMs: 60_000 } as const;
    expect(ask({ nextPlan: mirrored }, limited)).toEqual({ kind: 'again', waitMs: 0, reason });
  });

  test('does not count as an attempt', () => {
    const history = [
      { plan, failure: failureOf() },
      { plan: mirrored, failure: failureOf() },
      { plan: otherBuilder, failure: failureOf() },
    ];
    expect(ask({ history, nextPlan: otherBuilder, maxAttempts: 3 }).kind).toBe('again');
    expect(ask({ history: times(3), nextPlan: mirrored }).kind).toBe('again');
  });

  test('is not taken for ever', () => {
    expect(ask({ history: times(11), nextPlan: mirrored, maxAttempts: 3 }).kind).toBe('again');
    expect(ask({ history: times(12), nextPlan: mirrored, maxAttempts: 3 })).toEqual({
      kind: 'stop',
      reason: '12 of 3 attempts are used up',
    });
  });

  test('nor after the deadline', () => {
    expect(ask({ nextPlan: mirrored, remainingMs: 0 })).toEqual({ kind: 'stop', reason: 'the deadline is reached' });
  });
});

describe('the same again', () => {
  test.each<[FailureClass, number, number]>([
    ['network', 1, 4000],
    ['network', 2, 8000],
    ['network', 3, 16_000],
    ['network', 9, 60_000],
    ['push-failed-transient', 1, 2000],
    ['push-failed-transient', 9, 30_000],
    ['go-proxy', 1, 6000],
    ['package-mirror', 1, 10_000],
    ['registry-rate-limit', 1, 20_000],
    ['registry-rate-limit', 5, 60_000],
  ])('after %s number %i: at most %i ms, with full jitter', (kind, count, most) => {
    const wait = (random: number): number => {
      const step = ask({ history: times(count, { class: kind }), maxAttempts: 100, random });
      return step.kind === 'again' ? step.waitMs : Number.NaN;
    };
    expect([wait(0), wait(0.5), wait(1)]).toEqual([0, most / 2, most]);
  });

  test('a class is waited for within its budget, and not for ever', () => {
    const limited = { class: 'registry-rate-limit', component: 'docker.io', retryAfterMs: 200_000 } as const;
    expect(ask({}, limited).kind).toBe('again');
    expect(ask({ waitedMs: 200_000 }, limited)).toEqual({
      kind: 'stop',
      reason: 'another 200 s would be more than the 300 s that registry-rate-limit is waited for',
    });
  });

  test('nor is an image built again whose push was tried for as long as it may', () => {
    const reason = 'the image is built, and what is missing is its push';
    expect(ask({ nextPlan: mirrored, settled: reason }, { class: 'push-failed-transient' })).toEqual({
      kind: 'stop',
      reason,
    });
  });

  test('a service that names a time is believed', () => {
    expect(ask({}, { component: 'ghcr.io', retryAfterMs: 17_000 })).toEqual({
      kind: 'again',
      waitMs: 17_000,
      reason: 'waiting 17 s for ghcr.io',
    });
  });

  test.each([
    [1, 1, '1 of 1 attempts are used up'],
    [3, 3, '3 of 3 attempts are used up'],
  ])('%i failures of at most %i end it', (count, maxAttempts, reason) => {
    expect(ask({ history: times(count), maxAttempts })).toEqual({ kind: 'stop', reason });
  });

  test('a wait that the deadline does not allow ends it', () => {
    expect(ask({ remainingMs: 1000, random: 0.5 })).toEqual({
      kind: 'stop',
      reason: 'the deadline leaves no time for another attempt in 2.0 s',
    });
  });
});

test('without a failure there is nothing to decide', () => {
  expect(() => ask({ history: [] })).toThrow('nextStep needs a failed attempt');
});

describe('an outage that a status page declares', () => {
  const declared = 'www.githubstatus.com says Packages: major outage';
  const push = { class: 'push-failed-transient', component: 'ghcr.io' } as const;

  test('another road is taken at once, whatever the page says', () => {
    expect(ask({ nextPlan: mirrored, declared })).toMatchObject({ kind: 'again', waitMs: 0 });
  });

  test('the first failure is tried again as ever: a page that lies costs nothing', () => {
    expect(ask({ declared, random: 1 }, push)).toEqual(ask({ random: 1 }, push));
  });

  test('without another road it is waited for, in minutes', () => {
    const again = ask({ history: times(2, push), declared, random: 1 });
    expect(again).toEqual({ kind: 'again', waitMs: 60_000, reason: `waiting 60 s for ghcr.io: ${declared}` });
    expect(ask({ history: times(2, push), random: 1 })).toMatchObject({ waitMs: 4000 });
  });

  test('longer than an outage that nobody declared, and never past the deadline', () => {
    const long = { history: times(2, push), random: 1, waitedMs: 6 * 60_000 };
    expect(ask(long).kind).toBe('stop');
    expect(ask({ ...long, declared }).kind).toBe('again');
    expect(ask({ ...long, declared, waitedMs: 15 * 60_000 }).kind).toBe('stop');
    expect(ask({ ...long, declared, remainingMs: 59_000 }).kind).toBe('stop');
  });
});
