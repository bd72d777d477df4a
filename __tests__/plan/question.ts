import type { SourceAnswer } from '../../src/health/source-answer.ts';
import { cacheFactsOf } from '../../src/plan/cache-facts.ts';
import { NO_LESSONS } from '../../src/plan/lessons.ts';
import { makePlan, type PlanQuestion } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { blueprints, factsOf, healthOf, inputsOf, upstream } from './world.ts';

export const golang = 'docker.io/library/golang:1.24';
export const emptyLocalCache = { source: null, destination: '/tmp/cache/next', problem: null };

/** A question whose answer is the plan of a healthy build, with changes. Answers are given by image key. */
export async function questionOf(
  changes: Partial<Omit<PlanQuestion, 'answers'>> & {
    readonly answers?: Readonly<Record<string, readonly SourceAnswer[]>>;
  } = {},
): Promise<PlanQuestion> {
  const inputs = changes.inputs ?? inputsOf();
  const health = changes.health ?? (await healthOf());
  return {
    inputs,
    facts: factsOf(),
    health,
    blueprints: blueprints('FROM golang:1.24\n'),
    memory: new Map(),
    lock: new Map(),
    caches: cacheFactsOf(inputs, health, emptyLocalCache),
    lessons: NO_LESSONS,
    nowMs: Date.UTC(2026, 8, 1),
    names: {
      builder: 'own-1',
      iidFile: '/run/iid',
      metadataFile: '/run/metadata.json',
      rewrite: '/run/dockerfile',
      policy: '/run/source-policy.json',
    },
    ...changes,
    answers: new Map(Object.entries(changes.answers ?? { [golang]: [upstream('docker.io')] })),
  };
}

export async function planOf(changes: Parameters<typeof questionOf>[0] = {}): Promise<Plan> {
  return makePlan(await questionOf(changes));
}

/** The values of an option that can be given more than once. */
export function valuesOf(plan: Plan, option: string): readonly string[] {
  return plan.argv.flatMap((word, index) => (plan.argv[index - 1] === option ? [word] : []));
}
