import { BUILDKIT_IMAGE, imageOf, type BuilderDecision } from './builder-choice.ts';
import type { Facts } from '../facts/facts.ts';
import type { Settings } from '../inputs/types.ts';
import { parseReference } from '../registry/reference.ts';
import type { Lessons } from './lessons.ts';
import type { BuilderChoice, ImageRoute } from './plan.ts';

/**
 * With `mirrors-only` and `offline` a builder that has not booted must not: buildx asks the registry of its image first,
 * whatever the engine holds (docker/buildx driver/docker-container/driver.go `create`). One of our own that is like it is
 * booted from an allowed mirror by digest; where that cannot be, the builder is barred, and another one has to build.
 */
export function allowedBuilder(
  decision: BuilderDecision,
  question: {
    readonly facts: Facts;
    readonly settings: Pick<Settings, 'mirrors' | 'mirrorsOnly' | 'offline'>;
    readonly lessons: Pick<Lessons, 'boot'>;
    readonly route: ImageRoute | null;
    /** Of a builder of our own. */
    readonly name: string;
  },
): BuilderDecision {
  const { facts, settings, lessons, route, name } = question;
  const { unbooted } = facts.builder;
  const { builder } = decision;
  const rule = settings.offline ? 'offline' : settings.mirrorsOnly ? 'mirrors-only' : null;
  if (rule === null || unbooted === undefined || builder.kind === 'own') return decision;
  const wanted = unbooted.image ?? BUILDKIT_IMAGE;
  if (!settings.offline && isAtMirror(wanted, settings)) return decision;
  const like = facts.builder.name ?? builder.name ?? '';
  const why = `${rule}: ${like} has not booted, and would ask for ${wanted}`;
  const image = imageOf(route);
  if (image !== null && lessons.boot === null) {
    return { ...decision, builder: { kind: 'own', name, image, like, reason: why } };
  }
  const obstacle = lessons.boot ?? (route?.choice.kind === 'none' ? route.choice.reason : 'nobody was asked for it');
  return { ...decision, builder: { ...builder, barred: `${why}: ${obstacle}` } };
}

/** Whether the user has the builder boot from one of the mirrors himself. */
function isAtMirror(image: string, { mirrors }: Pick<Settings, 'mirrors'>): boolean {
  const parsed = parseReference(image);
  return parsed.kind === 'parsed' && mirrors.some(({ host }) => host === parsed.reference.registry);
}

/** What is said of a builder that one of our own stands in for. */
export function standInNote(builder: BuilderChoice): readonly string[] {
  if (builder.kind !== 'own' || builder.like === undefined) return [];
  return [
    `the builder ${builder.like} is left alone, and one like it builds, which is removed again (${builder.reason})`,
  ];
}
