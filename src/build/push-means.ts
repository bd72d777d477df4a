import type { Plan } from '../plan/plan.ts';
import type { ManifestHeadAnswer, RegistryClient } from '../registry/client.ts';
import { familiarName, parseReference, tagOrLatest, type ImageReference } from '../registry/reference.ts';

/** Where a tag stands at its registry. */
export interface TagState {
  readonly tag: string;
  /** The digest that the registry has under the tag, or null. */
  readonly digest: string | null;
  /** What the registry asked to wait, if it did. */
  readonly retryAfterMs: number | null;
}

const HEAD_TIMEOUT_MS = 5000;

/** Asks the registry what it has under a tag. Never rejects. */
export async function tagState(tag: string, registry: RegistryClient, signal: AbortSignal): Promise<TagState> {
  const reference = referenceOf(tag);
  if (reference === null) return { tag, digest: null, retryAfterMs: null };
  const location = { host: reference.registry, repository: reference.repository, reference: tagOrLatest(reference) };
  const answer: ManifestHeadAnswer = await registry.headManifest(
    location,
    AbortSignal.any([signal, AbortSignal.timeout(HEAD_TIMEOUT_MS)]),
  );
  return {
    tag,
    digest: answer.kind === 'found' ? answer.digest : null,
    retryAfterMs: answer.kind === 'limited' ? answer.retryAfterMs : null,
  };
}

/** The registry that a tag is pushed to, as failures name it. */
export function registryOf(tag: string): string | null {
  return referenceOf(tag)?.registry ?? null;
}

/**
 * The command that pushes one tag from what was built, or null where nothing holds the result any more:
 * an engine keeps it in its image store; what arrived at one registry can be copied from there by its digest;
 * every other builder has only its cached steps, and builds again from those.
 */
export function pushCommand(
  plan: Plan,
  tag: string,
  digest: string | null,
  arrived: readonly string[],
): readonly string[] | null {
  const { builder } = plan;
  if (builder.kind === 'current' && builder.driver === 'docker') {
    return ['docker', ...contextOf(builder.name), 'push', tag];
  }
  const source = arrived.map(referenceOf).find((reference) => reference !== null);
  if (source === undefined || digest === null) return null;
  const from = familiarName({ ...source, tag: null, digest });
  // Called as the build was.
  const buildx = plan.argv[0] === 'buildx' ? ['buildx'] : ['docker', 'buildx'];
  return [...buildx, 'imagetools', 'create', '--tag', tag, from];
}

/**
 * BuildKit names its result for one tag after the other, each right before its push, so that behind a failed one the
 * others are not even names in the engine's store (exporter/containerimage/export.go). Null where there is no such store.
 */
export function nameCommand(plan: Plan, tag: string, digest: string | null): readonly string[] | null {
  const { builder } = plan;
  if (builder.kind !== 'current' || builder.driver !== 'docker' || digest === null) return null;
  return ['docker', ...contextOf(builder.name), 'tag', digest, tag];
}

function contextOf(builder: string | null): readonly string[] {
  return builder === null ? [] : ['--context', builder];
}

function referenceOf(tag: string): ImageReference | null {
  const parsed = parseReference(tag);
  return parsed.kind === 'parsed' ? parsed.reference : null;
}
