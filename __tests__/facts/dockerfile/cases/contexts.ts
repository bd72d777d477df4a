import type { Case } from './case.ts';

const inTwo = ['FROM golang:1.24 AS build', 'FROM alpine', 'COPY --from=build / /', 'COPY --from=nginx / /'];

export const contextCases: readonly Case[] = [
  { name: 'an image', dockerfile: inTwo, ask: { contexts: ['alpine'] }, images: ['golang:1.24', 'nginx'] },
  { name: 'with its tag', dockerfile: inTwo, ask: { contexts: ['golang:1.24'] }, images: ['alpine', 'nginx'] },
  {
    name: 'no match without it',
    dockerfile: ['FROM golang:1.24'],
    ask: { contexts: ['golang'] },
    images: ['golang:1.24'],
  },
  {
    name: 'keys are normalised',
    dockerfile: inTwo,
    ask: { contexts: ['docker.io/library/nginx:latest'] },
    images: ['golang:1.24', 'alpine'],
  },
  { name: 'a copied image', dockerfile: inTwo, ask: { contexts: ['nginx'] }, images: ['golang:1.24', 'alpine'] },
  { name: 'a stage', dockerfile: inTwo, ask: { contexts: ['build'] }, images: ['alpine', 'nginx'] },
  {
    name: 'what a replaced stage copied is still resolved by BuildKit',
    dockerfile: ['FROM a AS x', 'COPY --from=b / /', 'FROM c', 'COPY --from=x / /'],
    ask: { contexts: ['x'] },
    images: ['b', 'c'],
  },
  {
    name: 'a replaced stage no longer starts from another',
    dockerfile: ['FROM a AS base', 'FROM base AS x', 'FROM x'],
    ask: { contexts: ['x'] },
    images: [],
  },
  {
    name: 'an image behind a variable',
    dockerfile: ['ARG B=alpine:3', 'FROM $B'],
    ask: { contexts: ['alpine:3'] },
    images: [],
  },
  {
    name: 'the frontend',
    dockerfile: ['# syntax=docker/dockerfile:1', 'FROM a'],
    ask: { contexts: ['docker/dockerfile:1'] },
    images: ['a'],
  },
  {
    name: 'scratch cannot be replaced',
    dockerfile: ['FROM a AS scratch', 'FROM scratch'],
    ask: { contexts: ['scratch'] },
    images: ['a'],
  },
  {
    name: 'nor a stage named context',
    dockerfile: ['FROM a AS context', 'FROM context'],
    ask: { contexts: ['context'] },
    images: ['a'],
  },
];
