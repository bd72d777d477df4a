import type { BaseFallback } from '../inputs/fallbacks.ts';
import { parseReference } from '../registry/reference.ts';
import type { Blueprint } from './blueprint.ts';
import { combinations } from './fallback-chain.ts';
import type { ExternalImage } from './dockerfile/types.ts';
import type { ReadDockerfiles } from './read-dockerfiles.ts';

/** More combinations of bases than this are not looked at. */
const MAX_COMBINATIONS = 64;
/** The image as the Dockerfile has it, among the values of a chain. */
const ITSELF = '';

/** Adds to each Dockerfile of the user the same with other bases, as the input `fallbacks` allows them, the nearest first. */
export function withStandIns(read: ReadDockerfiles, fallbacks: readonly BaseFallback[]): ReadDockerfiles {
  if (fallbacks.length === 0) return read;
  return {
    ...read,
    blueprints: read.blueprints.flatMap((blueprint) => [blueprint, ...standIns(blueprint, fallbacks)]),
  };
}

function standIns(blueprint: Blueprint, fallbacks: readonly BaseFallback[]): readonly Blueprint[] {
  if (blueprint.file.origin === 'bundled') return [];
  const needed = new Set(blueprint.facts.images.filter(canStandIn).map((image) => image.contextKey));
  const chains = fallbacks
    .filter((fallback) => needed.has(fallback.contextKey))
    .map((fallback) => ({ arg: fallback.contextKey, values: [ITSELF, ...fallback.alternatives] }));
  return combinations(chains)
    .slice(1, MAX_COMBINATIONS)
    .map((values) => replaced(blueprint, values));
}

/** A frontend is no base, and a context of a stage's name would replace the stage. */
function canStandIn(image: ExternalImage): boolean {
  return !image.shadowedByStage && image.uses.every(({ kind }) => kind !== 'syntax');
}

function replaced(blueprint: Blueprint, values: Readonly<Record<string, string>>): Blueprint {
  const images = blueprint.facts.images.map((image): ExternalImage => {
    const text = values[image.contextKey] ?? ITSELF;
    const parsed = text === ITSELF ? null : parseReference(text);
    return parsed?.kind === 'parsed' ? { ...image, reference: parsed.reference, text, insteadOf: image.text } : image;
  });
  return { ...blueprint, facts: { ...blueprint.facts, images } };
}
