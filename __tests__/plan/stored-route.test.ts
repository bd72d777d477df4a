import { describe, expect, test } from 'vitest';
import type { LockEntry } from '../../src/facts/lock-file.ts';
import { storedRoute, type StoreQuestion } from '../../src/plan/stored-route.ts';
import { parseReference, type ImageReference } from '../../src/registry/reference.ts';

const DAY_MS = 24 * 3600_000;
const nowMs = Date.parse('2026-08-23T12:00:00Z');
const digest = `sha256:${'ab'.repeat(32)}`;
const other = `sha256:${'cd'.repeat(32)}`;
const stored = { digest, confirmedAtMs: nowMs - 3 * DAY_MS, confirmedBy: 'docker.io', problem: null };
const store: StoreQuestion = {
  stored,
  root: '/cache/store',
  offline: false,
  maxAgeMs: 7 * DAY_MS,
  allowOld: false,
  obstacle: null,
};
const lock = (of: string): LockEntry => ({ digest: of, platforms: [], resolvedAt: '2026-08-01', from: 'docker.io' });

function reference(text: string): ImageReference {
  const parsed = parseReference(text);
  if (parsed.kind !== 'parsed') throw new Error(parsed.problem);
  return parsed.reference;
}

interface Given {
  readonly store?: Partial<StoreQuestion>;
  readonly image?: string;
  readonly lock?: LockEntry;
  readonly locked?: boolean;
}

function route({ store: more = {}, image = 'alpine:3.22', ...trust }: Given): ReturnType<typeof storedRoute> {
  return storedRoute({ ...store, ...more }, reference(image), {
    lock: trust.lock ?? null,
    locked: trust.locked ?? false,
    nowMs,
  });
}

const old = { ...stored, confirmedAtMs: nowMs - 12 * DAY_MS };

describe('an image of the warm store', () => {
  test.each<[string, Given, object]>([
    ['that was confirmed lately', {}, { confirmedBy: 'docker.io, 3 days ago', isOld: false }],
    [
      'that is old, in an emergency',
      { store: { stored: old, allowOld: true } },
      { confirmedBy: 'docker.io, 12 days ago', isOld: true },
    ],
    [
      'that the lock file agrees with, however old',
      { store: { stored: old }, lock: lock(digest), locked: true },
      { confirmedBy: 'docker.io', isOld: false },
    ],
    [
      'that the Dockerfile pins, however old',
      { store: { stored: old }, image: `alpine:3.22@${digest}`, locked: true },
      { isOld: false },
    ],
    [
      'confirmed by a clock that goes ahead',
      { store: { stored: { ...stored, confirmedAtMs: nowMs + DAY_MS } } },
      { isOld: false },
    ],
  ])('%s', (_, given, wanted) => {
    expect(route(given)).toMatchObject({ kind: 'store', path: '/cache/store', digest, ...wanted });
  });
});

describe('no image of the warm store', () => {
  test.each<[string, Given, string]>([
    ['that it does not have', { store: { stored: null } }, 'the warm store does not have it'],
    [
      'that is damaged',
      { store: { stored: { ...stored, problem: 'a blob is not whole' } } },
      "the warm store's copy is not used: a blob is not whole",
    ],
    [
      'that is old',
      { store: { stored: old } },
      "the warm store's copy was confirmed 12 days ago, which is for emergencies only",
    ],
    [
      'that the lock file has otherwise',
      { lock: lock(other) },
      'the warm store has sha256:abababababab… in place of sha256:cdcdcdcdcdcd…',
    ],
    [
      'that the Dockerfile has otherwise',
      { image: `alpine@${other}` },
      'the warm store has sha256:abababababab… in place of sha256:cdcdcdcdcdcd…',
    ],
    ['that no lock file knows, where it must', { locked: true }, 'docker-build.lock has no entry for it'],
    [
      'that the builder cannot be given',
      { store: { obstacle: 'buildx is too old' } },
      'the warm store cannot be used here: buildx is too old',
    ],
  ])('%s', (_, given, reason) => {
    expect(route(given)).toEqual({ kind: 'no', reason });
  });
});
