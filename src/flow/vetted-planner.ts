import type { Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import { BY_CONTEXT, substitutionText } from '../plan/substitutions.ts';

/** Makes a plan that uses none of these combinations of other bases; by what they are called, why each was refused. */
export type PlannerWithout = (lessons: Lessons, refused: ReadonlyMap<string, string>) => Promise<Plan>;

/** Makes plans as before, but one whose image stands on another base only once such an image was seen to run. */
export function vettedPlanner(
  makePlan: PlannerWithout,
  check: (plan: Plan, what: string) => Promise<string | null>,
): (lessons: Lessons) => Promise<Plan> {
  const accepted = new Set<string>();
  const refused = new Map<string, string>();
  return async (lessons) => {
    for (;;) {
      const plan = await makePlan(lessons, refused);
      const what = standInText(plan);
      if (what === '') return plan;
      if (accepted.has(what)) return withPassedTrial(plan);
      const problem = await check(plan, what);
      if (problem === null) accepted.add(what);
      else refused.set(what, problem);
    }
  };
}

function withPassedTrial(plan: Plan): Plan {
  const substitutions = plan.substitutions.map((one) =>
    one.arg === BY_CONTEXT ? { ...one, trial: 'passed' as const } : one,
  );
  return { ...plan, substitutions };
}

function standInText({ substitutions }: Plan): string {
  return substitutions
    .filter(({ arg }) => arg === BY_CONTEXT)
    .map(substitutionText)
    .join('; ');
}
