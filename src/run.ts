import { buildImage, type Outcome } from './flow/build-image.ts';
import { planOnly } from './flow/plan-only.ts';
import { prepare } from './flow/prepare.ts';
import { openSession } from './flow/session.ts';
import { tellHealth, tellResult } from './flow/tell.ts';
import type { World } from './flow/world.ts';
import type { Inputs } from './inputs/types.ts';
import type { Result } from './report/result.ts';

/** The whole way: facts and health, plan, attempts, result. Every renderer works on what it gives back. */
export async function run(inputs: Inputs, world: World): Promise<Result> {
  const startedAtMs = Date.now();
  const session = await openSession(world);
  try {
    const prepared = await prepare(inputs, world, session);
    const { facts, health } = prepared;
    for (const warning of session.warnings()) world.journal.warning(warning);
    tellHealth(inputs, world.journal, health);
    const outcome = await outcomeOf();
    const seconds = (Date.now() - startedAtMs) / 1000;
    const result: Result = { ...outcome, startedAtMs, seconds, inputs, facts, health, tags: inputs.request.tags };
    tellResult(world.journal, result);
    return result;

    function outcomeOf(): Promise<Outcome> {
      switch (inputs.mode) {
        case 'health':
          return Promise.resolve({ verdict: 'health', attempts: [], image: null, metadata: null });
        case 'plan':
          return planOnly(inputs, world, prepared);
        case 'build':
          return buildImage(inputs, world, session, prepared);
      }
    }
  } finally {
    session.close();
  }
}
