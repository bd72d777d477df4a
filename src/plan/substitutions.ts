import type { Blueprint } from '../facts/blueprint.ts';
import type { ExternalImage } from '../facts/dockerfile/types.ts';
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
    const inResult = isBaseOfResult(image, blueprint);
    return [{ arg: BY_CONTEXT, from: image.insteadOf, to: image.text, reason, hosts, inResult, trial: 'outstanding' }];
  });
}

/** Whether the stage that is built starts from an image, be it by way of other stages. */
function isBaseOfResult({ uses }: ExternalImage, { facts }: Blueprint): boolean {
  const lineage = new Set<string>();
  for (let stage = facts.stages[facts.target ?? -1]; stage !== undefined; stage = facts.stages[stage.parent ?? -1]) {
    if (lineage.has(stage.label)) break;
    lineage.add(stage.label);
  }
  return uses.some(({ kind, stage }) => kind === 'from' && stage !== null && lineage.has(stage));
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

/** For people: `debian:13-slim in place of gcr.io/distroless/static:nonroot`, `RUNTIME_BASE=debian in place of distroless`. */
export function substitutionWords({ arg, from, to }: Pick<Substitution, 'arg' | 'from' | 'to'>): string {
  return `${arg === BY_CONTEXT ? to : `${arg}=${to}`} in place of ${from}`;
}

export function substitutionText({ arg, from, to }: Pick<Substitution, 'arg' | 'from' | 'to'>): string {
  return arg === BY_CONTEXT ? `${from} => ${to}` : `${arg}: ${from} => ${to}`;
}
