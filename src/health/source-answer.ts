import type { State } from './observation.ts';

/** One candidate host for one image, and what it answered. */
export interface SourceAnswer {
  /** As people name it: docker.io, mirror.gcr.io. */
  readonly host: string;
  readonly repository: string;
  readonly operator: string;
  readonly kind: 'upstream' | 'mirror' | 'custom-mirror';
  readonly retired: boolean;
  /** Where it is run, `global` or `cn`; null for the upstream and for the user's own mirrors. */
  readonly region: 'global' | 'cn' | null;
  /** Whether its word on a tag is evidence, or it is only asked for digests that are known (see the catalogue). */
  readonly trust: 'tags' | 'digests';
  readonly state: State;
  readonly latencyMs: number | null;
  /** The digest that it has under the wanted tag, or null. */
  readonly digest: string | null;
  /** Platforms of this build that its index lacks. */
  readonly lacks: readonly string[];
  /** It answered that there is no such image. */
  readonly missing: boolean;
  readonly evidence: string;
}
