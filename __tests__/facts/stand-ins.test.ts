import { expect, test } from 'vitest';
import { sbomScanner } from '../../src/facts/sbom-scanner.ts';
import { withStandIns } from '../../src/facts/stand-ins.ts';
import { readFallbacks } from '../../src/inputs/fallbacks.ts';
import { blueprints } from '../plan/world.ts';

const read = (text: string): { fallbacks: ReturnType<typeof readFallbacks>; problems: string[] } => {
  const problems: string[] = [];
  return {
    fallbacks: readFallbacks({ text, label: 'input fallbacks', given: text, isDefault: false }, problems),
    problems,
  };
};

test('fallbacks are read a line each, with comments, and every problem is named', () => {
  const { fallbacks, problems } = read(
    '# bases\ngcr.io/distroless/static:nonroot => debian:13-slim, alpine:3.22\n\nubuntu:latest=>debian\n',
  );
  expect(problems).toEqual([]);
  expect(fallbacks).toEqual([
    {
      image: 'gcr.io/distroless/static:nonroot',
      contextKey: 'gcr.io/distroless/static:nonroot',
      alternatives: ['debian:13-slim', 'alpine:3.22'],
    },
    { image: 'ubuntu:latest', contextKey: 'ubuntu', alternatives: ['debian'] },
  ]);
  expect(read('alpine\nAlpine => debian\n').problems).toEqual([
    'input fallbacks: "alpine" is not like "gcr.io/distroless/static:nonroot => debian:13-slim, alpine:3.22"',
    expect.stringContaining('must be lower case'),
  ]);
});

test('other bases are other blueprints, the nearest first; stages and bundled Dockerfiles are left alone', () => {
  const all = blueprints(
    'FROM golang:1.24 AS build\nFROM docker.io/library/alpine:3.22\nFROM debian AS debian\nFROM debian\n',
  );
  const given = {
    choice: { standard: { path: '/work/Dockerfile', origin: 'repository', isDefault: true }, resilient: null },
    fingerprint: '',
  } as const;
  const { fallbacks } = read('debian => ubuntu\nalpine:3.22 => busybox');
  const texts = (list: typeof all): readonly string[] =>
    list.map(({ facts }) => facts.images.map(({ text }) => text).join(' '));
  expect(texts(withStandIns({ ...given, blueprints: all }, fallbacks).blueprints)).toEqual(['debian']);
  const reached = blueprints('FROM docker.io/library/alpine:3.22\nCOPY --from=golang:1.24 /a /a\n');
  const more = read('alpine:3.22 => busybox, debian\ngolang:1.24 => golang:1.25').fallbacks;
  expect(texts(withStandIns({ ...given, blueprints: reached }, more).blueprints)).toEqual([
    'docker.io/library/alpine:3.22 golang:1.24',
    'docker.io/library/alpine:3.22 golang:1.25',
    'busybox golang:1.24',
    'busybox golang:1.25',
    'debian golang:1.24',
    'debian golang:1.25',
  ]);
});

test.each([
  [[], null],
  [['type=provenance,mode=max'], null],
  [['type=sbom'], 'docker/buildkit-syft-scanner:stable-1'],
  [['type=sbom,disabled=true'], null],
  [['type=sbom,disabled=false'], 'docker/buildkit-syft-scanner:stable-1'],
  [['type=sbom,generator=registry.example/scan:1'], 'registry.example/scan:1'],
])('the scanner of %j', (attests, image) => {
  expect(sbomScanner(attests)).toBe(image);
});
