import { builderFrom } from '../facts/builder.ts';
import { sharedInspection } from '../facts/buildx.ts';
import type { PassedOver } from '../inputs/passed-over.ts';
import type { Inputs } from '../inputs/types.ts';
import type { RunCommand } from '../process/run-command.ts';

/**
 * With `builders`, the first builder that answers within its deadline: the one of the input `builder`, then the list, then
 * the engine's own. All are asked at once, so that a dead cluster costs its deadline once. None is booted or changed.
 */
export async function withLivingBuilder(inputs: Inputs, run: RunCommand): Promise<Inputs> {
  const { builders, builderTimeoutMs } = inputs.settings;
  if (builders.length === 0) return inputs;
  const { name, passedOver } = await firstLiving(await buildersOf(inputs, run), run, builderTimeoutMs);
  return onBuilder(inputs, name, passedOver);
}

/** All builders that may do the job, in the order in which they are wanted. */
export async function buildersOf({ request, settings }: Inputs, run: RunCommand): Promise<readonly string[]> {
  const { builder } = request;
  return [...new Set([...(builder === null ? [] : [builder]), ...settings.builders, await enginesOwn(run)])];
}

/** A builder that could not be had, and what it said. */
export type Silent = Omit<PassedOver, 'instead'>;

/** The inputs for one of them, or for whatever there is, with those that could not be had. */
export function onBuilder(inputs: Inputs, name: string | null, silent: readonly Silent[]): Inputs {
  const passedOver = silent.map((one) => ({ ...one, instead: name }));
  const request = name === null ? inputs.request : { ...inputs.request, builder: name };
  return { ...inputs, request, passedOver };
}

/** The first that answers, null where none does, and the ones before it. */
export async function firstLiving(
  names: readonly string[],
  run: RunCommand,
  timeoutMs: number,
): Promise<{ readonly name: string | null; readonly passedOver: readonly Silent[] }> {
  const answers = names.map(async (name) => ({ name, problem: await problemOf(name, run, timeoutMs) }));
  const passedOver: Silent[] = [];
  for (const answer of answers) {
    const { name, problem } = await answer;
    if (problem === null) return { name, passedOver };
    passedOver.push({ builder: name, problem });
  }
  return { name: null, passedOver };
}

/** The engine's own builder is called like the docker context (docker/buildx docs, `default`). */
async function enginesOwn(run: RunCommand): Promise<string> {
  const shown = await run(['docker', 'context', 'show'], { timeoutMs: 5_000 });
  return (shown.kind === 'exited' && shown.code === 0 && shown.stdout.trim()) || 'default';
}

/** Why a builder, by its name or the one in use, is not to be relied on, or null. What boots on demand may be asleep; a remote one is there or is not. */
export async function problemOf(name: string | null, run: RunCommand, timeoutMs: number): Promise<string | null> {
  const outcome = await sharedInspection(run, name, timeoutMs);
  if (outcome.kind === 'failed') return outcome.reason.replace(/^docker /, 'it ');
  if (outcome.code !== 0) return outcome.stderr.trim().split('\n').at(-1) ?? 'docker buildx inspect failed';
  const { driver, running, problem } = builderFrom(outcome.stdout);
  if (problem !== null) return problem;
  return driver === 'remote' && !running ? 'it is not running' : null;
}
