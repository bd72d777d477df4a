import type { Facts } from '../facts/facts.ts';
import { capabilitiesOf } from '../facts/facts.ts';
import type { BuildRequest, Inputs, Strategy } from '../inputs/types.ts';
import type { Lessons } from './lessons.ts';
import type { BuilderChoice, ImageRoute } from './plan.ts';
import { loadedName } from './store-means.ts';

export interface BuilderDecision {
  readonly builder: BuilderChoice;
  /** Whether the chosen builder exports caches and builds several platforms. */
  readonly cacheExport: boolean;
  readonly multiPlatform: boolean;
  /** What cannot be had with the builder at hand, or null. */
  readonly missing: string | null;
}

/** The image that buildx boots a docker-container builder from (buildx driver/bkimage). */
export const BUILDKIT_IMAGE = 'moby/buildkit:buildx-stable-1';

/** Whether a builder of our own would do what the one at hand cannot; known before anything is probed. */
export function wantsOwnBuilder(facts: Facts, request: BuildRequest, strategy: Strategy | null): boolean {
  const able = capabilitiesOf(facts.engine, facts.builder);
  if (request.builder !== null || facts.builder.driver !== 'docker') return false;
  const wantsCache = strategy !== 'emergency' && !able.cacheExport;
  return wantsCache || (request.platforms.length > 1 && !able.multiPlatform);
}

/** Whether one of our own builds because the engine's hangs; nobody replaces a builder that the user named. */
export function isReplaced(facts: Facts, request: BuildRequest, lessons: Pick<Lessons, 'hung'>): boolean {
  return lessons.hung !== null && request.builder === null && facts.builder.driver === 'docker';
}

/** The image that a builder is about to boot from, the user's own without a container or one of ours; null for none. */
export function bootImage(facts: Facts, { form, request }: Inputs, lessons: Pick<Lessons, 'hung'>): string | null {
  const { unbooted } = facts.builder;
  if (unbooted !== undefined) return unbooted.image ?? BUILDKIT_IMAGE;
  const isWanted = wantsOwnBuilder(facts, request, null) || isReplaced(facts, request, lessons);
  return form === 'image' && isWanted ? BUILDKIT_IMAGE : null;
}

/**
 * What a builder of the user's that has not booted is helped with where its image's registry is not healthy: the same
 * digest from a mirror, under the name that buildx falls back to once it could not pull.
 */
export function withSeed(builder: BuilderChoice, route: ImageRoute | null, { builder: facts }: Facts): BuilderChoice {
  if (builder.kind === 'own' || facts.unbooted === undefined || route?.choice.kind !== 'mirror') return builder;
  const { host, repository, digest } = route.choice;
  return { ...builder, seed: { from: `${host}/${repository}@${digest}`, as: route.name } };
}

/**
 * The builder at hand, or a docker-container builder of our own where the engine's cannot do the job. Without a route to
 * the builder's image, or after a failed boot, the engine's own does what it can.
 */
export function chooseBuilder(
  facts: Facts,
  request: BuildRequest,
  strategy: Strategy,
  route: ImageRoute | null,
  name: string,
  lessons: Lessons,
): BuilderDecision {
  const able = capabilitiesOf(facts.engine, facts.builder);
  const current: BuilderChoice = { kind: 'current', name: request.builder, driver: facts.builder.driver };
  const isHung = isReplaced(facts, request, lessons);
  if (!isHung && !wantsOwnBuilder(facts, request, strategy)) return { builder: current, ...able, missing: null };
  const obstacle =
    lessons.boot ?? (route?.choice.kind === 'none' && !facts.hasBuilderImage ? route.choice.reason : null);
  if (obstacle !== null && isHung) return { builder: current, ...able, missing: null };
  if (obstacle !== null) {
    return {
      builder: current,
      ...able,
      missing: `${limits(request)}, because no builder could be booted: ${obstacle}`,
    };
  }
  const image = imageOf(route);
  const reason = isHung
    ? "the engine's own builder is still busy with the build that hung"
    : `the engine has no containerd image store, so it ${limits(request)}`;
  return { builder: { kind: 'own', name, image, reason }, cacheExport: true, multiPlatform: true, missing: null };
}

/** What the builder is booted from where that is not buildx's own choice; one of the warm store is loaded first. */
export function imageOf(route: ImageRoute | null): string | null {
  const choice = route?.choice;
  if (choice?.kind === 'mirror') return `${choice.host}/${choice.repository}@${choice.digest}`;
  return choice?.kind === 'store' ? loadedName(choice.digest) : null;
}

function limits(request: BuildRequest): string {
  const platforms = request.platforms.length > 1 ? ' and builds one platform only' : '';
  return `exports no cache${platforms}`;
}
