import type { Case } from './case.ts';

const both = ['linux/amd64', 'linux/arm64'];
const cross = ['FROM --platform=$BUILDPLATFORM golang AS build', 'FROM alpine', 'COPY --from=build /app /app'];

export const platformCases: readonly Case[] = [
  {
    name: 'every image for every platform',
    dockerfile: ['FROM a', 'COPY --from=b / /'],
    ask: { platforms: both },
    images: ['a [linux/amd64 linux/arm64]', 'b [linux/amd64 linux/arm64]'],
  },
  {
    name: 'cross compilation',
    dockerfile: cross,
    ask: { platforms: ['linux/arm64'] },
    images: ['golang', 'alpine [linux/arm64]'],
  },
  {
    name: 'cross compilation for two platforms',
    dockerfile: cross,
    ask: { platforms: both },
    images: ['golang', 'alpine [linux/amd64 linux/arm64]'],
  },
  {
    name: 'an engine of another architecture',
    dockerfile: cross,
    ask: { buildPlatform: 'linux/arm64' },
    images: ['golang [linux/arm64]', 'alpine [linux/arm64]'],
  },
  {
    name: 'local is the engine’s own',
    dockerfile: ['FROM a'],
    ask: { platforms: ['local'], buildPlatform: 'linux/arm64' },
    images: ['a [linux/arm64]'],
  },
  { name: 'a constant', dockerfile: ['FROM --platform=linux/s390x a'], images: ['a [linux/s390x]'] },
  { name: 'an architecture alone', dockerfile: ['FROM --platform=arm64 a'], images: ['a [linux/arm64]'] },
  {
    name: 'variants are normalised',
    dockerfile: ['FROM a'],
    ask: { platforms: ['linux/arm64/v8', 'linux/arm', 'linux/x86_64'] },
    images: ['a [linux/arm64 linux/arm/v7 linux/amd64]'],
  },
  {
    name: 'an image for each architecture',
    dockerfile: ['FROM base-$TARGETARCH$TARGETVARIANT'],
    ask: { platforms: ['linux/amd64', 'linux/arm/v7'] },
    images: ['base-amd64', 'base-armv7 [linux/arm/v7]'],
  },
  {
    name: 'a stage for each architecture',
    dockerfile: ['FROM a AS build-amd64', 'FROM b AS build-arm64', 'FROM c AS build-s390x', 'FROM build-$TARGETARCH'],
    ask: { platforms: both },
    images: ['a', 'b [linux/arm64]'],
  },
  {
    name: 'a copied image takes the target’s platform, not the stage’s',
    dockerfile: ['FROM --platform=linux/arm64 a', 'COPY --from=b / /'],
    images: ['a [linux/arm64]', 'b'],
  },
  {
    name: 'on a stage --platform changes nothing',
    dockerfile: ['FROM a AS x', 'FROM --platform=linux/arm64 x'],
    images: ['a'],
  },
  {
    name: 'the same image for build and target',
    dockerfile: ['FROM --platform=$BUILDPLATFORM a AS x', 'FROM --platform=$TARGETPLATFORM a', 'COPY --from=x / /'],
    ask: { platforms: ['linux/arm64'] },
    images: ['a [linux/amd64 linux/arm64]'],
  },
  {
    name: 'a platform from an argument',
    dockerfile: ['ARG P=linux/riscv64', 'FROM --platform=$P a'],
    images: ['a [linux/riscv64]'],
  },
  {
    name: 'predefined arguments can be overridden',
    dockerfile: ['FROM --platform=$BUILDPLATFORM a'],
    ask: { buildArgs: { BUILDPLATFORM: 'linux/386' } },
    images: ['a [linux/386]'],
  },
  {
    name: 'and given another default',
    dockerfile: ['ARG TARGETARCH=none', 'FROM a:$TARGETARCH'],
    images: ['a:none'],
  },
  {
    name: 'a platform that comes out empty',
    dockerfile: ['FROM --platform=$NOPE a'],
    images: ['a'],
    problems: ['invalid-platform@1'],
  },
  {
    name: 'no platform at all',
    dockerfile: ['FROM --platform=linux/amd64/v1/x a'],
    images: ['a'],
    problems: ['invalid-platform@1'],
  },
  {
    name: 'windows with its version',
    dockerfile: ['FROM --platform=windows(10.0.17763)/amd64 a'],
    images: ['a [windows/amd64]'],
  },
];
