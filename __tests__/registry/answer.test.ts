import { expect, test } from 'vitest';
import { apiHost, rateLimitOf, resourceText, retryAfterMs } from '../../src/registry/answer.ts';
import { parseChallenge } from '../../src/registry/challenge.ts';
import { isLoopback } from '../../src/registry/session.ts';

const nowMs = Date.parse('2026-08-23T12:00:00Z');

test.each<[string | undefined, number | null]>([
  [undefined, null],
  ['', null],
  ['0', 0],
  [' 120 ', 120_000],
  ['Sun, 23 Aug 2026 12:00:30 GMT', 30_000],
  ['Sun, 23 Aug 2026 11:00:00 GMT', 0],
  ['later', null],
])('Retry-After: %s', (text, ms) => {
  expect(retryAfterMs(text, nowMs)).toBe(ms);
});

test.each<[string, string, object | null]>([
  ['100;w=21600', '20;w=21600', { remaining: 20, limit: 100, windowSeconds: 21600 }],
  ['200', '0', { remaining: 0, limit: 200, windowSeconds: 0 }],
  ['', '20', null],
  ['100', '', null],
  ['many', 'few', null],
])('ratelimit-limit: %s', (limit, remaining, rateLimit) => {
  expect(rateLimitOf({ 'ratelimit-limit': limit, 'ratelimit-remaining': remaining })).toEqual(rateLimit);
});

test.each<[string | undefined, object | null]>([
  [undefined, null],
  ['', null],
  ['Negotiate', null],
  ['Basic realm="x"', { kind: 'basic' }],
  ['basic', { kind: 'basic' }],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"',
    {
      kind: 'bearer',
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:library/alpine:pull',
    },
  ],
  ['bearer Realm=https://x/t', { kind: 'bearer', realm: 'https://x/t', service: null, scope: null }],
  [
    'Basic realm="x", Bearer realm="https://x/t", scope="a:b:pull,push"',
    { kind: 'bearer', realm: 'https://x/t', service: null, scope: 'a:b:pull,push' },
  ],
  [
    'Bearer realm="https://x/t?a=\\"b\\"", Basic realm="y"',
    { kind: 'bearer', realm: 'https://x/t?a="b"', service: null, scope: null },
  ],
  ['Bearer realm="file:///etc/passwd"', null],
  ['Bearer realm="nonsense", Basic realm="y"', { kind: 'basic' }],
  ['Bearer', null],
])('WWW-Authenticate: %s', (header, challenge) => {
  expect(parseChallenge(header)).toEqual(challenge);
});

test.each([
  ['localhost', true],
  ['localhost:5000', true],
  ['localhost:443', false],
  ['127.0.0.1:5000', true],
  ['127.1.2.3', true],
  ['[::1]:5000', true],
  ['127.0.0.1.example', false],
  ['ghcr.io', false],
  ['not a host', false],
])('%s is on this machine: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});

test('names', () => {
  expect(['docker.io', 'index.docker.io', 'ghcr.io'].map(apiHost)).toEqual([
    'registry-1.docker.io',
    'registry-1.docker.io',
    'ghcr.io',
  ]);
  const location = { host: 'docker.io', repository: 'library/golang' };
  expect(resourceText({ ...location, reference: '1.24' })).toBe('library/golang:1.24');
  expect(resourceText({ ...location, reference: 'sha256:a' })).toBe('library/golang@sha256:a');
});
