import type { LockEntry } from '../facts/lock-file.ts';
import type { ImageReference } from '../registry/reference.ts';
import { tagOrLatest } from '../registry/reference.ts';
import type { RegistryClient } from '../registry/client.ts';
import { askMirror, askUpstream, blobRefusalOf, upstreamOf, type Source } from './ask-source.ts';
import type { Board } from './board.ts';
import { isUsable } from './observation.ts';
import type { SourceAnswer } from './source-answer.ts';

/** An external image of the build, with everything that may hold it. */
export interface ImageNeed {
  /** Canonical reference, unique among the needs. */
  readonly key: string;
  readonly image: ImageReference;
  readonly platforms: readonly string[];
  /** Pulls that this build takes of its registry, this image's and all others'. */
  readonly pulls: number;
  /** The upstream must not be contacted: nothing but the user's own mirrors may. */
  readonly mirrorsOnly: boolean;
  /** Nobody may be contacted. Default: everybody. */
  readonly offline?: boolean;
  /** In the order of preference, retired ones last. */
  readonly mirrors: readonly Source[];
  readonly locked: LockEntry | null;
  /** A digest known before anybody is asked: the Dockerfile's pin, the lock file's, or the last healthy run's. */
  readonly knownDigest: string | null;
}

export interface ImageProbeOptions {
  /** What earlier attempts learned of hosts: host -> what it did. They are not asked again. */
  readonly knownDown: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export function upstreamKey(need: ImageNeed): string {
  return `upstream ${need.key}`;
}

function mirrorKey(need: ImageNeed, source: Source): string {
  return `mirror ${source.host}/${source.repository} ${need.key}`;
}

/** What mirrors are asked for where it is known: the pin, else what the upstream says, else what it said last time. */
export function wantedDigest(board: Board, need: ImageNeed): string | null {
  return (
    need.image.digest ?? need.locked?.digest ?? board.get<SourceAnswer>(upstreamKey(need))?.digest ?? need.knownDigest
  );
}

/** Asks the registry that the Dockerfile names. */
export function probeUpstream(client: RegistryClient, board: Board, need: ImageNeed, options: ImageProbeOptions): void {
  const known = options.knownDown.get(need.image.registry);
  if (known !== undefined) {
    void board.track(upstreamKey(need), Promise.resolve(downAnswer(upstreamOf(need.image), known)));
    return;
  }
  if (need.mirrorsOnly || need.offline === true) {
    const rule = need.offline === true ? 'offline' : 'mirrors-only';
    const answer = downAnswer(upstreamOf(need.image), `${need.image.registry} is not asked (${rule})`);
    void board.track(upstreamKey(need), Promise.resolve(answer));
    return;
  }
  const asked = board.track(upstreamKey(need), askOwner(client, need, bounded(options)));
  void board.note(
    blobKey(need),
    asked.then(async (answer) => await askForBlob(client, need, answer, options)),
  );
}

/** Asks for the tag; where the lock file has another digest than the tag, for that digest, which is what will be fetched. */
async function askOwner(client: RegistryClient, need: ImageNeed, signal: AbortSignal): Promise<SourceAnswer> {
  const { pulls, locked } = need;
  const answer = await askUpstream(client, need.image, { pulls }, signal);
  const moved =
    locked !== null && need.image.digest === null && answer.digest !== null && answer.digest !== locked.digest;
  return moved ? await askUpstream(client, need.image, { reference: locked.digest, pulls }, signal) : answer;
}

/**
 * Whether the blob store behind a registry works: its own manifest leads to a small blob. Docker Hub counts the reading of
 * a manifest as a pull, so there a mirror's copy of it, the same by digest, shows the way.
 */
async function askForBlob(
  client: RegistryClient,
  need: ImageNeed,
  answer: SourceAnswer,
  options: ImageProbeOptions,
): Promise<string | null> {
  if (!isUsable(answer) || answer.digest === null) return null;
  const upstream = upstreamOf(need.image);
  const mirror = need.mirrors.find((source) => !source.retired && !options.knownDown.has(source.host));
  const guide = need.image.registry === 'docker.io' ? mirror : upstream;
  if (guide === undefined) return null;
  const refusal = await blobRefusalOf(
    client,
    { guide, upstream, digest: answer.digest, platform: need.platforms[0] ?? null },
    bounded(options),
  );
  return refusal?.evidence ?? null;
}

function blobKey(need: ImageNeed): string {
  return `blob ${need.key}`;
}

/** What is known of the registry that the Dockerfile names; one whose blob store fails is down, whatever its manifests. */
export function upstreamAnswer(board: Board, need: ImageNeed): SourceAnswer | undefined {
  const answer = board.get<SourceAnswer>(upstreamKey(need));
  const broken = board.get<string | null>(blobKey(need));
  if (answer === undefined || broken == null || !isUsable(answer)) return answer;
  return { ...answer, state: 'down', evidence: broken };
}

/** Asks the mirrors, all living ones at once, the retired ones only where no living one has the image. */
export function probeMirrors(client: RegistryClient, board: Board, need: ImageNeed, options: ImageProbeOptions): void {
  const ask = async (source: Source): Promise<SourceAnswer> =>
    await board.track(mirrorKey(need, source), askOne(client, need, source, wantedDigest(board, need), options));
  const living = Promise.all(need.mirrors.filter((source) => !source.retired).map(ask));
  const retired = need.mirrors.filter((source) => source.retired);
  if (retired.length === 0) return;
  void board.track(
    `retired ${need.key}`,
    living.then(async (answers) =>
      answers.some((answer) => answer.state === 'up') ? [] : await Promise.all(retired.map(ask)),
    ),
  );
}

async function askOne(
  client: RegistryClient,
  need: ImageNeed,
  source: Source,
  digest: string | null,
  options: ImageProbeOptions,
): Promise<SourceAnswer> {
  const known = options.knownDown.get(source.host);
  if (known !== undefined) return downAnswer(source, known);
  if (source.trust === 'digests' && digest === null) return unasked(source);
  const signal = bounded(options);
  const tag = tagOrLatest(need.image);
  const first = { reference: digest ?? tag, platforms: need.platforms };
  const answer = await askMirror(client, source, first, signal);
  // A remembered digest may have left the mirror; its tag can still serve as a witness.
  const pinned = need.image.digest !== null || digest === null || source.trust === 'digests';
  return answer.missing && !pinned ? await askMirror(client, source, { ...first, reference: tag }, signal) : answer;
}

/**
 * Every answer there is so far, upstream first, then the mirrors in their order. An upstream that keeps its askers
 * waiting counts as down: whoever reads the answers wants to know what was not well, and silence is the worst of it.
 */
export function answersFor(board: Board, need: ImageNeed): readonly SourceAnswer[] {
  const pending = board.pending();
  const orSilent = (answer: SourceAnswer | undefined, key: string, source: Source): SourceAnswer | readonly [] =>
    answer ?? (pending.includes(key) ? downAnswer(source, `${source.host} has not answered in time`) : []);
  const upstream = orSilent(upstreamAnswer(board, need), upstreamKey(need), upstreamOf(need.image));
  const mirrors = need.mirrors.map((source) => {
    const key = mirrorKey(need, source);
    return orSilent(board.get<SourceAnswer>(key), key, source);
  });
  return [upstream, ...mirrors].flat();
}

/** Its tags are no evidence, and no digest is known that it could be asked for. */
function unasked(source: Source): SourceAnswer {
  const evidence = `${source.host} is asked for known digests only`;
  return { ...source, state: 'down', latencyMs: null, digest: null, lacks: [], missing: false, evidence };
}

function downAnswer(source: Source, evidence: string): SourceAnswer {
  return { ...source, state: 'down', latencyMs: null, digest: null, lacks: [], missing: false, evidence };
}

function bounded(options: ImageProbeOptions): AbortSignal {
  return AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
}
