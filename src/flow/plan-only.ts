import { openLocalCache } from '../build/local-cache.ts';
import { STRATEGIES, type Inputs } from '../inputs/types.ts';
import { cacheScope } from '../plan/cache-facts.ts';
import { differences } from '../plan/differences.ts';
import { NO_LESSONS, type Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import type { Outcome } from './build-image.ts';
import { createPlanner } from './planner.ts';
import type { Prepared } from './prepare.ts';
import { nominalFiles } from './run-files.ts';
import type { World } from './world.ts';

/** What a build would do, and what it would do differently one strategy down; nothing is built and nothing written. */
export async function planOnly(inputs: Inputs, world: World, prepared: Prepared): Promise<Outcome> {
  const local = await openLocalCache(inputs.settings.cacheLocalPath, cacheScope(inputs));
  const files = nominalFiles(world.tempDir);
  const planner = createPlanner(inputs, prepared, local, files);
  const makePlan = (lessons: Lessons): Promise<Plan> => planner(lessons, new Map(), new Map());
  const plan = await makePlan(NO_LESSONS);
  const below = STRATEGIES[STRATEGIES.indexOf(plan.strategy) + 1];
  const oneDown =
    below === undefined
      ? null
      : await makePlan({ ...NO_LESSONS, floor: { strategy: below, reason: 'asked for by mode plan' } });
  const changes = oneDown === null ? [] : differences(plan, oneDown);
  return { verdict: 'plan', attempts: [], image: null, metadata: null, planned: { plan, oneDown, changes } };
}
