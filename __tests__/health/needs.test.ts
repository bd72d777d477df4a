import { expect, test } from 'vitest';
import { needsOf, needOf } from '../../src/health/needs.ts';
import { blueprints, digestA } from '../plan/world.ts';

const noMirrors = { custom: [], mirrorsOnly: true };

test('every image once, with all of its platforms', () => {
  const all = [
    ...blueprints('FROM --platform=linux/arm64 golang:1.24 AS build\nFROM alpine\nCOPY --from=build /a /a\n'),
    ...blueprints('FROM golang:1.24\n', 'resilient'),
  ];
  const needs = needsOf(all, {
    mirrors: noMirrors,
    memory: new Map([['docker.io/library/golang:1.24', { digest: digestA, atMs: 1 }]]),
    lock: new Map(),
  });
  const reference = { registry: 'docker.io', digest: null };
  expect(needs).toEqual([
    {
      key: 'docker.io/library/golang:1.24',
      image: { ...reference, repository: 'library/golang', tag: '1.24' },
      platforms: ['linux/arm64', 'linux/amd64'],
      pulls: 3,
      mirrorsOnly: true,
      mirrors: [],
      locked: null,
      knownDigest: digestA,
    },
    {
      key: 'docker.io/library/alpine',
      image: { ...reference, repository: 'library/alpine', tag: null },
      platforms: ['linux/amd64'],
      pulls: 3,
      mirrorsOnly: true,
      mirrors: [],
      locked: null,
      knownDigest: null,
    },
  ]);
});

test('the pin is known, whatever the last run saw', () => {
  const image = { registry: 'gcr.io', repository: 'a/b', tag: null, digest: digestA };
  expect(needOf(image, [], { mirrors: noMirrors, memory: new Map(), lock: new Map() }).knownDigest).toBe(digestA);
});

test("the user's mirrors come first", () => {
  const image = { registry: 'docker.io', repository: 'library/golang', tag: '1.24', digest: null };
  const custom = [{ upstream: 'docker.io', host: 'registry.corp.example', prefix: 'hub/' }];
  const [first, second] = needOf(image, [], {
    mirrors: { custom, mirrorsOnly: false },
    memory: new Map(),
    lock: new Map(),
  }).mirrors;
  expect(first).toEqual({
    host: 'registry.corp.example',
    repository: 'hub/library/golang',
    operator: 'registry.corp.example',
    kind: 'custom-mirror',
    retired: false,
    trust: 'tags',
    region: null,
  });
  expect(second?.kind).toBe('mirror');
});
