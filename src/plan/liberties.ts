import type { Blueprint } from '../facts/blueprint.ts';
import { buildxCommand } from '../facts/buildx.ts';
import type { Facts } from '../facts/facts.ts';
import { buildxHas } from '../facts/versions.ts';
import type { BuildRequest, Inputs, Strategy } from '../inputs/types.ts';
import { buildLine, type LineAdditions } from './argv.ts';
import { allowedBuilder } from './allowed-builder.ts';
import { chooseBuilder, type BuilderDecision } from './builder-choice.ts';
import type { Lessons } from './lessons.ts';
import type { ImageRoute } from './plan.ts';

/*
 * What a plan may add of its own. To docker/build-push-action's inputs nothing is added but what an outage makes
 * necessary: no caches, no builder, no Dockerfile, no build arguments, and the result stays where it was asked for.
 */

export function isDropIn(inputs: Inputs): boolean {
  return inputs.form === 'drop-in';
}

/** The builder as the user has it, or the one that does what his cannot. */
export function builderOf(
  question: {
    readonly inputs: Inputs;
    readonly facts: Facts;
    readonly lessons: Lessons;
    readonly names: { readonly builder: string };
  },
  strategy: Strategy,
  route: ImageRoute | null,
): BuilderDecision {
  const { inputs, facts, lessons, names } = question;
  const { settings } = inputs;
  return allowedBuilder(wantedBuilder(), { facts, settings, lessons, route, name: names.builder });

  function wantedBuilder(): BuilderDecision {
    if (!isDropIn(inputs)) return chooseBuilder(facts, inputs.request, strategy, route, names.builder, lessons);
    // What it cannot do, buildx itself will say, in the words that people know.
    const builder = { kind: 'current', name: inputs.request.builder, driver: facts.builder.driver } as const;
    return { builder, cacheExport: true, multiPlatform: true, missing: null };
  }
}

/** `--file`: word for word what was given, or the Dockerfile that buildx would not find by itself. */
export function fileOf(inputs: Inputs, { file }: Blueprint): string | null {
  if (isDropIn(inputs)) return inputs.request.file;
  return file.isDefault ? null : file.path;
}

/** Whether the build leaves an image whose ID a file can hold (docker/build-push-action src/context.ts, `--iidfile`). */
export function hasImageId({ asked, request }: Inputs, { buildx }: Facts): boolean {
  return asked.leavesImage && (request.platforms.length === 0 || buildxHas(buildx.version, '0.4.2'));
}

/** The complete command line, for buildx as it is installed. */
export function onCommand({ buildx }: Facts, request: BuildRequest, add: LineAdditions): readonly string[] {
  const [, , ...words] = buildLine(request, add);
  return [...buildxCommand(buildx), ...words];
}
