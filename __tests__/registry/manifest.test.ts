import { expect, test } from 'vitest';
import { manifestFor, normalisePlatform, parseManifest, platforms } from '../../src/registry/manifest.ts';

function bytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** A digest of one digit. */
function sha(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

function entry(digest: string, os: string, architecture: string, variant?: string): object {
  return {
    digest,
    size: 7,
    mediaType: 'x',
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
  };
}

const index = bytes({
  schemaVersion: 2,
  manifests: [
    entry(sha('a'), 'linux', 'amd64'),
    entry(sha('b'), 'linux', 'arm64', 'v8'),
    entry(sha('c'), 'linux', 'arm', 'v6'),
    entry(sha('d'), 'unknown', 'unknown'),
    { digest: sha('e'), size: 1 },
  ],
});

test('an index without its attestations', () => {
  expect(platforms(index)).toEqual([
    { platform: 'linux/amd64', digest: sha('a'), sizeBytes: 7 },
    { platform: 'linux/arm64', digest: sha('b'), sizeBytes: 7 },
    { platform: 'linux/arm/v6', digest: sha('c'), sizeBytes: 7 },
  ]);
});

test('an image', () => {
  const image = bytes({ config: { digest: sha('c'), size: 3 }, layers: [{ digest: sha('f'), size: 9 }] });
  expect(parseManifest(image)).toEqual({
    kind: 'image',
    config: { digest: sha('c'), sizeBytes: 3 },
    layers: [{ digest: sha('f'), sizeBytes: 9 }],
  });
  expect(platforms(image)).toEqual([]);
});

test.each(['sha256:../../../../etc/passwd', 'md5:d41d8cd98f00b204e9800998ecf8427e', '..'])(
  'a digest that would be a path of its own: %s',
  (digest) => {
    const image = { config: { digest: sha('c'), size: 3 }, layers: [{ digest, size: 9 }] };
    expect(parseManifest(bytes(image)).kind).toBe('malformed');
    expect(parseManifest(bytes({ manifests: [entry(digest, 'linux', 'amd64')] })).kind).toBe('malformed');
  },
);

// containerd and docker refuse it as well (GHSA-5j5w-g665-5m35).
test('what is an index to one reader and an image to another', () => {
  const image = { config: { digest: sha('c'), size: 3 }, layers: [] };
  expect(parseManifest(bytes({ ...image, manifests: [entry(sha('a'), 'linux', 'amd64')] })).kind).toBe('malformed');
});

test.each(['', '<html>', '{}', '[]', 'null', '{"manifests":[{}]}', '{"manifests":[{"digest":"x","size":-1}]}'])(
  'malformed: %s',
  (text) => {
    expect(parseManifest(Buffer.from(text)).kind).toBe('malformed');
    expect(platforms(Buffer.from(text))).toEqual([]);
  },
);

test.each([
  ['linux/amd64', sha('a')],
  ['linux/amd64/v3', sha('a')],
  ['linux/x86_64', sha('a')],
  ['linux/arm64', sha('b')],
  ['linux/arm64/v8', sha('b')],
  ['linux/aarch64', sha('b')],
  ['linux/arm/v7', sha('c')],
  ['linux/arm', sha('c')],
  ['linux/arm/v5', null],
  ['linux/s390x', null],
  ['windows/amd64', null],
  ['', null],
])('%s is served by %s', (platform, digest) => {
  expect(manifestFor(platform, platforms(index))?.digest ?? null).toBe(digest);
});

test.each([
  ['linux/arm', 'linux/arm/v7'],
  ['Linux/AMD64', 'linux/amd64'],
  ['linux/amd64/v2', 'linux/amd64/v2'],
])('%s is %s', (text, platform) => {
  expect(normalisePlatform(text)).toBe(platform);
});
