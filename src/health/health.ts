import type { Observation } from './observation.ts';
import type { PageReport } from './status-documents.ts';
import type { Score } from './score.ts';
import type { RegistryId, ServiceId } from './services.ts';
import type { CacheRights } from './cache-rights.ts';

/** A Go module proxy and what it answered. */
export interface GoProxyHealth {
  readonly url: string;
  readonly observation: Observation;
}

/** The observations judged. */
export interface Health {
  readonly checkedAtMs: number;
  /** How long the checks took, milliseconds. */
  readonly tookMs: number;
  /** One observation for each fixed service; null where it does not apply, such as the Actions cache outside Actions. */
  readonly services: Readonly<Record<ServiceId, Observation | null>>;
  readonly goProxies: readonly GoProxyHealth[];
  /** Registries besides the fixed ones that this build writes to, by host. */
  readonly targets: Readonly<Record<string, Observation>>;
  readonly cacheRights: CacheRights | null;
  readonly score: Score;
  /** What status pages said by the time this was looked at; shown beside what was measured, never believed against it. */
  readonly statusPages?: readonly PageReport[];
  /** Whether a gha cache can be used: the output GHA_CACHE_AVAILABLE. */
  readonly ghaCacheAvailable: boolean;
  /** The output AVAILABLE_REGISTRIES, in its order. */
  readonly availableRegistries: readonly RegistryId[];
}

/** What is known of a registry's health, or null where it was not asked. */
export function registryHealth(health: Health, host: string): Observation | null {
  return health.targets[host] ?? (health.services as Readonly<Record<string, Observation | null>>)[host] ?? null;
}
