import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Facts } from '../facts/facts.ts';
import { readGoToolchain, type GoToolchain, type ToolchainQuestion } from '../facts/go-toolchain.ts';
import type { Blueprint } from '../facts/blueprint.ts';
import type { Health } from '../health/health.ts';
import { isUsable } from '../health/observation.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import type { Inputs } from '../inputs/types.ts';
import { mayCompileOutside, outsideObstacle, outsideOf, type Outside, type OutsideQuestion } from '../plan/outside.ts';
import type { RunCommand } from '../process/run-command.ts';

/** What decides whether a service can be compiled outside of Docker. */
export interface LastResortQuestion {
  readonly inputs: Inputs;
  readonly facts: Facts;
  readonly health: Health;
  readonly blueprints: readonly Blueprint[];
  readonly cwd: string;
  /** The folder of the Go modules that a pre-warm stored; null where there are none. */
  readonly storedModules: () => string | null;
}

/** Says what could be built without any image. This machine's Go is asked once, and not before somebody wants to know. */
export function openLastResort(
  question: LastResortQuestion,
  run: RunCommand,
): (names: OutsideQuestion['names']) => Promise<Outside | null> {
  const { inputs, facts, blueprints } = question;
  let asked: Promise<GoToolchain> | null = null;
  return async (names) => {
    if (!mayCompileOutside(inputs, blueprints)) return null;
    const obstacle = outsideObstacle(inputs, facts);
    if (obstacle !== null) return { kind: 'impossible', reason: obstacle };
    asked ??= readGoToolchain(toolchainQuestion(question), run);
    return outsideOf({ inputs, facts, blueprints, toolchain: await asked, names });
  };
}

function toolchainQuestion({ inputs, health, cwd, storedModules }: LastResortQuestion): ToolchainQuestion {
  const { request } = inputs;
  const modules = storedModules();
  return {
    folder: resolve(cwd, request.context),
    service: argumentsOf(request.buildArgs)['SERVICE'] ?? '',
    stored: modules === null ? null : pathToFileURL(modules).href,
    proxies: health.goProxies.filter(({ observation }) => isUsable(observation)).map(({ url }) => url),
  };
}
