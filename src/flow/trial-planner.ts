import type { LocalCache } from '../build/local-cache.ts';
import { checkSubstitute } from '../build/substitute/check-substitute.ts';
import type { Inputs } from '../inputs/types.ts';
import type { Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import { createPlanner } from './planner.ts';
import { guardedPlanner } from './guarded-planner.ts';
import type { Inspector } from './inspector.ts';
import type { Prepared } from './prepare.ts';
import type { RunFiles } from './run-files.ts';
import type { Session } from './session.ts';
import { vettedPlanner } from './vetted-planner.ts';
import type { World } from './world.ts';

/** What plans of one run are made of, beside its inputs. */
interface Material {
  readonly prepared: Prepared;
  readonly local: LocalCache;
  readonly files: RunFiles;
  readonly env: World['env'];
  readonly inspector: Inspector;
  /** When the run's attempts began, by performance.now(). */
  readonly startedAt: number;
}

/** Makes the plans of a run; an image on another base than its Dockerfile names is tried first, where people can see it. */
export function trialPlanner(
  inputs: Inputs,
  world: World,
  session: Session,
  material: Material,
): (lessons: Lessons) => Promise<Plan> {
  const { prepared, local, files, env, inspector, startedAt } = material;
  const { journal, cwd, signal, tempDir } = world;
  const guarded = guardedPlanner(createPlanner(inputs, prepared, local, files), inspector);
  return vettedPlanner(guarded, async (plan, what) => {
    journal.group(`Another base is tried: ${what}`);
    journal.beginOutput();
    const { platforms } = inputs.request;
    const question = {
      plan,
      platforms,
      platform: prepared.facts.engine.platform,
      smokeCommand: inputs.settings.smokeCommand,
      remainingMs: Math.max(0, plan.deadlineMs - (performance.now() - startedAt)),
    };
    const problem = await checkSubstitute(question, {
      env,
      cwd,
      signal,
      tempDir,
      write: journal.output,
      run: session.run,
    });
    journal.endOutput();
    journal.endGroup();
    journal.warning(problem === null ? `another base stands in: ${what}` : `${what} is refused: ${problem}`);
    return problem;
  });
}
