import { readBuilder } from '../facts/builder.ts';
import { readBuildx, runBuildx } from '../facts/buildx.ts';
import type { Facts } from '../facts/facts.ts';
import type { Inputs } from '../inputs/types.ts';
import { fitRequest } from '../plan/fit-request.ts';
import type { Lessons } from '../plan/lessons.ts';
import type { RunCommand } from '../process/run-command.ts';
import { buildersOf, firstLiving, onBuilder, type Silent } from './living-builder.ts';

/** Inputs and facts of a build on the builder that takes over. */
export interface Successor {
  readonly inputs: Inputs;
  readonly facts: Facts;
}

/** Who takes over from the builders that were lost; null where nobody does. */
export type Succession = (
  lessons: Pick<Lessons, 'builders' | 'boot'>,
  /** Builders that must not boot, with the reason. Default: none. */
  barred?: ReadonlyMap<string, string>,
) => Promise<Successor | null>;

/**
 * The order of `builders` goes on where a builder dies in mid-build: the next one that answers, the engine's own last. Each
 * loss is answered once.
 *
 * @param given the inputs before they were fitted to the builder that was lost
 * @param secretDir where the secrets that are given as text are files
 */
export function successionOf(given: Inputs, facts: Facts, run: RunCommand, secretDir: string): Succession {
  const { builders, builderTimeoutMs: timeoutMs } = given.settings;
  const answers = new Map<string, Promise<Successor | null>>();
  return async ({ builders: lost, boot }, barred = new Map()) => {
    // One that dies is replaced where the user names others; one that never boots, by the engine's own all the same.
    const isReplaced = barred.size > 0 || (lost.size > 0 && (builders.length > 0 || boot !== null));
    if (!isReplaced) return null;
    const key = [...lost.keys(), ...barred.keys()].join('\n');
    const answer = answers.get(key) ?? succeed(lost, barred);
    answers.set(key, answer);
    return await answer;
  };

  async function succeed(
    lost: ReadonlyMap<string, string>,
    barred: ReadonlyMap<string, string>,
  ): Promise<Successor | null> {
    const candidates = (await buildersOf(given, run)).filter((name) => !lost.has(name) && !barred.has(name));
    const { name, passedOver } = await firstLiving(candidates, run, timeoutMs);
    if (name === null) return null;
    const inspection = await runBuildx(run, ['inspect', name], timeoutMs);
    const builder = await readBuilder(async () => await Promise.resolve(inspection), name, timeoutMs);
    const buildx = await readBuildx(run, facts.buildx.version, inspection, timeoutMs);
    const died = [...lost].map(([builder, problem]): Silent => {
      return { builder: builder || (facts.builder.name ?? 'in use'), problem, inMidBuild: true };
    });
    const kept = [...barred].map(([builder, problem]): Silent => ({ builder, problem }));
    const moved = onBuilder(given, name, [...died, ...kept, ...passedOver]);
    const newFacts = { ...facts, builder, buildx: { ...buildx, kind: facts.buildx.kind } };
    const inputs = { ...moved, passedOver: [...(given.passedOver ?? []), ...(moved.passedOver ?? [])] };
    const fitted = fitRequest(inputs, newFacts, secretDir);
    return fitted.kind === 'fits' ? { inputs: fitted.inputs, facts: newFacts } : null;
  }
}
