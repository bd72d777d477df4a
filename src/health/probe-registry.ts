import type { Location, RegistryRefusal } from '../registry/answer.ts';
import type { ManifestHeadAnswer, RegistryClient } from '../registry/client.ts';
import { apiHost, resourceText } from '../registry/answer.ts';
import { answered, down, type Observation } from './observation.ts';

/** Asks for one manifest, with its token, as the build itself will. "No such image" proves a healthy registry too. */
export async function probeRegistry(
  client: RegistryClient,
  location: Location,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Observation> {
  const startedAt = performance.now();
  const answer = await client.headManifest(location, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  return observationOf(answer, location, performance.now() - startedAt);
}

/**
 * What a manifest request says of the registry's health. `tookMs` is the whole exchange, its token included; `pulls` is
 * what this build would take of the pulls that are left.
 */
export function observationOf(answer: ManifestHeadAnswer, location: Location, tookMs: number, pulls = 1): Observation {
  if (answer.kind !== 'found') return refusalObservation(answer, location, tookMs);
  const left = answer.rateLimit?.remaining ?? Number.POSITIVE_INFINITY;
  if (left < pulls) {
    return { state: 'limited', latencyMs: tookMs, evidence: `${location.host}: ${left} pulls left, ${pulls} needed` };
  }
  return answered(tookMs, `${apiHost(location.host)} has ${resourceText(location)}`);
}

function refusalObservation(refusal: RegistryRefusal, location: Location, tookMs: number): Observation {
  switch (refusal.kind) {
    case 'missing':
      return answered(tookMs, refusal.evidence);
    case 'denied':
      // It speaks, knows its tokens, and says no: healthy, whatever that means for the image.
      return answered(tookMs, `${refusal.evidence} (${location.host} answers)`);
    case 'limited':
      return { state: 'limited', latencyMs: null, evidence: refusal.evidence };
    case 'failed':
      return down(refusal.evidence);
  }
}
