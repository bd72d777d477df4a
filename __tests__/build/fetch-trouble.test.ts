import { describe, expect, test } from 'vitest';
import { fetchTrouble, type FetchTrouble } from '../../src/build/fetch-trouble.ts';
import { classify } from '../../src/failure/classify.ts';
import { readLog } from '../../src/failure/progress.ts';

const resolving = '#1 [internal] load metadata for docker.io/library/golang:1.24\n';
const fetching = '#2 [build 1/3] FROM docker.io/library/golang:1.24@sha256:0f\n';
const cut = (seconds: number): string =>
  `#2 0.1 error: failed to copy: read tcp 10.0.0.2:4->10.0.0.1:443: connection reset by peer\n#2 0.1 retrying in ${seconds}s\n`;
const running = '#3 [other 2/2] RUN make\n';
const importing = '#4 importing cache manifest from gha:1234567\n';
const extracting = '#2 extracting sha256:bbef97ad589d\n';

function trouble(text: string, silentMs = 0, ageMs = 1000): Omit<FetchTrouble, 'asFailed' | 'step'> | null {
  const found = fetchTrouble({ log: readLog(text), silentMs, ageMs: () => ageMs });
  return found === null ? null : { kind: found.kind, failures: found.failures, isDead: found.isDead };
}

describe('a fetch that fails while BuildKit tries it again', () => {
  test.each([
    [1, 1],
    [2, 2],
    [4, 3],
  ])('for the next time in %i s', (seconds, failures) => {
    expect(trouble(fetching + cut(seconds))).toEqual({ kind: 'error', failures, isDead: false });
  });

  test('also where the base was resolved before, and its layers are fetched later', () => {
    const resolved = `${fetching}#2 DONE 0.0s\n\n${importing}#4 DONE 0.1s\n\n${fetching}`;
    expect(trouble(resolved + cut(2))).toEqual({ kind: 'error', failures: 2, isDead: false });
  });

  test('is attributed as if it had failed for good', () => {
    const found = fetchTrouble({ log: readLog(fetching + cut(1)), silentMs: 0, ageMs: () => 0 });
    expect(found === null ? null : classify(found.asFailed)).toMatchObject({
      class: 'registry-unavailable',
      component: 'docker.io',
      cause: 'base-image',
      retryable: true,
    });
  });

  test('beside work of the user that would be lost, or that has just begun', () => {
    expect(trouble(fetching + cut(2) + running, 0, 6000)).toBeNull();
    expect(trouble(fetching + cut(2) + running, 0, 4000)).not.toBeNull();
  });

  test('words of a program are no retry', () => {
    expect(trouble(`${running}#3 0.1 error: no\n#3 0.1 retrying in 2s\n`)).toBeNull();
  });
});

describe('a fetch from which nothing comes', () => {
  const silence = { kind: 'silence', failures: 0, isDead: false };
  test.each<[string, string, number, number, object | null]>([
    ['an answer takes its time', resolving, 1499, 1499, null],
    ['a manifest', resolving, 1500, 1500, silence],
    ['a layer, at its beginning', fetching, 1500, 1600, silence],
    ['a layer that was under way may say nothing for five seconds', fetching, 5999, 60_000, null],
    ['a layer that was under way', fetching, 6000, 60_000, silence],
    ['a layer, for too long', fetching, 10_000, 60_000, { ...silence, isDead: true }],
    ['a layer that is unpacked', fetching + extracting, 200_000, 200_000, null],
    ['a cache that is asked beside it', resolving + importing, 1500, 1500, silence],
    ['a cache alone', importing, 1500, 1500, null],
    ['a program beside it', resolving + running, 1500, 1500, null],
    ['nothing at all', '', 1500, 1500, null],
  ])('%s', (_, text, silentMs, ageMs, wanted) => {
    expect(trouble(text, silentMs, ageMs)).toEqual(wanted);
  });
});
