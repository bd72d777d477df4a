import type { Blueprint } from '../facts/blueprint.ts';
import type { Facts } from '../facts/facts.ts';
import type { BuildRequest } from '../inputs/types.ts';
import { capabilitiesOf } from '../facts/facts.ts';
import type { ImageRoute, Substitution } from './plan.ts';

/** How a substitution of the user's own Dockerfile is called where others have the name of a build argument. */
export const BY_CONTEXT = 'FROM';

/** Bases that stand in for the ones that the Dockerfile names, as the input `fallbacks` allows it. */
export function standInsOf(blueprint: Blueprint, original: readonly ImageRoute[]): readonly Substitution[] {
  return blueprint.facts.images.flatMap((image): readonly Substitution[] => {
    if (image.insteadOf === undefined) return [];
    const lost = original.find(({ contextKey }) => contextKey === image.contextKey);
    const hosts = (lost?.answers ?? []).filter(({ kind }) => kind === 'upstream').map(({ host }) => host);
    const reason = `${image.insteadOf} has no healthy source`;
    return [{ arg: BY_CONTEXT, from: image.insteadOf, to: image.text, reason, hosts }];
  });
}

/** Says in the image itself what it was made from instead, where the exporter takes annotations. */
export function substitutionNotes(
  all: readonly Substitution[],
  request: BuildRequest,
  facts: Facts,
): readonly string[] {
  if (!request.push || all.length === 0 || !capabilitiesOf(facts.engine, facts.builder).multiPlatform) return [];
  return [`dev.smart-docker-build.substitutions=${all.map(substitutionText).join('; ')}`];
}

export function substitutionText({ arg, from, to }: Pick<Substitution, 'arg' | 'from' | 'to'>): string {
  return arg === BY_CONTEXT ? `${from} => ${to}` : `${arg}: ${from} => ${to}`;
}
