import type { LockEntry } from '../facts/lock-file.ts';
import { ageText, shortDigest } from '../registry/digest-of-tag.ts';
import type { ImageReference } from '../registry/reference.ts';
import type { StoredImage } from '../store/stored.ts';
import type { RouteChoice } from './plan.ts';

/** What decides whether an image may come from the warm store. */
export interface StoreQuestion {
  /** What is there; null where nothing is. */
  readonly stored: StoredImage | null;
  readonly root: string;
  /** Nobody else may be asked. */
  readonly offline: boolean;
  readonly maxAgeMs: number;
  /** Whether a confirmation that is older than that will do: in an emergency. */
  readonly allowOld: boolean;
  /** Why the builder at hand cannot be given images of the store, or null. */
  readonly obstacle: string | null;
}

type StoreChoice = Extract<RouteChoice, { kind: 'store' }>;

/** The image of the store, or why not: bytes are believed by their digests, digests because of who vouched for them. */
export function storedRoute(
  question: StoreQuestion,
  reference: ImageReference,
  trust: { readonly lock: LockEntry | null; readonly locked: boolean; readonly nowMs: number },
): StoreChoice | { readonly kind: 'no'; readonly reason: string } {
  const { stored, obstacle } = question;
  if (stored === null) return no('the warm store does not have it');
  if (stored.problem !== null) return no(`the warm store's copy is not used: ${stored.problem}`);
  const { digest, confirmedAtMs, confirmedBy } = stored;
  const agreed = reference.digest ?? trust.lock?.digest ?? null;
  if (agreed !== null && agreed !== digest)
    return no(`the warm store has ${shortDigest(digest)} in place of ${shortDigest(agreed)}`);
  if (agreed === null && trust.locked) return no('docker-build.lock has no entry for it');
  if (obstacle !== null) return no(`the warm store cannot be used here: ${obstacle}`);
  const ageMs = Math.max(0, trust.nowMs - confirmedAtMs);
  const isOld = agreed === null && ageMs > question.maxAgeMs;
  if (isOld && !question.allowOld)
    return no(`the warm store's copy was confirmed ${ageText(ageMs)} ago, which is for emergencies only`);
  const by = agreed === null ? `${confirmedBy}, ${ageText(ageMs)} ago` : confirmedBy;
  return { kind: 'store', path: question.root, digest, confirmedBy: by, reason: 'kept by a pre-warm', isOld };
}

function no(reason: string): { readonly kind: 'no'; readonly reason: string } {
  return { kind: 'no', reason };
}
