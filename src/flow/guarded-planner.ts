import type { Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import { standInsOf } from '../scan/subjects.ts';
import type { Inspector } from './inspector.ts';
import type { PlannerWithout } from './vetted-planner.ts';

/** Makes a plan that uses none of these images in the place of others; by their names, why each is unfit. */
export type PlannerWithoutUnfit = (
  lessons: Lessons,
  refused: ReadonlyMap<string, string>,
  unfit: ReadonlyMap<string, string>,
) => Promise<Plan>;

/** Makes plans as before, but none in which a base stands in for another that the user's policy objects to. */
export function guardedPlanner(
  makePlan: PlannerWithoutUnfit,
  { objectionTo }: Pick<Inspector, 'objectionTo'>,
): PlannerWithout {
  const unfit = new Map<string, string>();
  return async (lessons, refused) => {
    for (;;) {
      const plan = await makePlan(lessons, refused, unfit);
      const standIns = standInsOf(plan);
      const before = unfit.size;
      for (const route of plan.images.filter(({ name }) => standIns.has(name) && !unfit.has(name))) {
        const objection = await objectionTo(route, plan);
        if (objection !== null) unfit.set(route.name, objection);
      }
      if (unfit.size === before) return plan;
    }
  };
}
