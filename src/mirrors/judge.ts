import type { CatalogueEntry } from '../registry/catalogue.ts';

/** What came of asking a mirror for one image, or for one file. */
export interface SampleAnswer {
  /** `alpine:latest`, or what was asked for in its place. */
  readonly name: string;
  readonly result:
    /** It has what its upstream has. */
    | 'equal'
    /** Its tag leads to something else. */
    | 'differs'
    /** It says that it has none. */
    | 'missing'
    | 'denied'
    | 'limited'
    | 'failed'
    /** It has one, and what the upstream has is not known. */
    | 'unconfirmed';
  readonly latencyMs: number | null;
  /** How much older it is than what the upstream has, milliseconds; null where that is not known. */
  readonly behindMs: number | null;
  readonly evidence: string;
}

/** One mirror of the catalogue, or of the user's own, with what was found. */
export interface CheckedMirror {
  readonly entry: CheckedEntry;
  readonly samples: readonly SampleAnswer[];
  readonly verdict: MirrorVerdict;
  /** What the catalogue should say instead; null where it is right, or cannot be judged, or is not the catalogue's. */
  readonly proposal: Proposal | null;
}

export type CheckedEntry = Pick<CatalogueEntry, 'kind' | 'upstream' | 'mirror' | 'state' | 'trust'> & {
  /** The catalogue's own entry; null for a mirror of the user's. */
  readonly index: number | null;
};

/** `not judged`: its upstream did not answer, or there was nothing to ask for. */
export type MirrorVerdict = 'well' | 'partly' | 'stale' | 'dead' | 'not judged';

export interface Proposal {
  readonly state?: CatalogueEntry['state'];
  readonly trust?: 'digests';
  /** Why, as the evidence of the entry begins then. */
  readonly reason: string;
}

const DAY_MS = 86_400_000;
/** Mirrors that ask their upstream only now and then are behind by hours; more is no service any more. */
export const STALE_MS = 7 * DAY_MS;

/** What the answers say of a mirror as a whole. Pure. */
export function verdictOf(samples: readonly SampleAnswer[]): MirrorVerdict {
  const count = (...results: readonly SampleAnswer['result'][]): number =>
    samples.filter(({ result }) => results.includes(result)).length;
  if (samples.length === 0 || count('unconfirmed') === samples.length) return 'not judged';
  if (count('failed', 'denied') === samples.length) return 'dead';
  if (samples.some(isStale)) return 'stale';
  return count('equal', 'unconfirmed') === samples.length ? 'well' : 'partly';
}

function isStale({ result, behindMs }: SampleAnswer): boolean {
  return result === 'differs' && (behindMs === null || behindMs > STALE_MS);
}

/**
 * What the catalogue should say. It is only ever made more careful by a check, but for a retired mirror that serves
 * everything again; trust in tags, once lost, is given back by people.
 *
 * @param day today, `2026-11-23`
 */
export function proposalOf(
  entry: CheckedEntry,
  samples: readonly SampleAnswer[],
  verdict: MirrorVerdict,
  day: string,
): Proposal | null {
  if (entry.index === null) return null;
  const first = (...results: readonly SampleAnswer['result'][]): string =>
    samples.find(({ result }) => results.includes(result))?.evidence ?? '';
  switch (verdict) {
    case 'not judged':
      return null;
    case 'dead':
      return entry.state === 'retired'
        ? null
        : { state: 'retired', reason: `Served nothing on ${day}: ${first('failed', 'denied')}` };
    case 'stale':
      if (entry.kind !== 'registry')
        return entry.state === 'good' ? { state: 'limited', reason: `Behind on ${day}: ${first('differs')}` } : null;
      if (entry.trust !== 'tags') return null;
      return {
        trust: 'digests',
        reason: `Another image than its upstream's under a tag on ${day}: ${first('differs')}`,
      };
    case 'partly':
      return entry.state === 'good'
        ? { state: 'limited', reason: `Did not serve all on ${day}: ${partly(samples)}` }
        : null;
    case 'well':
      return entry.state === 'retired'
        ? { state: 'limited', reason: `Served all of ${samples.length} samples on ${day}` }
        : null;
  }
}

function partly(samples: readonly SampleAnswer[]): string {
  return samples.find(({ result }) => result !== 'equal' && result !== 'unconfirmed')?.evidence ?? '';
}
