import type { Location, RegistryRefusal } from '../registry/answer.ts';
import type { ManifestHeadAnswer, RegistryClient } from '../registry/client.ts';
import { apiHost, resourceText } from '../registry/answer.ts';
import { answered, down, type Observation } from './observation.ts';

/** Pulls that must be left at Docker Hub for a build to lean on it: a multi-platform image costs one for each platform. */
const FEW_PULLS = 3;

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

/** What a manifest request says of the registry's health. `tookMs` is the whole exchange, its token included. */
export function observationOf(answer: ManifestHeadAnswer, location: Location, tookMs: number): Observation {
  if (answer.kind !== 'found') return refusalObservation(answer, location, tookMs);
  const left = answer.rateLimit?.remaining ?? Number.POSITIVE_INFINITY;
  if (left < FEW_PULLS) {
    return { state: 'limited', latencyMs: tookMs, evidence: `${location.host}: only ${left} pulls left` };
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
