import { needKey, type Blueprint } from '../facts/blueprint.ts';
import type { ImageUse } from '../facts/dockerfile/types.ts';
import { sbomScanner } from '../facts/sbom-scanner.ts';
import type { Settings } from '../inputs/types.ts';
import { formatReference, parseReference, type ImageReference } from '../registry/reference.ts';
import { ruleFor } from '../scan/verification.ts';
import { BUILDKIT_IMAGE } from './builder-choice.ts';
import type { PlanQuestion } from './make-plan.ts';
import type { ImageRoute } from './plan.ts';
import { contextObstacle, policyObstacle } from './source-policy.ts';
import { routeFor, type RoutedImage, type RouteQuestion } from './sources.ts';
import { storedContext, storeObstacle, type StoreMeans } from './store-means.ts';

/** On what terms images of the warm store may be used. */
export interface StoreTerms {
  readonly means: StoreMeans;
  /** Whether one will do that nobody has vouched for lately. */
  readonly allowOld: boolean;
}

/** Where each image of a Dockerfile comes from. */
export function routesOf(question: PlanQuestion, blueprint: Blueprint, terms: StoreTerms): readonly ImageRoute[] {
  const obstacle = contextObstacle(question.facts, blueprint.facts.syntax);
  return blueprint.facts.images.map((image) => ({
    ...routeWith(question, terms, needKey(image), {
      name: image.text,
      reference: image.reference,
      contextKey: image.shadowedByStage || obstacle !== null ? null : image.contextKey,
      ...(obstacle === null ? {} : { contextObstacle: obstacle }),
      purpose: image.uses.some((use) => use.kind === 'syntax') ? 'frontend' : 'base',
      uses: image.uses.map(useText),
      platforms: image.platforms,
    }),
    ...(image.insteadOf === undefined ? {} : { insteadOf: image.insteadOf }),
    ...(isInspected(question.inputs.settings, image.reference) ? { isInspected: true as const } : {}),
  }));
}

/** Whether its signature is verified, or a finding in it would end the build. */
function isInspected({ verify, scan }: Settings, { registry, repository }: ImageReference): boolean {
  const isScanned = (scan.what === 'bases' || scan.what === 'all') && scan.failOn !== null;
  return isScanned || ruleFor(verify, `${registry}/${repository}`) !== null;
}

const INSTRUCTIONS = {
  from: 'FROM',
  'copy-from': 'COPY --from',
  'mount-from': 'RUN --mount',
  syntax: '# syntax',
} as const;

function useText({ kind, line, stage }: ImageUse): string {
  return `${INSTRUCTIONS[kind]} on line ${line}${stage === null ? '' : ` (${stage})`}`;
}

/** Where the image comes from that a builder of our own would boot from; null where none was asked about. */
export function builderRouteOf(question: PlanQuestion): ImageRoute | null {
  const image = question.facts.builder.unbooted?.image ?? BUILDKIT_IMAGE;
  // Which builder is booted decides no build; an old one boots as well.
  return otherRoute(question, { means: 'load', allowOld: true }, image, 'builder', 'boots the builder');
}

/** Where the image comes from that makes the SBOM; null where none is asked for. */
export function scannerRouteOf(question: PlanQuestion, terms: StoreTerms): ImageRoute | null {
  const scanner = sbomScanner(question.inputs.asked.attests);
  return scanner === null ? null : otherRoute(question, terms, scanner, 'scanner', 'makes the SBOM');
}

/** An image that no Dockerfile names. */
function otherRoute(
  question: PlanQuestion,
  terms: StoreTerms,
  name: string,
  purpose: 'builder' | 'scanner',
  use: string,
): ImageRoute | null {
  const parsed = parseReference(name);
  if (parsed.kind !== 'parsed') return null;
  const { reference } = parsed;
  const key = formatReference(reference);
  if (!question.answers.has(key)) return null;
  const image = { name, reference, contextKey: null, purpose, uses: [use], platforms: [] };
  const route = routeWith(question, terms, key, image);
  return isInspected(question.inputs.settings, reference) ? { ...route, isInspected: true } : route;
}

function routeWith(question: PlanQuestion, terms: StoreTerms, key: string, image: RoutedImage): ImageRoute {
  const { offline, warmMaxAgeMs } = question.inputs.settings;
  const asked = routeQuestion(question, key);
  if (question.store === undefined) return routeFor(asked, image);
  const { root, stored } = question.store;
  const store = {
    stored: stored.get(key) ?? null,
    root,
    offline,
    maxAgeMs: warmMaxAgeMs,
    allowOld: terms.allowOld,
    obstacle: storeObstacle(question.facts, terms.means, root, image, policyObstacle(question.facts)),
  };
  return routeFor({ ...asked, store }, image);
}

function routeQuestion(question: PlanQuestion, key: string): RouteQuestion {
  const { locked, region, allowUnverifiedMirrors, mirrorsOnly } = question.inputs.settings;
  return {
    answers: question.answers.get(key) ?? [],
    lock: question.lock.get(key) ?? null,
    locked,
    mirrorsOnly,
    region,
    remembered: question.memory.get(key) ?? null,
    knownDown: question.lessons.hosts,
    allowUnverified: allowUnverifiedMirrors,
    policyObstacle: policyObstacle(question.facts),
    jobRules: question.facts.jobPolicy?.kind === 'read' ? question.facts.jobPolicy.rules : [],
    nowMs: question.nowMs,
  };
}

/**
 * The named context that redirects an image, puts another one in its place, or holds it to the digest that was inspected: by
 * its tag BuildKit could get another one a moment later, or from a mirror that the engine is set up with.
 */
export function contextOf(
  { choice, contextKey, reference, insteadOf, isInspected }: ImageRoute,
  means: StoreMeans,
): readonly string[] {
  if (contextKey === null) return [];
  if (choice.kind === 'store') return [`${contextKey}=${storedContext(choice, means)}`];
  if (choice.kind === 'mirror') {
    return [`${contextKey}=docker-image://${choice.host}/${choice.repository}@${choice.digest}`];
  }
  if (choice.kind === 'none' && choice.via !== undefined) return [`${contextKey}=docker-image://${choice.via}`];
  if (reference === undefined) return [];
  const isHeld =
    isInspected === true && choice.kind === 'upstream' && choice.digest !== null && reference.digest === null;
  if (insteadOf === undefined && !isHeld) return [];
  const { digest } = choice.kind === 'upstream' ? choice : reference;
  const pinned = { ...reference, ...(digest === null ? {} : { tag: null, digest }) };
  return [`${contextKey}=docker-image://${formatReference(pinned)}`];
}
