import { entryOf, spreadOf, type Collector, type Spread } from './collector.ts';
import type { AttemptSummary } from './run-record.ts';

/** How a service answered the health checks. */
export interface ServiceStats {
  readonly name: string;
  readonly checks: number;
  readonly down: number;
  readonly limited: number;
  readonly slow: number;
  /** Milliseconds to its answers. */
  readonly latencyMs: Spread | null;
}

/** How a mirror of one registry did where it was asked. */
export interface MirrorStats {
  readonly host: string;
  readonly upstream: string;
  /** Whether it is one of the user's own, REGISTRY_MIRRORS. */
  readonly custom: boolean;
  readonly asked: number;
  readonly up: number;
  /** Answered that it has no such image. */
  readonly missing: number;
  /** Had another digest than the upstream. */
  readonly stale: number;
  /** Builds took an image from it. */
  readonly chosen: number;
  readonly latencyMs: Spread | null;
}

/** How an image could be had. */
export interface ImageStats {
  readonly name: string;
  readonly upstream: string | null;
  readonly runs: number;
  /** Written with its digest. */
  readonly pinned: boolean;
  /** Its own registry was down or out of pulls. */
  readonly upstreamBad: number;
  readonly viaMirror: number;
  /** Nothing trustworthy had it. */
  readonly noRoute: number;
  /** Of these, a mirror was up, but nobody vouched for its digest. */
  readonly unverified: number;
}

export interface SourceStats {
  readonly services: readonly ServiceStats[];
  readonly mirrors: readonly MirrorStats[];
  readonly images: readonly ImageStats[];
}

type Writable<Stats> = { -readonly [Key in keyof Stats]: Stats[Key] };
type Counted<Stats> = Omit<Writable<Stats>, 'latencyMs'> & { latencies: number[] };
type Image = AttemptSummary['images'][number];
type Answer = Image['answers'][number];

export function collectSources(): Collector<SourceStats> {
  const services = new Map<string, Counted<ServiceStats>>();
  const mirrors = new Map<string, Counted<MirrorStats>>();
  const images = new Map<string, Writable<ImageStats>>();
  return {
    add: (run) => {
      for (const { name, state, latencyMs } of run.services) {
        const service = entryOf(services, name, () => ({
          name,
          checks: 0,
          down: 0,
          limited: 0,
          slow: 0,
          latencies: [],
        }));
        if (service === null || state === 'unknown') continue;
        service.checks += 1;
        if (state !== 'up') service[state] += 1;
        if (latencyMs !== null && state !== 'down') service.latencies.push(latencyMs);
      }
      for (const image of run.attempts.at(-1)?.images ?? []) {
        const upstream = image.answers.find(({ kind }) => kind === 'upstream') ?? null;
        countImage(images, image, upstream);
        for (const answer of image.answers) if (answer !== upstream) countMirror(mirrors, image, answer, upstream);
      }
    },
    result: () => ({
      services: [...services.values()].map(withLatency),
      mirrors: [...mirrors.values()].map(withLatency).toSorted((a, b) => b.asked - a.asked),
      images: [...images.values()].toSorted((a, b) => b.upstreamBad - a.upstreamBad || b.runs - a.runs),
    }),
  };
}

function withLatency<Stats extends { latencies: number[] }>(
  counted: Stats,
): Omit<Stats, 'latencies'> & { readonly latencyMs: Spread | null } {
  const { latencies, ...rest } = counted;
  return { ...rest, latencyMs: spreadOf(latencies) };
}

function isBad(answer: Answer | null): boolean {
  return answer?.state === 'down' || answer?.state === 'limited';
}

function countImage(images: Map<string, Writable<ImageStats>>, image: Image, upstream: Answer | null): void {
  const { name, choice, answers } = image;
  const entry = entryOf(images, name, () => {
    const pinned = /@sha256:[0-9a-f]{64}$/.test(name);
    const host = upstream?.host ?? null;
    return { name, upstream: host, runs: 0, pinned, upstreamBad: 0, viaMirror: 0, noRoute: 0, unverified: 0 };
  });
  if (entry === null) return;
  entry.runs += 1;
  if (isBad(upstream)) entry.upstreamBad += 1;
  if (choice.kind === 'mirror') entry.viaMirror += 1;
  if (choice.kind !== 'none') return;
  entry.noRoute += 1;
  if (answers.some((answer) => answer !== upstream && answer.state === 'up')) entry.unverified += 1;
}

function countMirror(
  mirrors: Map<string, Counted<MirrorStats>>,
  { choice }: Image,
  answer: Answer,
  upstream: Answer | null,
): void {
  const { host, kind, state, latencyMs, missing, digest } = answer;
  const of = upstream?.host ?? '';
  const entry = entryOf(mirrors, `${host} ${of}`, () => {
    const custom = kind === 'custom-mirror';
    return { host, upstream: of, custom, asked: 0, up: 0, missing: 0, stale: 0, chosen: 0, latencies: [] };
  });
  if (entry === null) return;
  entry.asked += 1;
  if (state === 'up' || state === 'slow') entry.up += 1;
  if (missing) entry.missing += 1;
  if (digest !== null && upstream?.state === 'up' && upstream.digest !== null && digest !== upstream.digest)
    entry.stale += 1;
  if (choice.kind === 'mirror' && choice.host === host) entry.chosen += 1;
  if (latencyMs !== null && state !== 'down') entry.latencies.push(latencyMs);
}
