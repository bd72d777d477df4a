import type { RememberedDigest } from '../facts/digest-memory.ts';
import type { Board } from '../health/board.ts';
import { answersFor, type ImageNeed } from '../health/probe-image.ts';
import type { Inputs } from '../inputs/types.ts';
import type { RouteChoice } from '../plan/plan.ts';
import { routeFor } from '../plan/sources.ts';
import { contextKey, familiarName } from '../registry/reference.ts';
import type { BlobSource } from '../store/fetch-blob.ts';

/** What decides which digest an image has today, and who is asked for it. */
export interface WarmEvidence {
  readonly board: Board;
  readonly remembered: RememberedDigest | null;
}

/** By the trust order of every build: pin, lock file, the owner of the tag, the last healthy run, two mirrors. */
export function choiceFor(need: ImageNeed, inputs: Inputs, ports: WarmEvidence): RouteChoice {
  const { locked, mirrorsOnly, region, allowUnverifiedMirrors } = inputs.settings;
  const name = familiarName(need.image);
  const image = {
    name,
    reference: need.image,
    contextKey: contextKey(need.image),
    purpose: 'base',
    uses: [],
    platforms: need.platforms,
  } as const;
  const question = {
    answers: answersFor(ports.board, need),
    lock: need.locked,
    locked,
    mirrorsOnly,
    remembered: ports.remembered,
    region,
    knownDown: new Map<string, string>(),
    allowUnverified: allowUnverifiedMirrors,
    policyObstacle: null,
    nowMs: Date.now(),
  };
  return routeFor(question, image).choice;
}

/** Who vouches for the digest, and since when: a remembered one is as old as the memory. */
export function confirmation(
  choice: Exclude<RouteChoice, { kind: 'none' }>,
  need: ImageNeed,
  remembered: RememberedDigest | null,
): { readonly confirmedAtMs: number; readonly confirmedBy: string } {
  if (choice.kind === 'upstream') return { confirmedAtMs: Date.now(), confirmedBy: need.image.registry };
  const isMemory = remembered !== null && choice.confirmedBy.startsWith('the last healthy run');
  return isMemory
    ? { confirmedAtMs: remembered.atMs, confirmedBy: need.image.registry }
    : { confirmedAtMs: Date.now(), confirmedBy: choice.confirmedBy };
}

/** The chosen source, then every other that may have it: what is asked for is a digest, so nobody has to be believed. */
export function sourcesOf(need: ImageNeed, choice: Exclude<RouteChoice, { kind: 'none' }>): readonly BlobSource[] {
  const upstream = { host: need.image.registry, repository: need.image.repository };
  const first = choice.kind === 'mirror' ? { host: choice.host, repository: choice.repository } : upstream;
  const mirrors = need.mirrors.filter(({ retired }) => !retired).map(({ host, repository }) => ({ host, repository }));
  const all = [first, ...mirrors];
  return all.filter(
    (one, index) =>
      all.findIndex(({ host, repository }) => host === one.host && repository === one.repository) === index,
  );
}
