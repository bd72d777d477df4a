import { registryHealth, type Health } from '../health/health.ts';
import { isUsable, type Observation } from '../health/observation.ts';
import type { Inputs } from '../inputs/types.ts';
import { parseReference } from '../registry/reference.ts';
import { readCacheEntry } from './cache-entry.ts';
import type { CacheFacts } from './caches.ts';

/** What the probes say of each cache backend, in the terms in which caches are chosen. */
export function cacheFactsOf(
  inputs: Inputs,
  health: Health,
  local: CacheFacts['local'],
): Omit<CacheFacts, 'exportable' | 'failed'> {
  const backends = inputs.settings.cacheBackends;
  return { backends, local, gha: ghaFacts(inputs, health), registry: registryFacts(inputs, health) };
}

function ghaFacts(inputs: Inputs, health: Health): CacheFacts['gha'] {
  const scope = cacheScope(inputs);
  const observation = health.services['gha-cache'];
  const rights = health.cacheRights;
  if (observation === null || rights === null) {
    const reason = 'not running in GitHub Actions';
    return { scope, read: reason, write: reason };
  }
  if (!isUsable(observation)) return { scope, read: observation.evidence, write: observation.evidence };
  const reason = rights.reason ?? 'not allowed';
  return { scope, read: rights.read ? tooSlow(observation) : reason, write: rights.write ? null : reason };
}

function registryFacts(inputs: Inputs, health: Health): CacheFacts['registry'] {
  const reference = cacheReference(inputs);
  const parsed = reference === null ? null : parseReference(reference);
  if (reference === null || parsed?.kind !== 'parsed') return { reference: null, read: null, write: null };
  const observation = registryHealth(health, parsed.reference.registry);
  const obstacle = observation !== null && !isUsable(observation) ? observation.evidence : null;
  // Who may not push an image may not push its cache either: such a job is a pull request, or a trial.
  const write = inputs.request.push ? obstacle : 'only written by builds that push';
  return { reference, read: obstacle ?? (observation === null ? null : tooSlow(observation)), write };
}

/** Every step of a build waits for its imports, and nothing for an export. */
function tooSlow({ state, latencyMs, evidence }: Observation): string | null {
  return state === 'slow' ? `too slow to be asked (${((latencyMs ?? 0) / 1000).toFixed(1)} s): ${evidence}` : null;
}

/** Where the registry cache is, or null without an image. */
export function cacheReference(inputs: Inputs): string | null {
  if (inputs.form === 'drop-in') return null;
  return inputs.settings.cacheRegistryRef ?? (inputs.image === null ? null : `${inputs.image}:cache`);
}

/**
 * Caches of different services and platforms must not take each other's place: an export replaces the index of its
 * scope (BuildKit cache/remotecache/gha, `index-<scope>`).
 */
export function cacheScope(inputs: Inputs): string {
  const name = inputs.service ?? inputs.image?.split('/').at(-1) ?? 'build';
  return [name, ...inputs.request.platforms].join('-').replaceAll(/[^A-Za-z0-9._-]+/g, '-');
}

/** The scopes in which this build's BuildKit looks for its part of the Actions cache (`scope`, by default `buildkit`). */
export function cacheScopesOf(inputs: Inputs): readonly string[] {
  if (inputs.form === 'image') return [cacheScope(inputs)];
  const entries = inputs.request.cacheFrom.map(readCacheEntry).filter(({ backend }) => backend === 'gha');
  return entries.map(({ attributes }) => attributes['scope'] ?? 'buildkit');
}
