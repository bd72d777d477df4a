import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnose, renderDiagnosis } from '../../src/failure/diagnose.ts';
import { componentOf, hostIn, isPrivate, registryOf } from '../../src/failure/hosts.ts';
import { readRetryAfterMs, readStatus, readTrouble } from '../../src/failure/trouble.ts';
import { measure, parseCorpus } from './measure.ts';

const here = import.meta.dirname;

function corpus(name: string): ReturnType<typeof parseCorpus> {
  return parseCorpus(readFileSync(path.join(here, `${name}.jsonl`), 'utf8'));
}

describe.each([
  ['corpus', 0.99, 0.99],
  ['cases', 0.99, 0.99],
  ['unseen', 0.95, 0.97],
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

describe('hosts', () => {
  test.each([
    ['Head "https://registry-1.docker.io/v2/library/alpine/manifests/3": EOF', 'registry-1.docker.io'],
    ['dial tcp: lookup proxy.golang.org on 127.0.0.53:53: no such host', 'proxy.golang.org'],
    ["Temporary failure resolving 'deb.mirror.example'", 'deb.mirror.example'],
    ['[6] Could not resolve hostname (Could not resolve host: index.crates.example)', 'index.crates.example'],
    ['curl: (6) Could not resolve host: get.acme.example', 'get.acme.example'],
    ['curl: (7) Failed to connect to localhost port 8080', 'localhost'],
    ["HTTPSConnectionPool(host='files.pypi.example', port=443): Read timed out.", 'files.pypi.example'],
    ['read tcp 172.17.0.3:38984->172.217.161.81:443: read: connection reset by peer', '172.217.161.81'],
    ['getaddrinfo EAI_AGAIN registry.yarn.example', 'registry.yarn.example'],
    ['Connect to repo.maven.example:443 [repo.maven.example/151.101.112.215] failed', 'repo.maven.example'],
    ["wget: can't connect to remote host (10.88.0.35): Connection refused", null],
    ['see https://docs.docker.com/go/x', null],
    ['nothing here', null],
  ])('%s', (text, host) => {
    expect(hostIn(text)).toBe(host);
  });

  test.each([
    ['registry-1.docker.io', 'docker.io'],
    ['auth.docker.io', 'docker.io'],
    ['production.cloudflare.docker.com', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['pkg-containers.githubusercontent.com', 'ghcr.io'],
    ['results-receiver.actions.githubusercontent.com', 'gha-cache'],
    ['productionresultssa5.blob.core.windows.net', 'gha-cache'],
    ['mirror.gcr.io', 'mirror.gcr.io'],
    ['harbor.acme.example', 'harbor.acme.example'],
  ])('%s belongs to %s', (host, component) => {
    expect(componentOf(host)).toBe(component);
  });

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['::1', true],
    ['db', true],
    ['postgres.internal', true],
    ['10.0.0.5', true],
    ['172.31.1.1', true],
    ['172.32.1.1', false],
    ['proxy.golang.org', false],
    ['registry.npm.example', false],
  ])('%s is private: %s', (host, wanted) => {
    expect(isPrivate(host)).toBe(wanted);
  });

  test.each([
    ['alpine:3.20', 'docker.io'],
    ['docker.io/library/alpine', 'docker.io'],
    ['acme/api:1', 'docker.io'],
    ['ghcr.io/acme/api:1', 'ghcr.io'],
    ['localhost:5000/x', 'localhost'],
    ['localhost/x', 'localhost'],
  ])('%s is of %s', (reference, registry) => {
    expect(registryOf(reference)).toBe(registry);
  });
});

describe('words of trouble', () => {
  test.each([
    ['429 Too Many Requests', 'rate-limit', 429],
    ['unexpected status code https://x/v2/a: 503 Service Unavailable', 'server-error', 503],
    ['curl: (22) The requested URL returned error: 502', 'server-error', 502],
    ['npm error code E503', 'server-error', 503],
    ['404  Not Found [IP: 1.2.3.4 80]', 'not-found', 404],
    ['401 Unauthorized', 'unauthorized', 401],
    ['x509: certificate signed by unknown authority', 'certificate', null],
    ['net/http: TLS handshake timeout', 'tls', null],
    ['context deadline exceeded', 'timeout', null],
    ['dial tcp: lookup a.b on 1.1.1.1:53: read udp 1.1.1.2:5->1.1.1.1:53: i/o timeout', 'dns', null],
    ['proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused', 'local-proxy', null],
    ['main.go:503:12: undefined: x', null, 503],
    ['built in 502 ms', null, 502],
    ['all is well', null, null],
  ])('%s', (text, trouble, status) => {
    expect(readTrouble(text)).toBe(trouble);
    if (trouble !== null) expect(readStatus(text)).toBe(status);
  });

  test.each([
    ['Retry-After: 30', 30_000],
    ['retry-after: 2m', 120_000],
    ['retry after 500ms', null],
    ['retryAfter=500ms', 500],
    ['no wait', null],
  ])('%s', (text, wanted) => {
    expect(readRetryAfterMs(text)).toBe(wanted);
  });
});
