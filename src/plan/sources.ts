import type { PolicyRule } from '../facts/job-policy.ts';
import type { RememberedDigest } from '../facts/digest-memory.ts';
import type { LockEntry } from '../facts/lock-file.ts';
import { isUsable } from '../health/observation.ts';
import type { SourceAnswer } from '../health/source-answer.ts';
import {
  ageText,
  digestOfTag,
  type ConfirmedBy,
  type DigestDecision,
  type UpstreamWord,
} from '../registry/digest-of-tag.ts';
import { familiarName, formatReference, tagOrLatest, type ImageReference } from '../registry/reference.ts';
import type { ImageRoute, RouteChoice } from './plan.ts';
import { policyVerdict } from './policy-verdict.ts';
import { rankSources } from './rank-sources.ts';
import { needsPolicy, unreached } from './source-policy.ts';
import { storedRoute, type StoreQuestion } from './stored-route.ts';

export interface RouteQuestion {
  /** Of the upstream first, then of the mirrors in the order of preference. */
  readonly answers: readonly SourceAnswer[];
  readonly lock: LockEntry | null;
  /** Nothing but the Dockerfile's own pins and the lock file settles a digest. */
  readonly locked: boolean;
  /** Nothing but the user's own mirrors is contacted. */
  readonly mirrorsOnly?: boolean;
  readonly remembered: RememberedDigest | null;
  /** The user's region; null ranks by latency and catalogue alone. */
  readonly region: string | null;
  /** Hosts that failed an earlier attempt, whatever they answer to a probe. */
  readonly knownDown: ReadonlyMap<string, string>;
  readonly allowUnverified: boolean;
  /** Why what no named context reaches cannot be redirected by a source policy either; null where it can. */
  readonly policyObstacle: string | null;
  /** Rules of the job's own source policy. Default: none. */
  readonly jobRules?: readonly PolicyRule[];
  readonly nowMs: number;
  /** The warm store; nothing where none is looked at. */
  readonly store?: StoreQuestion;
}

export interface RoutedImage {
  readonly name: string;
  readonly reference: ImageReference;
  readonly contextKey: string | null;
  /** Why no image of this build can have one. Default: nothing is in the way. */
  readonly contextObstacle?: string;
  readonly purpose: ImageRoute['purpose'];
  readonly uses: readonly string[];
  readonly platforms: readonly string[];
}

/** Where an image is fetched from: as the Dockerfile says where that works, else from a healthy mirror by digest. */
export function routeFor(question: RouteQuestion, image: RoutedImage): ImageRoute {
  const { jobRules = [], knownDown } = question;
  const answers = question.answers.map((answer) => permitted(corrected(answer, knownDown), jobRules));
  const { name, reference, contextKey, purpose, uses, platforms } = image;
  const choice = leftToPolicy(question, image) ?? chooseOrStored({ ...question, answers }, image);
  return { name, reference, contextKey, purpose, uses, platforms, choice, answers };
}

/** An attempt that failed knows better than a probe that succeeded. */
function corrected(answer: SourceAnswer, knownDown: ReadonlyMap<string, string>): SourceAnswer {
  const evidence = knownDown.get(answer.host);
  return evidence === undefined || answer.state === 'down' ? answer : { ...answer, state: 'down', evidence };
}

/** A mirror that the job's own source policy would not let BuildKit fetch from is of no use. */
function permitted(answer: SourceAnswer, rules: readonly PolicyRule[]): SourceAnswer {
  const { host, repository, digest, kind, state } = answer;
  if (kind === 'upstream' || state === 'down' || digest === null) return answer;
  if (policyVerdict(rules, `docker-image://${host}/${repository}@${digest}`) === 'allowed') return answer;
  return { ...answer, state: 'down', evidence: `the job's own source policy keeps ${host} out` };
}

/** An image that the job's own source policy denies or redirects is the policy's business, and not ours. */
function leftToPolicy(question: RouteQuestion, { reference, purpose }: RoutedImage): RouteChoice | null {
  const { jobRules = [], locked, mirrorsOnly } = question;
  const tag = reference.digest === null ? tagOrLatest(reference) : reference.tag;
  const verdict = policyVerdict(jobRules, `docker-image://${formatReference({ ...reference, tag })}`);
  if (verdict === 'allowed' || purpose === 'builder') return null;
  const reason = `${verdict === 'denied' ? 'denied' : 'redirected'} by the job's own source policy`;
  if (!locked && mirrorsOnly !== true) return { kind: 'upstream', digest: null, reason };
  return { kind: 'none', reason, remedy: 'leave it to one of the two: the policy or the mirrors and the lock file' };
}

/** The warm store serves where nobody else does that can be believed; offline, it comes before all others, and alone. */
function chooseOrStored(question: RouteQuestion, image: RoutedImage): RouteChoice {
  const { store, lock, locked, nowMs } = question;
  if (store === undefined) return choose(question, image);
  const stored = storedRoute(store, image.reference, { lock, locked, nowMs });
  if (store.offline) {
    if (stored.kind === 'store') return stored;
    const remedy = 'fill the warm store in good times (smart-docker-build prewarm)';
    return { kind: 'none', reason: `offline: ${stored.reason}`, remedy };
  }
  const choice = choose(question, image);
  if (choice.kind !== 'none') return choice;
  if (stored.kind === 'store') return { ...stored, reason: choice.reason };
  return store.stored === null ? choice : { ...choice, reason: `${choice.reason}; ${stored.reason}` };
}

function choose(question: RouteQuestion, image: RoutedImage): RouteChoice {
  const upstream = question.answers.find((answer) => answer.kind === 'upstream');
  if (upstream !== undefined && isUsable(upstream) && !isBoundToLock(question, upstream, image)) {
    return { kind: 'upstream', digest: upstream.digest, reason: upstream.evidence };
  }
  const decision = digestOfTag({
    name: image.name,
    upstreamHost: image.reference.registry,
    pin: image.reference.digest,
    lock: question.lock,
    locked: question.locked,
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
  // The upstream itself serves a locked digest that its tag has left; it comes first.
  const holders = question.answers.filter((answer) => holds(answer, digest));
  const { order, reason: rank } = rankSources(holders, question.region);
  const best = holders.find(({ kind, state }) => kind === 'upstream' && state !== 'limited') ?? order[0];
  if (best === undefined) {
    const tried = question.answers.map((answer) => answer.evidence).join('; ');
    const reason = `no healthy source has ${familiarName(image.reference)}: ${tried}`;
    return { kind: 'none', reason, remedy: null, ...viaOf(question, image, digest) };
  }
  if (needsPolicy(image) && question.policyObstacle !== null) {
    const { why, remedy } = unreached(image);
    return { kind: 'none', reason: `${why}, and ${question.policyObstacle}`, remedy };
  }
  return {
    kind: 'mirror',
    host: best.host,
    repository: best.repository,
    digest,
    confirmedBy: confirmationText(confirmedBy),
    reason,
    ...(best === order[0] && rank !== null ? { preference: rank } : {}),
  };
}

/** Where a digest is asked for that nobody was seen to have: never by the tag, which could be something else by now. */
function viaOf(question: RouteQuestion, image: RoutedImage, digest: string): { readonly via?: string } {
  const { registry, repository } = image.reference;
  const mirror = question.answers.find(({ kind }) => kind === 'custom-mirror');
  if (question.mirrorsOnly === true)
    return mirror === undefined ? {} : { via: `${mirror.host}/${mirror.repository}@${digest}` };
  return image.reference.digest === null ? { via: `${registry}/${repository}@${digest}` } : {};
}

/** Whether the tag as the Dockerfile has it could lead to something else than what was agreed on. */
function isBoundToLock(question: RouteQuestion, upstream: SourceAnswer, image: RoutedImage): boolean {
  if (image.reference.digest !== null) return false;
  return (
    question.locked || (question.lock !== null && upstream.digest !== null && upstream.digest !== question.lock.digest)
  );
}

/** Whoever has few pulls left is asked after all others, and before nobody. */
function holds(answer: SourceAnswer, digest: string): boolean {
  return (isUsable(answer) || answer.state === 'limited') && answer.digest === digest && answer.lacks.length === 0;
}

function noRoute(decision: Exclude<DigestDecision, { kind: 'trusted' }>): RouteChoice {
  const { kind, remedy } = decision;
  switch (kind) {
    case 'disputed': {
      const claims = decision.digests.map(({ digest, mirrors }) => `${mirrors.join(', ')}: ${digest}`);
      return { kind: 'none', reason: `its mirrors disagree (${claims.join('; ')})`, remedy };
    }
    case 'unconfirmed':
      return {
        kind: 'none',
        reason: `only ${decision.mirror} has it, and nothing confirms ${decision.digest}`,
        remedy,
      };
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
      return `the last healthy run (${ageText(confirmed.ageMs)} ago)`;
    case 'mirrors':
      return confirmed.mirrors.join(' and ');
    case 'nobody':
      return `nobody (${confirmed.mirror} alone, allowed by allow-unverified-mirrors)`;
  }
}
