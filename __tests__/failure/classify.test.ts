import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnose, renderDiagnosis } from '../../src/failure/diagnose.ts';
import { measure, parseCorpus } from './measure.ts';

const here = import.meta.dirname;

function corpus(name: string): ReturnType<typeof parseCorpus> {
  return parseCorpus(readFileSync(path.join(here, `${name}.jsonl`), 'utf8'));
}

describe.each([
  ['corpus', 0.99, 0.99],
  ['cases', 0.99, 0.99],
  ['unseen', 0.99, 0.99],
])('%s', (name, wantedClass, wantedRetry) => {
  const score = measure(corpus(name));
  test('no final error would be retried', () => {
    expect(score.retriedFinals).toEqual([]);
  });
  test('is attributed', () => {
    expect(score.classRight / score.total, JSON.stringify(score.misses, null, 1)).toBeGreaterThanOrEqual(wantedClass);
    expect(score.retryRight / score.total, JSON.stringify(score.misses, null, 1)).toBeGreaterThanOrEqual(wantedRetry);
  });
});

test('own cases name the right component', () => {
  const wrong = corpus('cases').flatMap((row) => {
    const { component } = diagnose(row.log);
    return row.component !== null && component !== row.component
      ? [`${row.id}: ${component ?? 'null'}, not ${row.component}`]
      : [];
  });
  expect(wrong).toEqual([]);
});

describe('failures made in the outage lab', () => {
  const table = [
    ['hub-503', 'registry-unavailable', 'docker.io', 'resolve', 'base-image', 'Docker Hub answered 503 on alpine:3.20'],
    [
      'token-503',
      'registry-unavailable',
      'docker.io',
      'resolve',
      'base-image',
      'Docker Hub answered 503 on alpine:3.20',
    ],
    [
      'context-mirror-503',
      'registry-unavailable',
      'mirror.gcr.io',
      'resolve',
      'base-image',
      'mirror.gcr.io answered 503 on mirror.gcr.io/library/alpine:3.20',
    ],
    [
      'cdn-cut',
      'registry-unavailable',
      'docker.io',
      'from',
      'base-image',
      'Docker Hub broke the connection off on alpine:3.20',
    ],
    [
      'hub-tampered',
      'registry-unavailable',
      'docker.io',
      'resolve',
      'base-image',
      'Docker Hub served broken or half-synced files on alpine:3.20',
    ],
    [
      'frontend-503',
      'registry-unavailable',
      'docker.io',
      'frontend',
      'frontend',
      'Docker Hub answered 503 on docker/dockerfile:1',
    ],
    [
      'sbom-503',
      'registry-unavailable',
      'docker.io',
      'sbom',
      'sbom',
      'Docker Hub answered 503 on docker/buildkit-syft-scanner:stable-1',
    ],
    [
      'no-repo',
      'registry-auth',
      'docker.io',
      'resolve',
      'base-image',
      'Docker Hub refused access to nosuchorg/nosuchrepo:1',
    ],
    ['not-found', 'image-not-found', 'docker.io', 'resolve', 'base-image', 'Docker Hub has no image alpine:9.99'],
    ['push-502', 'push-failed-transient', 'ghcr.io', 'push', 'push', 'Pushing to ghcr.io failed: it answered 502'],
    [
      'push-reset',
      'push-failed-transient',
      'ghcr.io',
      'push',
      'push',
      'Pushing to ghcr.io failed: it broke the connection off',
    ],
    ['push-403', 'registry-auth', 'ghcr.io', 'push', 'push', 'ghcr.io refused access to ghcr.io/acme/api:1'],
    [
      'gha-export-503',
      'gha-cache',
      'gha-cache',
      'cache-export',
      'cache-export',
      'The Actions cache service answered 503 on a cache export',
    ],
    ['gha-import-503-run-fails', 'user-code', null, 'run', null, 'Dockerfile:2 RUN exit 4 failed: exit code: 4'],
    [
      'go-nx',
      'dns',
      'proxy.golang.org',
      'run',
      null,
      'The name proxy.golang.org could not be looked up, in RUN go mod download (Dockerfile:4)',
    ],
    [
      'go-compile',
      'user-code',
      null,
      'run',
      null,
      'Dockerfile:4 RUN go build ./... failed: ./main.go:3:15: undefined: nope',
    ],
    ['copy-missing', 'user-code', null, 'copy', null, 'Dockerfile:2 COPY nope /x failed: "/nope": not found'],
    [
      'parse',
      'user-code',
      null,
      undefined,
      null,
      'Dockerfile:2 RUNN true failed: dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)',
    ],
    ['run-fake', 'user-code', null, 'run', null, undefined],
    ['parallel', 'user-code', null, 'run', null, 'Dockerfile:4 RUN sleep 1; exit 7 failed: exit code: 7'],
  ] as const;
  test.each(table)('%s', (name, wantedClass, component, kind, cause, headline) => {
    const text = readFileSync(path.join(here, 'logs', `${name}.plain.txt`), 'utf8');
    const diagnosis = diagnose(text);
    expect([diagnosis.class, diagnosis.component, diagnosis.step?.kind, diagnosis.cause]).toEqual([
      wantedClass,
      component,
      kind,
      cause,
    ]);
    if (headline !== undefined) expect(diagnosis.headline).toBe(headline);
  });
});

test('a log without a failure', () => {
  expect(diagnose('#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n')).toMatchObject({
    rule: 'no-failure',
    retryable: false,
    headline: 'No failure found in this log',
  });
});

test('for people', () => {
  const text = readFileSync(path.join(here, 'logs', 'go-compile.plain.txt'), 'utf8');
  expect(renderDiagnosis(diagnose(text))).toBe(`Dockerfile:4 RUN go build ./... failed: ./main.go:3:15: undefined: nope

  class      user-code (final: another try would fail the same way)
  step       #8 [4/4] RUN go build ./...
  next       Correct the build itself; it would fail everywhere, and trying again changes nothing.

  Dockerfile:4
     2 |     WORKDIR /s
     3 |     COPY . .
     4 | >>> RUN go build ./...
     5 |

  evidence
    ./main.go:3:15: undefined: nope
`);
});
