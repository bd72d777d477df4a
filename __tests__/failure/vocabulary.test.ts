import { describe, expect, test } from 'vitest';
import { hostIn, isPackageHost, isPrivate, registryOf, serviceOf } from '../../src/failure/hosts.ts';
import { diagnose } from '../../src/failure/diagnose.ts';
import { readRetryAfterMs, readStatus, readTrouble } from '../../src/failure/trouble.ts';

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
    ['\tat java.base/sun.nio.ch.Net.connect(Net.java:579)', null],
    ["Connection to `pecl.acme.example:443' failed: Connection timed out", 'pecl.acme.example'],
    ['wget: unable to resolve host address', null],
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
    expect(serviceOf(host, `https://${host}/`)).toBe(component);
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
    ['localhost:5000/x', 'localhost:5000'],
    ['registry.acme.example:8443/a/b:1', 'registry.acme.example:8443'],
    ['registry.acme.example:443/a/b:1', 'registry.acme.example'],
    ['localhost/x', 'localhost'],
  ])('%s is of %s', (reference, registry) => {
    expect(registryOf(reference)).toBe(registry);
  });
});

test.each([
  [
    'registry.acme.example',
    'Head "https://registry.acme.example:5000/v2/x/manifests/1": EOF',
    'registry.acme.example:5000',
  ],
  [
    'registry.acme.example',
    'Head "https://registry.acme.example/v2/": dial tcp 192.0.2.1:5000',
    'registry.acme.example',
  ],
  ['acme.example', 'https://registry.acme.example:5000/ and https://acme.example:8443/', 'acme.example:8443'],
  ['registry-1.docker.io', 'dial tcp: registry-1.docker.io:8443', 'docker.io'],
  ['api.acme.example', 'api.acme.example:443', 'api.acme.example'],
])('%s in %s is %s', (host, text, service) => {
  expect(serviceOf(host, text)).toBe(service);
});

test('two registries on one machine are two', () => {
  const failure = (port: number): string =>
    `#3 [internal] load metadata for 192.0.2.7:${port}/x:1\n#3 ERROR: failed to do request: Head "https://192.0.2.7:${port}/v2/x/manifests/1": EOF`;
  expect([5000, 5001].map((port) => diagnose(failure(port)).component)).toEqual(['192.0.2.7:5000', '192.0.2.7:5001']);
});

test.each([
  ['deb.mirror.example', true],
  ['registry.npm.example', true],
  ['keyserver.ubuntu.com', false],
  ['api.acme.example', false],
])('%s holds packages: %s', (host, wanted) => {
  expect(isPackageHost(host)).toBe(wanted);
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
    ['curl: (56) SSL read: errno 104', 'reset', null],
    ['curl error 28 while downloading x', 'timeout', null],
    ['curl: (22) something', null, null],
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
