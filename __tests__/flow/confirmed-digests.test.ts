import { expect, test, vi } from 'vitest';
import { confirmedBy } from '../../src/flow/confirmed-digests.ts';
import type { SourceAnswer } from '../../src/health/source-answer.ts';
import { digestA, digestB } from '../plan/world.ts';

const upstream: SourceAnswer = {
  host: 'docker.io',
  repository: 'library/alpine',
  operator: 'docker.io',
  kind: 'upstream',
  retired: false,
  trust: 'tags',
  region: null,
  state: 'up',
  latencyMs: 1,
  evidence: '',
  digest: digestA,
  lacks: [],
  missing: false,
};
const locked = { digest: digestA, platforms: [], resolvedAt: '2026-01-01', from: 'docker.io' };

test('only what the upstream itself said of a tag is remembered', () => {
  vi.setSystemTime(7);
  const answers = new Map<string, readonly SourceAnswer[]>([
    ['said', [upstream]],
    ['by a mirror alone', [{ ...upstream, kind: 'mirror', digest: digestB }]],
    ['down', [{ ...upstream, state: 'down' }]],
    ['without a digest', [{ ...upstream, digest: null }]],
    // The answer may be the one to a question for this very digest, whatever the tag stands for.
    ['in the lock file', [upstream]],
  ]);
  const confirmed = confirmedBy({ answers: () => answers, lock: new Map([['in the lock file', locked]]) });
  expect(confirmed).toEqual(new Map([['said', { digest: digestA, atMs: 7 }]]));
  vi.useRealTimers();
});
