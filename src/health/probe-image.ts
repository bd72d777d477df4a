import type { ImageReference } from '../registry/reference.ts';
import { tagOrLatest } from '../registry/reference.ts';
import type { RegistryClient } from '../registry/client.ts';
import { askMirror, askUpstream, upstreamOf, type Source } from './ask-source.ts';
import type { Board } from './board.ts';
import type { SourceAnswer } from './source-answer.ts';

/** An external image of the build, with everything that may hold it. */
export interface ImageNeed {
  /** Canonical reference, unique among the needs. */
  readonly key: string;
  readonly image: ImageReference;
  readonly platforms: readonly string[];
  /** In the order of preference, retired ones last. */
  readonly mirrors: readonly Source[];
  /** A digest known before anybody is asked: the Dockerfile's pin, or the last healthy run's. */
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
  return need.image.digest ?? board.get<SourceAnswer>(upstreamKey(need))?.digest ?? need.knownDigest;
}

/** Asks the registry that the Dockerfile names. */
export function probeUpstream(client: RegistryClient, board: Board, need: ImageNeed, options: ImageProbeOptions): void {
  const known = options.knownDown.get(need.image.registry);
  if (known !== undefined) {
    void board.track(upstreamKey(need), Promise.resolve(downAnswer(upstreamOf(need.image), known)));
    return;
  }
  void board.track(upstreamKey(need), askUpstream(client, need.image, bounded(options)));
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
    living.then(async (answers) => (answers.some((answer) => answer.state === 'up') ? [] : await Promise.all(retired.map(ask)))),
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

/** Every answer there is so far, upstream first, then the mirrors in their order. */
export function answersFor(board: Board, need: ImageNeed): readonly SourceAnswer[] {
  const keys = [upstreamKey(need), ...need.mirrors.map((source) => mirrorKey(need, source))];
  return keys.flatMap((key) => board.get<SourceAnswer>(key) ?? []);
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
