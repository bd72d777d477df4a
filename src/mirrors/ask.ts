import { probeGoProxy } from '../health/probe-network.ts';
import type { HealthPorts } from '../health/ports.ts';
import { resourceText, type Location, type RegistryRefusal } from '../registry/answer.ts';
import { mapRepository, type CatalogueEntry } from '../registry/catalogue.ts';
import type { ManifestHeadAnswer, RegistryClient } from '../registry/client.ts';
import { parseManifest } from '../registry/manifest.ts';
import type { SampleAnswer } from './judge.ts';
import { isSampleOf, samplesFor, type Sample } from './samples.ts';

type Mapping = Extract<CatalogueEntry, { kind: 'registry' }>['mapping'];

/** A mirror of a registry as it is asked, whoever named it. */
export interface AskedMirror {
  readonly upstream: string;
  readonly mirror: string;
  readonly mapping: Mapping;
  readonly trust: 'tags' | 'digests';
}

/** How long one answer is waited for. */
const TIMEOUT_MS = 15_000;

/** Asks a mirror, and its upstream beside it, for a sample of images. */
export async function askRegistryMirror(
  client: RegistryClient,
  asked: AskedMirror,
  given: readonly string[],
  signal: AbortSignal,
): Promise<readonly SampleAnswer[]> {
  const samples = samplesFor(asked.upstream, given, (repository) =>
    isSampleOf(asked, repository) ? mapRepository(asked.mapping, repository) : null,
  );
  return await Promise.all(samples.map((sample) => askSample(client, asked, sample, signal)));
}

async function askSample(
  client: RegistryClient,
  asked: AskedMirror,
  { image, tag, repository }: Sample,
  signal: AbortSignal,
): Promise<SampleAnswer> {
  const at = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const upstream: Location = { host: image.registry, repository: image.repository, reference: tag };
  const name = `${image.registry}/${resourceText(upstream)}`;
  const head = async (location: Location): Promise<ManifestHeadAnswer> => await client.headManifest(location, at());
  const asTag: Location = { host: asked.mirror, repository, reference: tag };
  const first = asked.trust === 'tags' ? head(asTag) : null;
  const own = await head(upstream);
  const digest = own.kind === 'found' ? own.digest : null;
  // Whose tags are no evidence is asked for what its upstream has, and for nothing else.
  const answer = await (first ?? (digest === null ? null : head({ ...asTag, reference: digest })));
  const nothing = { name, latencyMs: null, behindMs: null };
  if (answer === null)
    return { ...nothing, result: 'unconfirmed', evidence: `${asked.upstream} did not say its digest` };
  // Where both are silent, it may well be this machine that has no way out.
  if (answer.kind === 'failed' && own.kind === 'failed')
    return { ...nothing, result: 'unconfirmed', evidence: answer.evidence };
  if (answer.kind !== 'found') return { ...nothing, ...refused(answer) };
  const found = { name, latencyMs: answer.latencyMs, behindMs: null };
  if (digest === null) return { ...found, result: 'unconfirmed', evidence: `${asked.upstream} did not say its digest` };
  if (digest === answer.digest) return { ...found, result: 'equal', evidence: `${asked.mirror} has ${name}` };
  const [theirs, mirrors] = await Promise.all([createdAt(client, upstream, at()), createdAt(client, asTag, at())]);
  const behindMs = theirs === null || mirrors === null ? null : theirs - mirrors;
  return {
    ...found,
    behindMs,
    result: 'differs',
    evidence: `${asked.mirror} has another image as ${name}${behind(behindMs)}`,
  };
}

function behind(ms: number | null): string {
  if (ms === null) return '';
  const hours = Math.round(ms / 3_600_000);
  return hours >= 48 ? `, older by ${Math.round(hours / 24)} days` : `, older by ${hours} h`;
}

function refused(refusal: RegistryRefusal): Pick<SampleAnswer, 'result' | 'evidence'> {
  return { result: refusal.kind, evidence: refusal.evidence };
}

/** Enough for a configuration of any image; what is longer is not read. */
const CONFIG_BYTES = 256 * 1024;

/** When an image was made, as its configuration has it; null where that cannot be read, or says nothing. */
async function createdAt(client: RegistryClient, location: Location, signal: AbortSignal): Promise<number | null> {
  const manifest = await client.getManifest(location, signal);
  if (manifest.kind !== 'found') return null;
  const content = parseManifest(manifest.body);
  if (content.kind === 'index') {
    const [entry] = content.platforms;
    return entry === undefined ? null : await createdAt(client, { ...location, reference: entry.digest }, signal);
  }
  if (content.kind !== 'image') return null;
  const blob = await client.getBlobRange({ ...location, reference: content.config.digest }, CONFIG_BYTES, signal);
  if (blob.kind !== 'found') return null;
  try {
    const created = Date.parse(String((JSON.parse(blob.body.toString('utf8')) as { created?: unknown }).created));
    // Reproducible builds say 1970 or 1980.
    return Number.isNaN(created) || created < Date.UTC(2000, 0) ? null : created;
  } catch {
    return null;
  }
}

/** Files that every mirror of a distribution has, with the time of its last change. */
const INDEX_FILES = { apk: '/latest-stable/main/x86_64/APKINDEX.tar.gz', apt: '/dists/stable/Release' } as const;

/** Asks a Go proxy or a mirror of packages for one file; its age is judged beside the others of its kind. */
export async function askPackageMirror(
  ports: Pick<HealthPorts, 'http'>,
  entry: { readonly kind: 'go-proxy' | 'apk' | 'apt'; readonly url: string },
  signal: AbortSignal,
): Promise<{ readonly answer: SampleAnswer; readonly changedMs: number | null }> {
  if (entry.kind === 'go-proxy') {
    const seen = await probeGoProxy(ports.http, entry.url, TIMEOUT_MS, signal);
    const result = seen.state === 'down' ? 'failed' : 'equal';
    const answer = {
      name: 'golang.org/x/mod',
      result,
      latencyMs: seen.latencyMs,
      behindMs: null,
      evidence: seen.evidence,
    } as const;
    return { answer, changedMs: null };
  }
  const path = INDEX_FILES[entry.kind];
  const outcome = await ports.http.request({
    url: entry.url.replace(/\/$/, '') + path,
    method: 'HEAD',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    maxBytes: 0,
  });
  const { host } = new URL(entry.url);
  const base = { name: path, behindMs: null };
  if (outcome.kind === 'failed')
    return {
      answer: { ...base, result: 'failed', latencyMs: null, evidence: `${host}: ${outcome.message}` },
      changedMs: null,
    };
  const { status, latencyMs, headers } = outcome;
  if (status !== 200) {
    const result =
      status === 404 ? 'missing' : status === 401 || status === 403 ? 'denied' : status === 429 ? 'limited' : 'failed';
    return { answer: { ...base, result, latencyMs, evidence: `${status} from ${host} on ${path}` }, changedMs: null };
  }
  const changed = Date.parse(headers['last-modified'] ?? '');
  const answer = { ...base, result: 'equal', latencyMs, evidence: `${host} has ${path}` } as const;
  return { answer, changedMs: Number.isNaN(changed) ? null : changed };
}
