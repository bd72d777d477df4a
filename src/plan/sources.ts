import type { RememberedDigest } from '../facts/digest-memory.ts';
import { isUsable } from '../health/observation.ts';
import type { SourceAnswer } from '../health/source-answer.ts';
import { digestOfTag, type ConfirmedBy, type DigestDecision, type UpstreamWord } from '../registry/digest-of-tag.ts';
import { familiarName, type ImageReference } from '../registry/reference.ts';
import type { ImageRoute, RouteChoice } from './plan.ts';

export interface RouteQuestion {
  /** Of the upstream first, then of the mirrors in the order of preference. */
  readonly answers: readonly SourceAnswer[];
  readonly remembered: RememberedDigest | null;
  /** Hosts that failed an earlier attempt, whatever they answer to a probe. */
  readonly knownDown: ReadonlyMap<string, string>;
  readonly allowUnverified: boolean;
  readonly nowMs: number;
}

export interface RoutedImage {
  readonly name: string;
  readonly reference: ImageReference;
  readonly contextKey: string | null;
  readonly purpose: ImageRoute['purpose'];
  readonly uses: readonly string[];
  readonly platforms: readonly string[];
}

/** Where an image is fetched from: as the Dockerfile says where that works, else from a healthy mirror by digest. */
export function routeFor(question: RouteQuestion, image: RoutedImage): ImageRoute {
  const answers = question.answers.map((answer) => corrected(answer, question.knownDown));
  const { name, contextKey, purpose, uses, platforms } = image;
  const choice = choose({ ...question, answers }, image);
  return { name, contextKey, purpose, uses, platforms, choice, answers };
}

/** An attempt that failed knows better than a probe that succeeded. */
function corrected(answer: SourceAnswer, knownDown: ReadonlyMap<string, string>): SourceAnswer {
  const evidence = knownDown.get(answer.host);
  return evidence === undefined || answer.state === 'down' ? answer : { ...answer, state: 'down', evidence };
}

function choose(question: RouteQuestion, image: RoutedImage): RouteChoice {
  const upstream = question.answers.find((answer) => answer.kind === 'upstream');
  if (upstream !== undefined && isUsable(upstream)) {
    return { kind: 'upstream', digest: upstream.digest, reason: upstream.evidence };
  }
  const decision = digestOfTag({
    name: image.name,
    upstreamHost: image.reference.registry,
    pin: image.reference.digest,
    lock: null,
    locked: false,
    upstream: wordOf(upstream, image.reference.registry),
    remembered: ageOf(question.remembered, question.nowMs),
    mirrors: question.answers.filter((answer) => answer.kind !== 'upstream').map(mirrorWord),
    allowUnverified: question.allowUnverified,
  });
  if (decision.kind !== 'trusted') return noRoute(decision);
  const choice = byDigest(question, image, decision);
  // A remembered digest that nobody has any more must not hide what the mirrors agree on now.
  const isStale = choice.kind === 'none' && decision.confirmedBy.kind === 'last-healthy-run';
  return isStale ? choose({ ...question, remembered: null }, image) : choice;
}

function byDigest(
  question: RouteQuestion,
  image: RoutedImage,
  decision: Extract<DigestDecision, { kind: 'trusted' }>,
): RouteChoice {
  const { digest, confirmedBy, reason } = decision;
  const [best] = ranked(question.answers.filter((answer) => answer.kind !== 'upstream' && holds(answer, digest)));
  // A tag that moved on since the last healthy run: nobody has the remembered digest any more, but mirrors may agree.
  if (best === undefined && confirmedBy.kind === 'last-healthy-run') return choose({ ...question, remembered: null }, image);
  if (best === undefined) {
    const tried = question.answers.map((answer) => answer.evidence).join('; ');
    return { kind: 'none', reason: `no healthy source has ${familiarName(image.reference)}: ${tried}`, remedy: null };
  }
  if (image.contextKey === null && image.purpose !== 'builder') {
    return { kind: 'none', reason: `a stage is named like ${image.name}, so it cannot be redirected`, remedy: 'rename the stage' };
  }
  return { kind: 'mirror', host: best.host, repository: best.repository, digest, confirmedBy: confirmationText(confirmedBy), reason };
}

function holds(answer: SourceAnswer, digest: string): boolean {
  return isUsable(answer) && answer.digest === digest && answer.lacks.length === 0;
}

/** Latencies within this many milliseconds of each other are the same. */
const LATENCY_STEP_MS = 100;

/** The user's own mirrors first, then by latency, then by the catalogue's order; retired ones last. */
function ranked(answers: readonly SourceAnswer[]): readonly SourceAnswer[] {
  const rank = (answer: SourceAnswer): number =>
    (answer.retired ? 1e9 : 0) +
    (answer.kind === 'custom-mirror' ? 0 : 1e6) +
    Math.round((answer.latencyMs ?? 1e5) / LATENCY_STEP_MS);
  return answers.toSorted((a, b) => rank(a) - rank(b));
}

function noRoute(decision: Exclude<DigestDecision, { kind: 'trusted' }>): RouteChoice {
  const { kind, remedy } = decision;
  switch (kind) {
    case 'disputed': {
      const claims = decision.digests.map(({ digest, mirrors }) => `${mirrors.join(', ')}: ${digest}`);
      return { kind: 'none', reason: `its mirrors disagree (${claims.join('; ')})`, remedy };
    }
    case 'unconfirmed':
      return { kind: 'none', reason: `only ${decision.mirror} has it, and nothing confirms ${decision.digest}`, remedy };
    case 'unavailable':
      return { kind: 'none', reason: decision.tried.join('; '), remedy };
  }
}

function wordOf(upstream: SourceAnswer | undefined, registry: string): UpstreamWord {
  if (upstream === undefined) return { kind: 'silent', evidence: `${registry} has not answered yet` };
  // A rate-limited registry hands out no image, but its word on a tag is as good as ever.
  if (upstream.digest !== null) return { kind: 'answered', digest: upstream.digest };
  return { kind: 'silent', evidence: upstream.evidence };
}

function mirrorWord(answer: SourceAnswer): Parameters<typeof digestOfTag>[0]['mirrors'][number] {
  const { host, operator, trust, evidence } = answer;
  return { mirror: host, operator, trust, digest: isUsable(answer) ? answer.digest : null, evidence };
}

function ageOf(remembered: RememberedDigest | null, nowMs: number): { digest: string; ageMs: number } | null {
  return remembered === null ? null : { digest: remembered.digest, ageMs: nowMs - remembered.atMs };
}

function confirmationText(confirmed: ConfirmedBy): string {
  switch (confirmed.kind) {
    case 'pin':
      return 'the Dockerfile';
    case 'lock':
      return `docker-build.lock of ${confirmed.resolvedAt}`;
    case 'upstream':
      return confirmed.host;
    case 'last-healthy-run':
      return `the last healthy run (${Math.round(confirmed.ageMs / 60_000)} min ago)`;
    case 'mirrors':
      return confirmed.mirrors.join(' and ');
    case 'nobody':
      return `nobody (${confirmed.mirror} alone, allowed by allow-unverified-mirrors)`;
  }
}
