/**
 * Which digest a tag stands for, when not everybody can be asked or believed. Being reachable earns no trust: a digest
 * is believed because of who vouches for it, in a fixed order, and whatever is then fetched is fetched by digest.
 */

/** What the registry that owns the tag says. */
export type UpstreamWord =
  | { readonly kind: 'answered'; readonly digest: string }
  /** It works, and has no such tag. */
  | { readonly kind: 'missing'; readonly evidence: string }
  | { readonly kind: 'silent'; readonly evidence: string };

/** What a mirror says. */
export interface MirrorWord {
  /** Host, for people. */
  readonly mirror: string;
  /** Two mirrors of one operator are one witness. */
  readonly operator: string;
  /** `digests`: it may serve known digests, but its tags are no evidence (see the catalogue). */
  readonly trust: 'tags' | 'digests';
  /** Null when it did not answer; `evidence` says why. */
  readonly digest: string | null;
  readonly evidence: string;
}

export interface TagEvidence {
  /** As people write it: `golang:1.24-alpine`. */
  readonly name: string;
  /** Of the registry that owns the tag: `docker.io`. */
  readonly upstreamHost: string;
  readonly pin: string | null;
  readonly lock: { readonly digest: string; readonly resolvedAt: string } | null;
  /** Nothing but pins and the lock file counts (`locked: true`). */
  readonly locked: boolean;
  readonly upstream: UpstreamWord;
  readonly remembered: { readonly digest: string; readonly ageMs: number } | null;
  readonly mirrors: readonly MirrorWord[];
  /** `allow-unverified-mirrors: true`. */
  readonly allowUnverified: boolean;
}

export type ConfirmedBy =
  | { readonly kind: 'pin' }
  | { readonly kind: 'lock'; readonly resolvedAt: string }
  | { readonly kind: 'upstream'; readonly host: string }
  | { readonly kind: 'last-healthy-run'; readonly ageMs: number }
  | { readonly kind: 'mirrors'; readonly mirrors: readonly string[] }
  /** One mirror's word, accepted by the user's own choice. */
  | { readonly kind: 'nobody'; readonly mirror: string };

export type DigestDecision =
  | { readonly kind: 'trusted'; readonly digest: string; readonly confirmedBy: ConfirmedBy; readonly reason: string }
  | { readonly kind: 'disputed'; readonly digests: readonly Claim[]; readonly remedy: string }
  | { readonly kind: 'unconfirmed'; readonly mirror: string; readonly digest: string; readonly remedy: string }
  | { readonly kind: 'unavailable'; readonly tried: readonly string[]; readonly remedy: string };

/** A digest, and who says so. */
export interface Claim {
  readonly digest: string;
  readonly mirrors: readonly string[];
}

const pinRemedy = 'pin the image by digest in the Dockerfile, or commit a docker-build.lock (smart-docker-build lock)';

/** Pin, lock file, upstream, last healthy run, two mirrors that agree: the first that speaks settles it. */
export function digestOfTag(evidence: TagEvidence): DigestDecision {
  const { name, upstreamHost, pin, lock, upstream, remembered } = evidence;
  if (pin !== null) return trusted(pin, { kind: 'pin' }, 'pinned in the Dockerfile');
  if (lock !== null) {
    const moved = upstream.kind === 'answered' && upstream.digest !== lock.digest;
    const since = moved ? `; ${upstreamHost} has moved on to ${shortDigest(upstream.digest)}` : '';
    const { digest, resolvedAt } = lock;
    return trusted(digest, { kind: 'lock', resolvedAt }, `docker-build.lock of ${resolvedAt}${since}`);
  }
  if (evidence.locked) {
    const remedy = 'run "smart-docker-build lock" and commit docker-build.lock, or build without locked: true';
    return { kind: 'unavailable', tried: [`docker-build.lock has no entry for ${name}`], remedy };
  }
  if (upstream.kind === 'answered') {
    return trusted(upstream.digest, { kind: 'upstream', host: upstreamHost }, `${upstreamHost} says so`);
  }
  if (upstream.kind === 'missing') {
    return { kind: 'unavailable', tried: [upstream.evidence], remedy: `check the name ${name}` };
  }
  if (remembered !== null) {
    const { digest, ageMs } = remembered;
    return trusted(digest, { kind: 'last-healthy-run', ageMs }, `the last healthy run, ${ageText(ageMs)} ago`);
  }
  return decideByMirrors(evidence, upstream.evidence);
}

function decideByMirrors(evidence: TagEvidence, upstreamEvidence: string): DigestDecision {
  const witnesses = evidence.mirrors.filter((one) => one.trust === 'tags' && one.digest !== null);
  const digests = [...new Set(witnesses.flatMap((one) => one.digest ?? []))];
  const confirmed = digests.filter((digest) => operatorsOf(witnesses, digest).size >= 2);
  const [agreed] = confirmed;
  if (agreed !== undefined && confirmed.length === 1) {
    const mirrors = mirrorsOf(witnesses, agreed);
    return trusted(agreed, { kind: 'mirrors', mirrors }, `${mirrors.join(' and ')} agree`);
  }
  if (digests.length > 1) {
    const claims = digests.map((digest) => ({ digest, mirrors: mirrorsOf(witnesses, digest) }));
    return { kind: 'disputed', digests: claims, remedy: pinRemedy };
  }
  const [only] = digests;
  const [mirror] = witnesses.map((one) => one.mirror);
  if (only === undefined || mirror === undefined) {
    const tried = [upstreamEvidence, ...evidence.mirrors.map((one) => one.evidence)];
    return { kind: 'unavailable', tried, remedy: pinRemedy };
  }
  if (evidence.allowUnverified) {
    const reason = `${mirror} alone says so (allow-unverified-mirrors: true)`;
    return trusted(only, { kind: 'nobody', mirror }, reason);
  }
  const remedy = `${pinRemedy}, or accept a single mirror's word with allow-unverified-mirrors: true`;
  return { kind: 'unconfirmed', mirror, digest: only, remedy };
}

function trusted(digest: string, confirmedBy: ConfirmedBy, reason: string): DigestDecision {
  return { kind: 'trusted', digest, confirmedBy, reason };
}

function operatorsOf(witnesses: readonly MirrorWord[], digest: string): ReadonlySet<string> {
  return new Set(witnesses.filter((one) => one.digest === digest).map((one) => one.operator));
}

function mirrorsOf(witnesses: readonly MirrorWord[], digest: string): readonly string[] {
  return witnesses.filter((one) => one.digest === digest).map((one) => one.mirror);
}

/** Enough of a digest to recognise it: `sha256:0123456789ab…`. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm}:${hex.slice(0, 12)}…`;
}

/** `5 minutes`, `3 hours`, `12 days`. */
export function ageText(ageMs: number): string {
  const minutes = Math.round(ageMs / 60_000);
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 2880
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1440), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
