import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextStep } from '../../src/build/next.ts';
import { waitPolicy } from '../../src/build/waits.ts';
import type { Attribution, FailureCause, FailureClass } from '../../src/failure/types.ts';
import { STRATEGIES } from '../../src/inputs/types.ts';
import { learn, type Experience } from '../../src/plan/lessons.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { golang, questionOf } from '../plan/question.ts';
import { answerOf, blueprints, deadUpstream, digestA, factsOf, failureOf, inputsOf, upstream } from '../plan/world.ts';

/* A build at whose every attempt anything may fail, planned by the real planner. */

const classes: readonly FailureClass[] = [
  ...(['gha-cache', 'registry-unavailable', 'registry-rate-limit', 'registry-auth', 'image-not-found'] as const),
  ...(['push-failed-transient', 'go-proxy', 'package-mirror', 'dns', 'network', 'builder', 'disk-full'] as const),
  ...(['out-of-memory', 'timeout', 'user-code'] as const),
];
const final: ReadonlySet<FailureClass> = new Set(['registry-auth', 'image-not-found', 'user-code']);
const causes: readonly FailureCause[] = [
  'cache-import',
  'cache-export',
  'boot',
  'frontend',
  'base-image',
  'sbom',
  'push',
  null,
];
const hosts = [
  'docker.io',
  'gcr.io',
  'ghcr.io',
  'mirror.gcr.io',
  'public.ecr.aws',
  'gha-cache',
  'proxy.golang.org',
  null,
];
const steps = ['importing cache manifest from gha:1', 'importing cache manifest from local:2', '[build 2/3] RUN make'];

const failures = fc
  .record({
    class: fc.constantFrom(...classes),
    cause: fc.constantFrom(...causes),
    component: fc.constantFrom(...hosts),
    passing: fc.boolean(),
    retryAfterMs: fc.constantFrom(null, 0, 1000, 90_000, 280_000),
    step: fc.constantFrom(...steps),
    seconds: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.integer({ min: 0, max: 2400 })),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
    recovers: fc.boolean(),
  })
  .map(({ passing, step, ...rest }) => ({
    ...rest,
    failure: failureOf({
      class: rest.class,
      cause: rest.cause,
      component: rest.component,
      retryAfterMs: rest.retryAfterMs,
      retryable: passing && !final.has(rest.class),
      step: { kind: 'run', name: step, number: 1 },
    }),
  }));

const standard = blueprints('FROM golang:1.24\nARG GOPROXY\nRUN go build ./...\n');
const resilient = blueprints(
  '# fallback BASE: distroless debian\nARG BASE=distroless\nFROM golang:1.24 AS build\nFROM gcr.io/distroless/static AS from-distroless\nFROM debian:13 AS from-debian\nFROM from-${BASE}\n',
  'resilient',
);
const all = [...standard, ...resilient];
const keys = [
  golang,
  'gcr.io/distroless/static',
  'docker.io/library/debian:13',
  'docker.io/moby/buildkit:buildx-stable-1',
];
const mirrors = [answerOf('mirror.gcr.io', { operator: 'google' }), answerOf('public.ecr.aws', { operator: 'amazon' })];

const worlds = fc.record({
  strategy: fc.constantFrom('auto', ...STRATEGIES),
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  containerdStore: fc.boolean(),
  engineSeen: fc.boolean(),
  dead: fc.subarray(keys),
  withMirrors: fc.boolean(),
  // What fails tends to fail again.
  attempts: fc.oneof(
    fc.infiniteStream(failures),
    fc.array(failures, { minLength: 1, maxLength: 3 }).chain((few) => fc.infiniteStream(fc.constantFrom(...few))),
  ),
});

/** Whether an attempt is the one before it once more, by the same builder; the clean-up of a full disk is what that one did about it. */
function isRepeated({ plan }: Experience, index: number, history: readonly Experience[]): boolean {
  const before = history[index - 1];
  if (before === undefined || before.failure.class === 'disk-full') return false;
  const deed = ({ argv, builder }: Plan): string => JSON.stringify([argv, builder]);
  return deed(before.plan) === deed(plan);
}

/** What a plan takes again although it failed: a mirror, a cache, a Go proxy. */
function returnsTo(plan: Plan, { class: kind, cause, component }: Attribution): readonly string[] {
  const isCache = kind === 'gha-cache' || cause === 'cache-import' || cause === 'cache-export';
  const isFetch = !isCache && (cause === 'base-image' || cause === 'frontend' || cause === 'sbom');
  const mirrors = plan.images.filter(({ choice }) => choice.kind === 'mirror' && choice.host === component);
  const isGha = kind === 'gha-cache' || (isCache && component === 'gha-cache');
  const caches = plan.caches.filter(({ backend, value }) => backend === 'gha' && value !== null);
  return [
    ...(isFetch ? mirrors.map(({ name }) => `${name} from ${component}`) : []),
    ...(isGha ? caches.map(({ value }) => String(value)) : []),
  ];
}

const rank = (plan: Plan): number => STRATEGIES.indexOf(plan.strategy);

test('whatever fails, it ends, never goes up a strategy, and never repeats what is final', async () => {
  const base = await questionOf();
  const run = (world: typeof worlds extends fc.Arbitrary<infer T> ? T : never): readonly Experience[] => {
    const inputs = inputsOf({ strategy: world.strategy, push: 'true' });
    const answers = (up: boolean): readonly [string, ReturnType<typeof answerOf>[]][] =>
      keys.map((key) => {
        const host = key.split('/')[0] ?? '';
        const own = world.dead.includes(key) && !up ? deadUpstream(host) : upstream(host, { digest: digestA });
        return [key, [own, ...(world.withMirrors ? mirrors : [])]];
      });
    const facts = factsOf({ engine: { containerdStore: world.containerdStore } });
    const plan = (history: readonly Experience[], up: boolean): Plan =>
      makePlan({ ...base, inputs, facts, blueprints: all, answers: new Map(answers(up)), lessons: learn(history) });
    const history: Experience[] = [];
    let next = plan(history, false);
    let remainingMs = next.deadlineMs;
    let cleanedUp = false;
    const waitedMs = new Map<FailureClass, number>();
    for (const { failure, seconds, random, recovers } of world.attempts) {
      history.push({ plan: next, failure });
      remainingMs -= seconds * 1000;
      next = plan(history, recovers);
      const step = nextStep({
        history,
        nextPlan: next,
        maxAttempts: world.maxAttempts,
        remainingMs,
        random,
        engineSeen: world.engineSeen,
        cleanedUp,
        waitedMs: waitedMs.get(failure.class) ?? 0,
      });
      cleanedUp ||= step.kind === 'again' && step.cleanUp === true;
      if (step.kind === 'stop') return history;
      expect(step.waitMs).toBeLessThan(Math.max(remainingMs, 1));
      remainingMs -= step.waitMs;
      waitedMs.set(failure.class, (waitedMs.get(failure.class) ?? 0) + step.waitMs);
      expect(waitedMs.get(failure.class)).toBeLessThanOrEqual(waitPolicy(failure.class).budgetMs);
      expect(history.length).toBeLessThan(40);
    }
    return history;
  };
  fc.assert(
    fc.property(worlds, (world) => {
      const history = run(world);
      expect(history.length).toBeLessThanOrEqual(12 + world.maxAttempts + 1);
      const ranks = history.map(({ plan }) => rank(plan));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      const carriedOn = history.slice(0, -1).map(({ failure }): Attribution => failure);
      const final = carriedOn.filter(({ retryable }) => !retryable).map((failure) => failure.class);
      // A full disk is cleaned up once; nothing else that is final is tried again.
      expect(final).toEqual(final.slice(0, 1).map(() => 'disk-full'));
      expect(history.filter(isRepeated).length).toBeLessThan(world.maxAttempts);
      history.forEach(({ failure }, index) => {
        const later = history.slice(index + 1).map(({ plan }) => plan);
        expect(later.flatMap((plan) => returnsTo(plan, failure))).toEqual([]);
      });
    }),
    { numRuns: 1500 },
  );
});
