import type { Case } from './case.ts';

const twoStages = ['FROM golang:1.24 AS build', 'RUN go build', 'FROM debian:13', 'COPY --from=build /app /app'];
const diamond = ['FROM a AS base', 'FROM base AS left', 'FROM base AS right', 'FROM left', 'COPY --from=right / /r'];
const unused = ['FROM a AS one', 'FROM b AS two', 'FROM c AS three', 'COPY --from=one / /'];

export const stageCases: readonly Case[] = [
  { name: 'two stages', dockerfile: twoStages, images: ['golang:1.24', 'debian:13'] },
  { name: 'a target', dockerfile: twoStages, ask: { target: 'build' }, images: ['golang:1.24'] },
  { name: 'a target in capitals', dockerfile: twoStages, ask: { target: 'BUILD' }, images: ['golang:1.24'] },
  {
    name: 'an empty target is the last',
    dockerfile: twoStages,
    ask: { target: '' },
    images: ['golang:1.24', 'debian:13'],
  },
  {
    name: 'BuildKit has no target by index',
    dockerfile: twoStages,
    ask: { target: '0' },
    images: [],
    problems: ['unknown-target@3'],
  },
  { name: 'no such target', dockerfile: twoStages, ask: { target: 'x' }, images: [], problems: ['unknown-target@3'] },
  { name: 'a diamond', dockerfile: diamond, images: ['a'] },
  { name: 'an unreachable stage', dockerfile: unused, images: ['a', 'c'] },
  { name: 'all stages unreachable but one', dockerfile: unused, ask: { target: 'two' }, images: ['b'] },
  {
    name: 'COPY by index',
    dockerfile: ['FROM a', 'FROM b', 'FROM c', 'COPY --from=1 / /'],
    images: ['b', 'c'],
  },
  {
    name: 'COPY by an index that does not exist',
    dockerfile: ['FROM a', 'COPY --from=3 / /'],
    images: ['a'],
    problems: ['unknown-stage-index@2'],
  },
  {
    name: 'names in any case',
    dockerfile: ['FROM a AS Base', 'FROM b', 'COPY --from=BASE / /'],
    images: ['a', 'b'],
  },
  {
    name: 'FROM knows stages in lower case only',
    dockerfile: ['FROM a AS Base', 'FROM Base'],
    images: [],
    problems: ['invalid-image@2'],
  },
  { name: 'a stage named like its image', dockerfile: ['FROM golang AS golang', 'FROM golang'], images: ['golang'] },
  {
    name: 'a later stage of that name is no stage yet for FROM',
    dockerfile: ['FROM debian AS first', 'FROM alpine AS debian', 'COPY --from=first / /'],
    images: ['debian', 'alpine'],
  },
  {
    name: 'a tag makes it an image again',
    dockerfile: ['FROM a AS alpine', 'FROM alpine:latest', 'COPY --from=alpine / /'],
    images: ['a', 'alpine'],
  },
  {
    name: 'of two stages with one name the later counts',
    dockerfile: ['FROM a AS x', 'FROM b AS x', 'FROM x'],
    images: ['b'],
  },
  {
    name: 'a stage may redefine its own base',
    dockerfile: ['FROM a AS x', 'FROM x AS x', 'FROM x'],
    images: ['a'],
  },
  {
    name: 'COPY from a later stage is that stage, and refused',
    dockerfile: ['FROM a AS first', 'COPY --from=last / /', 'FROM b AS last', 'FROM first'],
    images: ['a', 'b'],
    problems: ['stage-used-before-defined@2'],
  },
  {
    name: 'an unreachable stage may be out of order',
    dockerfile: ['FROM a AS first', 'COPY --from=last / /', 'FROM b AS last'],
    images: ['b'],
  },
  {
    name: 'a stage that copies from itself',
    dockerfile: ['FROM a AS x', 'COPY --from=x / /'],
    images: ['a'],
    problems: ['circular-stages@2'],
  },
  {
    name: 'two stages that copy from each other, out of reach',
    dockerfile: ['FROM a AS x', 'COPY --from=y / /', 'FROM b AS y', 'COPY --from=x / /', 'FROM c'],
    images: ['c'],
    problems: ['circular-stages@4'],
  },
  { name: 'a stage named scratch', dockerfile: ['FROM a AS scratch', 'FROM scratch'], images: ['a'] },
  {
    name: 'no stage',
    dockerfile: ['ARG A=1'],
    images: [],
    problems: ['no-stage@1'],
  },
  { name: 'an empty file', dockerfile: [''], images: [], problems: ['no-stage@1'] },
];
