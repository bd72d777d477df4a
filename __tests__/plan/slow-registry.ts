import { apiHost, resourceText, type Location, type RegistryRefusal } from '../../src/registry/answer.ts';
import type { ManifestFound, RegistryClient } from '../../src/registry/client.ts';

/** How a registry answers: after a time, or never; with a digest, or as if it were down. */
export interface Place {
  readonly afterMs: number | null;
  readonly digest: string | null;
  readonly missing?: boolean;
  readonly pullsLeft?: number;
  /** Manifests are served, blobs are not. */
  readonly blobless?: boolean;
}

const manifest = Buffer.from(JSON.stringify({ config: { digest: `sha256:${'c'.repeat(64)}`, size: 2 }, layers: [] }));

/** Registries whose answers come by a table of hosts; whoever is not in it is silent. Every request takes its time. */
export function createSlowRegistry(places: Readonly<Record<string, Place>>): {
  readonly registry: RegistryClient;
  /** What was asked for, `HOST/REPOSITORY:TAG`, each once. */
  readonly asked: readonly string[];
} {
  const asked: string[] = [];

  async function answer(location: Location): Promise<ManifestFound | RegistryRefusal> {
    const { host } = location;
    const what = `${host}/${resourceText(location)}`;
    if (!asked.includes(what)) asked.push(what);
    const place = places[host];
    if (place?.afterMs == null) return await new Promise<never>(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, place.afterMs ?? 0));
    if (place.missing === true) return { kind: 'missing', host, evidence: `404 from ${apiHost(host)}` };
    if (place.digest === null)
      return { kind: 'failed', host, phase: 'answer', status: 503, evidence: `503 from ${apiHost(host)}` };
    const rateLimit =
      place.pullsLeft === undefined ? null : { remaining: place.pullsLeft, limit: 100, windowSeconds: 21600 };
    return { kind: 'found', digest: place.digest, mediaType: '', sizeBytes: 1, latencyMs: 1, rateLimit };
  }

  return {
    asked,
    registry: {
      headManifest: answer,
      getManifest: async (location) => {
        const found = await answer(location);
        return found.kind === 'found' ? { ...found, body: manifest } : found;
      },
      getBlobRange: async (location) => {
        const found = await answer({ ...location, reference: 'blob' });
        if (found.kind !== 'found') return found;
        if (places[location.host]?.blobless === true) {
          return {
            kind: 'failed',
            host: 'cdn.example',
            phase: 'answer',
            status: 503,
            evidence: '503 from cdn.example',
          };
        }
        return { kind: 'found', host: location.host, body: Buffer.from('{}'), verified: true, latencyMs: 1 };
      },
    },
  };
}
