import { describe, expect, test } from 'vitest';
import { endReason, isExported, onlyCachesLeft } from '../../src/build/watchdog.ts';
import { readLog } from '../../src/failure/progress.ts';

const limits = { stallMs: 300_000, silentWorkMs: 300_000, cacheExportMs: 60_000, hopeless: [] as readonly string[] };
const resolving = '#1 [internal] load metadata for docker.io/library/golang:1.24\n';
const importing = '#2 importing cache manifest from gha:1234567\n';
const fetching = '#6 [1/3] FROM docker.io/library/golang:1.24@sha256:0f\n';
const running = '#3 [build 2/3] RUN go build ./...\n';
const exported = '#4 exporting to image\n#4 DONE 1.0s\n';
const exporting = '#4 exporting to image\n';
const cacheOut = '#5 exporting to GitHub Actions Cache\n';
const cacheDone = `${cacheOut}#5 DONE 0.1s\n`;

function end(
  text: string,
  silentSeconds: number,
  changes: Partial<typeof limits> = {},
  onlyCachesSeconds = 0,
): string | null {
  return endReason(
    { log: readLog(text), silentMs: silentSeconds * 1000, onlyCachesMs: onlyCachesSeconds * 1000 },
    { ...limits, ...changes },
  );
}

/** As in the form of docker/build-push-action. */
const unset = { silentWorkMs: 5 * 24 * 3600 * 1000 };

describe('how long silence is borne', () => {
  test.each<[string, string, number, Partial<typeof limits>]>([
    ['before the first step', '', 300, {}],
    ['a step of the user', running, 300, {}],
    ['a registry that does not answer', resolving, 45, {}],
    ['one that was known not to', resolving, 5, { hopeless: ['docker.io/library/golang:1.24'] }],
    ['another image than the hopeless one', resolving, 45, { hopeless: ['docker.io/library/alpine:3.22'] }],
    [
      'a hopeless one beside another',
      `${resolving}#2 [internal] load metadata for quay.io/a/b:1\n`,
      45,
      { hopeless: ['quay.io/a/b:1'] },
    ],
    ['a cache import', importing, 45, {}],
    ['a cache import, hopeless images or not', importing, 45, { hopeless: ['docker.io'] }],
    ['a cache export', cacheOut, 300, {}],
    ['an import beside a step of the user', importing + running, 300, {}],
    ['an image that is unpacked', `${fetching}#6 extracting sha256:bbef97ad589d\n`, 300, {}],
    ['a scan', '#7 [linux/amd64] generating sbom using docker.io/docker/buildkit-syft-scanner:stable-1\n', 300, {}],
    ['a builder that boots', '#1 [internal] booting buildkit\n', 300, {}],
    ['never longer than the user says', resolving, 20, { stallMs: 20_000, silentWorkMs: 20_000 }],
    ['a step that is done', `${resolving}#1 DONE 0.1s\n`, 300, {}],
    ['a program, where nobody set a limit', fetching + running, 432_000, unset],
    ['a download, where nobody set a limit', fetching, 300, unset],
    ['a cache export, where nobody set a limit', exported + cacheOut, 300, unset],
    ['a push, where nobody set a limit', `${exporting}#4 pushing layers\n`, 1800, unset],
    ['a push, for as long as the user says', exporting, 7200, { stallMs: 7_200_000, silentWorkMs: 7_200_000 }],
    ['a registry that does not answer, where nobody set a limit', resolving, 45, unset],
    ['before the first step, where nobody set a limit', '', 1800, unset],
  ])('%s: %#', (_, text, seconds, changes) => {
    expect([end(text, seconds, changes), end(text, seconds + 0.001, changes)]).toEqual([null, 'stall']);
  });
});

test('a finished build may export its caches for so long', () => {
  expect(end(exported + cacheOut, 0, {}, 60)).toBeNull();
  expect(end(exported + cacheOut, 0, {}, 61)).toBe('cache-export');
});

test.each<[string, string, boolean]>([
  ['nothing', '', false],
  ['the image is under way', exporting, false],
  ['the image is done, the cache is not', exported + cacheOut, true],
  ['both are under way', exporting + cacheOut, false],
  ['the cache before the image', cacheOut, false],
  ['everything is done', exported + cacheDone, false],
  ['something of the build still runs', exported + cacheOut + running, false],
])('only caches are left: %s', (_, text, left) => {
  expect(onlyCachesLeft(readLog(text))).toBe(left);
});

test.each<[string, string, boolean]>([
  ['nothing', '', false],
  ['under way', exporting, false],
  ['done', exported, true],
  ['failed', '#4 exporting to image\n#4 ERROR: no space left on device\n', false],
])('the image is exported: %s', (_, text, done) => {
  expect(isExported(readLog(text))).toBe(done);
});
