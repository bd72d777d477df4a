import { buildImage, type Outcome } from './flow/build-image.ts';
import { withLivingBuilder } from './flow/living-builder.ts';
import { fitRequest } from './plan/fit-request.ts';
import { neededServices } from './flow/needed.ts';
import { planOnly } from './flow/plan-only.ts';
import { prepare } from './flow/prepare.ts';
import { secretDirectory } from './flow/run-files.ts';
import { hideSecrets } from './flow/secrets.ts';
import { openSession } from './flow/session.ts';
import { tellHealth, tellMachine, tellOutputs, tellResult } from './flow/tell.ts';
import { tellChecks } from './flow/tell-checks.ts';
import type { World } from './flow/world.ts';
import { passedOverText } from './inputs/passed-over.ts';
import type { Inputs } from './inputs/types.ts';
import type { Result } from './report/result.ts';

/** The whole way: facts and health, plan, attempts, result. Every renderer works on what it gives back. */
export async function run(asked: Inputs, world: World): Promise<Result> {
  const startedAtMs = Date.now();
  const session = await openSession(world);
  try {
    await hideSecrets(asked, world);
    const given = await withLivingBuilder(asked, session.run);
    for (const one of given.passedOver ?? []) world.journal.warning(passedOverText(one));
    const prepared = await prepare(given, world, session);
    const { facts, health } = prepared;
    for (const warning of session.warnings()) world.journal.warning(warning);
    tellMachine(given, world, facts, session);
    tellHealth(given, world.journal, { ...health, statusPages: prepared.statusPages() });
    const fitted = fitRequest(given, facts, secretDirectory(given, world));
    const inputs = fitted.kind === 'fits' ? fitted.inputs : given;
    if (fitted.kind === 'fits') for (const warning of fitted.warnings) world.journal.warning(warning);
    const outcome = await outcomeOf().finally(prepared.warm.close);
    await tellChecks(inputs, world, facts, outcome.metadata, outcome.attempts.at(-1)?.plan.dockerfile.rewrite);
    const seconds = (Date.now() - startedAtMs) / 1000;
    const seen = { ...health, statusPages: prepared.statusPages() };
    const needed = inputs.mode === 'monitor' ? { needed: neededServices(inputs, prepared) } : {};
    const result: Result = {
      ...outcome,
      startedAtMs,
      seconds,
      inputs,
      facts,
      health: seen,
      ...needed,
      tags: inputs.request.tags,
    };
    if (inputs.form === 'drop-in') tellOutputs(world.journal, result);
    tellResult(world.journal, result);
    return result;

    function outcomeOf(): Promise<Outcome> {
      const nothing = { attempts: [], image: null, metadata: null };
      if (inputs.mode === 'health' || inputs.mode === 'monitor')
        return Promise.resolve({ verdict: 'health', ...nothing });
      if (fitted.kind === 'refused') return Promise.resolve({ verdict: 'failed', ...nothing, problem: fitted.problem });
      switch (inputs.mode) {
        case 'plan':
          return planOnly(inputs, world, prepared);
        case 'prewarm':
          throw new Error('prewarm has a flow of its own');
        case 'build':
          return buildImage(inputs, world, session, prepared);
      }
    }
  } finally {
    session.close();
  }
}
