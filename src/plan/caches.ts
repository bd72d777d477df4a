import type { CacheBackend, Strategy } from '../inputs/types.ts';
import type { CacheChoice } from './plan.ts';

/** What is known of each cache backend. */
export interface CacheFacts {
  /** The ones that may be used. */
  readonly backends: readonly CacheBackend[];
  /** Whether the builder can export caches at all. */
  readonly exportable: boolean;
  readonly local: {
    readonly source: string | null;
    readonly destination: string;
    readonly problem: string | null;
    /** Why what is kept there is not used. */
    readonly damage?: string;
  };
  readonly gha: { readonly read: string | null; readonly write: string | null; readonly scope: string };
  readonly registry: { readonly reference: string | null; readonly read: string | null; readonly write: string | null };
  /** Backends that failed in an earlier attempt, with what happened. */
  readonly failed: {
    readonly imports: ReadonlyMap<CacheChoice['backend'], string>;
    readonly exports: ReadonlyMap<CacheChoice['backend'], string>;
  };
}

/*
 * In CacheFacts `read` and `write` say why a backend may not be used in that direction; null means that it may.
 */

/** The table of strategies: optimal has all, resilient local and one other, conservative local alone, emergency none. */
export function chooseCaches(strategy: Strategy, facts: CacheFacts): readonly CacheChoice[] {
  const backends = backendsFor(strategy, facts);
  return [
    ...backends.map((wanted) => importOf(wanted, facts)),
    ...EXPORT_ORDER.flatMap((name) => backends.filter((wanted) => wanted.backend === name)).map((wanted) =>
      exportOf(wanted, facts),
    ),
  ];
}

interface Wanted {
  readonly backend: CacheBackend;
  /** Why the strategy leaves it out, or null. */
  readonly leftOut: string | null;
}

/** Imports are asked in the order of cost: local, gha, registry. Exports are written local, registry, gha. */
const IMPORT_ORDER: readonly CacheBackend[] = ['local', 'gha', 'registry'];
const EXPORT_ORDER: readonly CacheBackend[] = ['local', 'registry', 'gha'];

function backendsFor(strategy: Strategy, facts: CacheFacts): readonly Wanted[] {
  const wanted = new Set(wantedBy(strategy, facts));
  return IMPORT_ORDER.map((backend) => ({
    backend,
    leftOut: !facts.backends.includes(backend)
      ? 'not among CACHE_BACKENDS'
      : wanted.has(backend)
        ? null
        : `not used by the strategy ${strategy}`,
  }));
}

function wantedBy(strategy: Strategy, facts: CacheFacts): readonly CacheBackend[] {
  switch (strategy) {
    case 'optimal':
      return ['local', 'gha', 'registry'];
    case 'resilient':
      return ['local', isUp('registry', facts) ? 'registry' : 'gha'];
    case 'conservative':
      return ['local'];
    case 'emergency':
      return [];
  }
}

function isUp(backend: 'gha' | 'registry', facts: CacheFacts): boolean {
  if (!facts.backends.includes(backend)) return false;
  if (facts.failed.imports.has(backend) || facts.failed.exports.has(backend)) return false;
  if (backend === 'registry' && facts.registry.reference === null) return false;
  return facts[backend].read === null || facts[backend].write === null;
}

function importOf({ backend, leftOut }: Wanted, facts: CacheFacts): CacheChoice {
  const choice = (value: string | null, reason: string): CacheChoice => ({
    backend,
    direction: 'import',
    value,
    reason,
  });
  if (leftOut !== null) return choice(null, leftOut);
  const failure = facts.failed.imports.get(backend);
  if (failure !== undefined) return choice(null, failure);
  switch (backend) {
    case 'local':
      if (facts.local.damage !== undefined) return choice(null, `built anew: ${facts.local.damage}`);
      if (facts.local.source === null) return choice(null, 'nothing is cached here yet');
      return choice(`type=local,${csvField(`src=${facts.local.source}`)}`, 'kept from the last build here');
    case 'gha':
      if (facts.gha.read !== null) return choice(null, facts.gha.read);
      // An engine without the containerd image store has no importer of that kind (moby builder-next/controller.go).
      if (!facts.exportable) return choice(null, "the engine's builder cannot read it");
      return choice(`type=gha,scope=${facts.gha.scope}`, 'the cache service answers');
    case 'registry':
      if (facts.registry.reference === null) return choice(null, 'no image, so no registry cache');
      if (facts.registry.read !== null) return choice(null, facts.registry.read);
      return choice(`type=registry,ref=${facts.registry.reference}`, 'the registry answers');
  }
}

function exportOf({ backend, leftOut }: Wanted, facts: CacheFacts): CacheChoice {
  const choice = (value: string | null, reason: string): CacheChoice => ({
    backend,
    direction: 'export',
    value,
    reason,
  });
  if (leftOut !== null) return choice(null, leftOut);
  if (!facts.exportable) return choice(null, "the engine's builder cannot export caches");
  const failure = facts.failed.exports.get(backend);
  if (failure !== undefined) return choice(null, failure);
  // ignore-error: a cache never fails a build (BuildKit >= 0.12, control.go).
  switch (backend) {
    case 'local':
      if (facts.local.problem !== null) return choice(null, facts.local.problem);
      return choice(
        `type=local,${csvField(`dest=${facts.local.destination}`)},mode=max,ignore-error=true`,
        'for the next build here',
      );
    case 'gha':
      if (facts.gha.write !== null) return choice(null, facts.gha.write);
      return choice(`type=gha,scope=${facts.gha.scope},mode=max,ignore-error=true`, 'for the next job');
    case 'registry':
      if (facts.registry.reference === null) return choice(null, 'no image, so no registry cache');
      if (facts.registry.write !== null) return choice(null, facts.registry.write);
      return choice(`type=registry,ref=${facts.registry.reference},mode=max,ignore-error=true`, 'for other machines');
  }
}

/** A field of buildx's comma-separated attributes (Go's encoding/csv): a path may have a comma or a quote in it. */
function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
