import { expect, test } from 'vitest';
import { manifestFor, normalisePlatform, parseManifest, platforms } from '../../src/registry/manifest.ts';

function bytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
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
    entry('sha256:a', 'linux', 'amd64'),
    entry('sha256:b', 'linux', 'arm64', 'v8'),
    entry('sha256:c', 'linux', 'arm', 'v6'),
    entry('sha256:d', 'unknown', 'unknown'),
    { digest: 'sha256:e', size: 1 },
  ],
});

test('an index without its attestations', () => {
  expect(platforms(index)).toEqual([
    { platform: 'linux/amd64', digest: 'sha256:a', sizeBytes: 7 },
    { platform: 'linux/arm64', digest: 'sha256:b', sizeBytes: 7 },
    { platform: 'linux/arm/v6', digest: 'sha256:c', sizeBytes: 7 },
  ]);
});

test('an image', () => {
  const image = bytes({ config: { digest: 'sha256:c', size: 3 }, layers: [{ digest: 'sha256:l', size: 9 }] });
  expect(parseManifest(image)).toEqual({
    kind: 'image',
    config: { digest: 'sha256:c', sizeBytes: 3 },
    layers: [{ digest: 'sha256:l', sizeBytes: 9 }],
  });
  expect(platforms(image)).toEqual([]);
});

test.each(['', '<html>', '{}', '[]', 'null', '{"manifests":[{}]}', '{"manifests":[{"digest":"x","size":-1}]}'])(
  'malformed: %s',
  (text) => {
    expect(parseManifest(Buffer.from(text)).kind).toBe('malformed');
    expect(platforms(Buffer.from(text))).toEqual([]);
  },
);

test.each([
  ['linux/amd64', 'sha256:a'],
  ['linux/amd64/v3', 'sha256:a'],
  ['linux/x86_64', 'sha256:a'],
  ['linux/arm64', 'sha256:b'],
  ['linux/arm64/v8', 'sha256:b'],
  ['linux/aarch64', 'sha256:b'],
  ['linux/arm/v7', 'sha256:c'],
  ['linux/arm', 'sha256:c'],
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
