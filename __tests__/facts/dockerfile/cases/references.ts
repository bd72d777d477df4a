import { sha, type Case } from './case.ts';

export const referenceCases: readonly Case[] = [
  { name: 'one image', dockerfile: ['FROM alpine'], images: ['alpine'] },
  { name: 'a tag', dockerfile: ['FROM alpine:3.22'], images: ['alpine:3.22'] },
  {
    name: 'one image in four spellings',
    dockerfile: [
      'FROM alpine AS a',
      'FROM docker.io/library/alpine:latest AS b',
      'FROM index.docker.io/library/alpine AS c',
      'FROM scratch',
      'COPY --from=a / /',
      'COPY --from=b / /',
      'COPY --from=c / /',
      'COPY --from=library/alpine:latest / /',
    ],
    images: ['alpine'],
  },
  { name: 'a digest', dockerfile: [`FROM alpine@${sha}`], images: [`alpine@${sha}`] },
  { name: 'tag and digest', dockerfile: [`FROM alpine:3@${sha}`], images: [`alpine:3@${sha}`] },
  {
    name: 'tag and digest are another key than the digest alone',
    dockerfile: [`FROM alpine:3@${sha} AS a`, `FROM alpine@${sha}`, 'COPY --from=a / /'],
    images: [`alpine:3@${sha}`, `alpine@${sha}`],
  },
  { name: 'a host with a port', dockerfile: ['FROM reg.example:5000/a/b:1'], images: ['reg.example:5000/a/b:1'] },
  { name: 'localhost', dockerfile: ['FROM localhost/app'], images: ['localhost/app'] },
  { name: 'other registries', dockerfile: ['FROM gcr.io/distroless/static'], images: ['gcr.io/distroless/static'] },
  { name: 'scratch', dockerfile: ['FROM scratch', 'COPY . /'], images: [] },
  { name: 'no scratch in capitals', dockerfile: ['FROM Scratch'], images: [], problems: ['invalid-image@1'] },
  { name: 'a number is an image for FROM', dockerfile: ['FROM alpine AS a', 'FROM 0'], images: ['0'] },
  { name: 'capitals', dockerfile: ['FROM Alpine'], images: [], problems: ['invalid-image@1'] },
  {
    name: 'an invalid image in an unreachable stage is refused too',
    dockerfile: ['FROM a//b AS broken', 'FROM alpine'],
    images: ['alpine'],
    problems: ['invalid-image@1'],
  },
];
