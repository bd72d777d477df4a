/** Manifests that differ from what was pushed, with the digest that fits them, as a bad or lagging mirror serves them. */
import { createHash } from 'node:crypto';
import { fetchBackend, passedHeaders } from './backend.ts';
import type { Backend, BackendAnswer } from './backend.ts';
import { answer, answerRegistryError } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { RegistryPath } from './registry-path.ts';

interface Altered {
  readonly body: Buffer;
  readonly mediaType: string;
}

/** What was served for a tag must be there under its digest too, as long as the set of faults lasts. */
export interface AlteredManifests {
  readonly keep: (host: string, digest: string, manifest: Altered) => void;
  readonly find: (host: string, digest: string) => Altered | undefined;
  readonly clear: () => void;
}

interface Index {
  readonly manifests?: readonly IndexEntry[];
}

interface IndexEntry {
  readonly digest: string;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export function createAlteredManifests(): AlteredManifests {
  const byKey = new Map<string, Altered>();
  return {
    keep: (host, digest, manifest) => byKey.set(`${host} ${digest}`, manifest),
    find: (host, digest) => byKey.get(`${host} ${digest}`),
    clear: () => byKey.clear(),
  };
}

/** Answers the manifest request from the real one, changed as the fault wants it. */
export async function serveAlteredManifest(
  backend: Backend,
  altered: AlteredManifests,
  exchange: Exchange,
  route: RegistryPath,
  prefix: string,
): Promise<void> {
  const { accept } = exchange.request.headers;
  const path = `/v2/${prefix}/${route.repository}/manifests/${route.reference}`;
  const real = await fetchBackend(backend, { method: 'GET', path, headers: accept === undefined ? {} : { accept } });
  const body = real.status === 200 ? alter(exchange, route, real) : real.body;
  if (body === undefined) {
    await answerRegistryError(exchange, 404, { code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' });
    return;
  }
  if (real.status !== 200 || body.equals(real.body)) {
    await answer(exchange, { status: real.status, headers: passedHeaders(real.headers), body: real.body });
    return;
  }
  const manifest = { body, mediaType: real.headers['content-type'] ?? 'application/octet-stream' };
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  altered.keep(exchange.host.name, digest, manifest);
  await sendAltered(exchange, digest, manifest);
}

export function sendAltered(exchange: Exchange, digest: string, manifest: Altered): Promise<void> {
  const headers = {
    'content-type': manifest.mediaType,
    'docker-content-digest': digest,
    'docker-distribution-api-version': 'registry/2.0',
    etag: `"${digest}"`,
  };
  return answer(exchange, { status: 200, headers, body: manifest.body });
}

function alter(exchange: Exchange, route: RegistryPath, real: BackendAnswer): Buffer | undefined {
  if (exchange.fault?.fault === 'lacks-platform') {
    const without = withoutPlatform(real.body, exchange.fault.platform);
    const asksForFullIndex = route.reference.startsWith('sha256:') && !without.equals(real.body);
    return asksForFullIndex ? undefined : without;
  }
  // Still the same JSON, so that nothing but the digest tells.
  return Buffer.concat([real.body.subarray(0, 1), Buffer.from(' '), real.body.subarray(1)]);
}

/** Drops the platform's manifest and the attestations that point to it. */
function withoutPlatform(body: Buffer, platform: string): Buffer {
  const index = JSON.parse(body.toString()) as Index;
  const gone = new Set((index.manifests ?? []).filter((entry) => matches(entry, platform)).map(({ digest }) => digest));
  if (gone.size === 0) {
    return body;
  }
  const left = (index.manifests ?? []).filter(
    ({ digest, annotations }) => !gone.has(digest) && !gone.has(annotations?.['vnd.docker.reference.digest'] ?? ''),
  );
  return Buffer.from(JSON.stringify({ ...index, manifests: left }));
}

function matches(entry: IndexEntry, wanted: string): boolean {
  const [os, architecture, variant] = wanted.split('/');
  const { platform } = entry;
  return (
    platform?.os === os &&
    platform?.architecture === architecture &&
    (variant === undefined || platform?.variant === variant)
  );
}
