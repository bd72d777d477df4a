import { expect, test } from 'vitest';
import { everyImage } from '../../src/facts/every-image.ts';

const question = { buildArgs: {}, platforms: ['linux/amd64', 'linux/arm64'], buildPlatform: 'linux/amd64' };

function found(text: string, more: Partial<typeof question> = {}): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    [...everyImage([text], { ...question, ...more })].map(([key, { platforms }]) => [key, platforms]),
  );
}

test('stages that nothing leads to, bases of chains, the frontend, and images that steps copy from', () => {
  const text = [
    '# syntax=docker/dockerfile:1',
    '# fallback BASE: one two',
    'ARG BASE=one',
    'FROM --platform=$BUILDPLATFORM golang:1.24 AS build',
    'FROM alpine:3.22 AS base-one',
    'FROM debian:13 AS base-two',
    'FROM busybox:1 AS debug',
    'FROM base-${BASE}',
    'COPY --from=build /a /a',
    'COPY --from=ghcr.io/acme/tools:1 /b /b',
    '',
  ].join('\n');
  const both = question.platforms;
  expect(found(text)).toEqual({
    'docker.io/docker/dockerfile:1': ['linux/amd64'],
    'docker.io/library/golang:1.24': ['linux/amd64'],
    'docker.io/library/alpine:3.22': both,
    'docker.io/library/debian:13': both,
    'docker.io/library/busybox:1': both,
    'ghcr.io/acme/tools:1': both,
  });
});

test('a build argument settles which image it is', () => {
  const text = 'ARG TAG=3.22\nFROM alpine:$TAG\n';
  expect(Object.keys(found(text, { buildArgs: { TAG: '3.21' } }))).toEqual(['docker.io/library/alpine:3.21']);
});
