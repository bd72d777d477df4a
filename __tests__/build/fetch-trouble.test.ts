import { describe, expect, test } from 'vitest';
import { fetchTrouble, type FetchTrouble } from '../../src/build/fetch-trouble.ts';
import { createSignsOfLife } from '../../src/build/signs-of-life.ts';
import { classify } from '../../src/failure/classify.ts';
import { readLog } from '../../src/failure/progress.ts';

const resolving = '#1 [internal] load metadata for docker.io/library/golang:1.24\n';
const fetching = '#2 [build 1/3] FROM docker.io/library/golang:1.24@sha256:0f\n';
const cut = (seconds: number): string =>
  `#2 0.1 error: failed to copy: read tcp 10.0.0.2:4->10.0.0.1:443: connection reset by peer\n#2 0.1 retrying in ${seconds}s\n`;
const running = '#3 [other 2/2] RUN make\n';
const importing = '#4 importing cache manifest from gha:1234567\n';
const extracting = '#2 extracting sha256:bbef97ad589d\n';
const extracted = '#2 extracting sha256:bbef97ad589d 0.3s done\n';
const layer = `sha256:${'a'.repeat(64)}`;
const coming = `#2 ${layer} 0B / 1.06MB 0.2s\n`;
const whole = `#2 ${layer} 1.06MB / 1.06MB 0.2s\n`;
const other = '#5 [2/2] FROM docker.io/library/alpine:3.22@sha256:0e\n';

interface Seen extends Pick<FetchTrouble, 'kind' | 'failures'> {
  readonly layers: readonly string[];
}

function trouble(text: string, silentMs = 0, ageMs = 1000): Seen | null {
  const signs = createSignsOfLife();
  signs.isNews(text);
  const found = fetchTrouble({ log: readLog(text), silentMs, ageMs: () => ageMs, signs });
  if (found === null) return null;
  return { kind: found.kind, failures: found.failures, layers: found.layers.map(({ digest }) => digest) };
}

describe('a fetch that fails while BuildKit tries it again', () => {
  test.each([
    [1, 1],
    [2, 2],
    [4, 3],
  ])('for the next time in %i s', (seconds, failures) => {
    expect(trouble(fetching + cut(seconds))).toEqual({ kind: 'error', failures, layers: [] });
  });

  test('also where the base was resolved before, and its layers are fetched later', () => {
    const resolved = `${fetching}#2 DONE 0.0s\n\n${importing}#4 DONE 0.1s\n\n${fetching}`;
    expect(trouble(resolved + cut(2))).toEqual({ kind: 'error', failures: 2, layers: [] });
  });

  test('is attributed as if it had failed for good', () => {
    const found = fetchTrouble({
      log: readLog(fetching + cut(1)),
      silentMs: 0,
      ageMs: () => 0,
      signs: createSignsOfLife(),
    });
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
  const stopped = { kind: 'silence', failures: 0, layers: [layer] };
  const silence = { kind: 'silence', failures: 0, layers: [] };
  test.each<[string, string, number, number, object | null]>([
    ['an answer takes its time', resolving, 1499, 1499, null],
    ['a manifest', resolving, 1500, 1500, silence],
    ['a layer, at its beginning', fetching, 1500, 1600, silence],
    ['a layer that was under way may say nothing for five seconds', fetching, 5999, 60_000, null],
    ['a layer that was under way', fetching, 6000, 60_000, silence],
    ['a layer that is unpacked', fetching + extracting, 200_000, 200_000, null],
    ['a layer that stopped', fetching + coming, 1500, 60_000, stopped],
    ['a layer that has come whole', fetching + whole, 1500, 60_000, null],
    ['a layer that stopped while another one is unpacked', fetching + coming + extracting, 200_000, 200_000, null],
    ['a layer that stopped after others were', fetching + coming + extracting + extracted, 1500, 60_000, stopped],
    ['a layer of one image, where another one spoke last', fetching + coming + other, 1500, 60_000, stopped],
    ['a cache that is asked beside it', resolving + importing, 1500, 1500, silence],
    ['a cache alone', importing, 1500, 1500, null],
    ['a program beside it', resolving + running, 1500, 1500, null],
    ['nothing at all', '', 1500, 1500, null],
  ])('%s', (_, text, silentMs, ageMs, wanted) => {
    expect(trouble(text, silentMs, ageMs)).toEqual(wanted);
  });
});
