import { describe, expect, test } from 'vitest';

import { readDockerfile } from '../../../src/facts/dockerfile/read.ts';
import type { DockerfileFacts, DockerfileQuestion, GoStage } from '../../../src/facts/dockerfile/types.ts';
import { plainQuestion } from './cases/case.ts';

function read(lines: readonly string[], ask: Partial<DockerfileQuestion> = {}): DockerfileFacts {
  return readDockerfile(lines.join('\n'), { ...plainQuestion, ...ask });
}

test('an image with everything that is known of it', () => {
  const lines = [
    '# syntax=docker/dockerfile:1',
    'ARG V=1.24',
    'FROM --platform=$BUILDPLATFORM golang:$V AS golang',
    'FROM alpine',
    'RUN --mount=from=golang:1.24,target=/go true',
    'COPY --from=golang / /',
    'COPY --from=docker/dockerfile:1 / /',
  ];
  expect(read(lines, { platforms: ['linux/arm64'] }).images).toEqual([
    {
      reference: { registry: 'docker.io', repository: 'docker/dockerfile', tag: '1', digest: null },
      text: 'docker/dockerfile:1',
      contextKey: 'docker/dockerfile:1',
      platforms: ['linux/amd64', 'linux/arm64'],
      uses: [
        { kind: 'syntax', line: 1, stage: null },
        { kind: 'copy-from', line: 7, stage: 'stage-1' },
      ],
      shadowedByStage: false,
    },
    {
      reference: { registry: 'docker.io', repository: 'library/golang', tag: '1.24', digest: null },
      text: 'golang:1.24',
      contextKey: 'golang:1.24',
      platforms: ['linux/amd64', 'linux/arm64'],
      uses: [
        { kind: 'from', line: 3, stage: 'golang' },
        { kind: 'mount-from', line: 5, stage: 'stage-1' },
      ],
      shadowedByStage: false,
    },
    {
      reference: { registry: 'docker.io', repository: 'library/alpine', tag: null, digest: null },
      text: 'alpine',
      contextKey: 'alpine',
      platforms: ['linux/arm64'],
      uses: [{ kind: 'from', line: 4, stage: 'stage-1' }],
      shadowedByStage: false,
    },
  ]);
});

test.each([
  { lines: ['FROM golang AS golang'], shadowed: true },
  { lines: ['FROM docker.io/library/golang:latest AS golang'], shadowed: true },
  { lines: ['FROM golang:1.24 AS golang'], shadowed: false },
  { lines: ['FROM b AS alpine', 'FROM alpine:latest'], shadowed: true },
])('a context of the key of $lines would replace a stage: $shadowed', ({ lines, shadowed }) => {
  expect(read(lines).images.at(-1)?.shadowedByStage).toBe(shadowed);
});

test('stages, arguments and what they run', () => {
  const lines = [
    'ARG SERVICE BASE=alpine',
    'FROM $BASE AS Tools',
    'ARG SERVICE PORT="80 80"',
    'ENV A=1 B="two words"',
    'ENV C three four',
    'RUN apk add --no-cache git && apt-get -y install make',
    'FROM tools',
    'FROM unused',
    'RUN yum install x',
    'FROM stage',
  ];
  expect(read([...lines.slice(0, -2), 'FROM tools AS last']).stages).toEqual([
    {
      index: 0,
      line: 2,
      name: 'tools',
      label: 'tools',
      base: '$BASE',
      parent: null,
      reachable: true,
      replacedByContext: false,
      arguments: [
        { name: 'SERVICE', value: null, line: 3 },
        { name: 'PORT', value: '"80 80"', line: 3 },
      ],
      environment: [
        { name: 'A', value: '1', line: 4 },
        { name: 'B', value: '"two words"', line: 4 },
        { name: 'C', value: 'three four', line: 5 },
      ],
      usesGo: false,
      packageManagers: ['apk', 'apt'],
    },
    expect.objectContaining({ index: 1, name: null, label: 'stage-1', parent: 0, reachable: false }),
    expect.objectContaining({ index: 2, label: 'stage-2', parent: null, reachable: false }),
    expect.objectContaining({ index: 3, label: 'last', parent: 0, reachable: true }),
  ]);
  expect(read(lines).globalArguments).toEqual([
    { name: 'SERVICE', value: null, line: 1 },
    { name: 'BASE', value: 'alpine', line: 1 },
  ]);
});

test('package managers of reachable stages that run', () => {
  const lines = [
    'FROM a AS x',
    'RUN apk add git',
    'FROM b AS y',
    'RUN apt-get install x',
    'FROM y',
    'RUN dnf -y install z',
  ];
  expect(read(lines).packageManagers).toEqual(['apt', 'dnf']);
  expect(read(lines, { contexts: ['y'] }).packageManagers).toEqual(['dnf']);
});

describe('Go', () => {
  const unset: GoStage['proxy'] = { kind: 'unset' };
  test.each<{ lines: readonly string[]; proxy: GoStage['proxy'] | null }>([
    { lines: ['FROM a', 'RUN make'], proxy: null },
    { lines: ['FROM golang:1.24', 'RUN make'], proxy: unset },
    { lines: ['FROM mirror.example/hub/library/golang:1.24'], proxy: unset },
    { lines: ['FROM a', 'RUN go build ./...'], proxy: unset },
    { lines: ['FROM a', 'RUN CGO_ENABLED=0 GOOS=linux go build -o /x .'], proxy: unset },
    { lines: ['FROM a', 'RUN ["go", "mod", "download"]'], proxy: unset },
    { lines: ['FROM a', 'RUN --mount=type=cache,target=/go/pkg/mod <<EOF', 'go test ./...', 'EOF'], proxy: unset },
    { lines: ['FROM a', 'RUN cd /src && /usr/local/go/bin/go install x@latest'], proxy: unset },
    { lines: ['FROM a', 'RUN xx-go build'], proxy: unset },
    { lines: ['FROM a', 'RUN echo let it go and build'], proxy: null },
    { lines: ['FROM a', 'RUN cargo build'], proxy: null },
    { lines: ['FROM golang', 'ARG GOPROXY', 'RUN go build'], proxy: { kind: 'argument', line: 2, value: null } },
    { lines: ['FROM golang', 'ARG GOPROXY=https://p'], proxy: { kind: 'argument', line: 2, value: 'https://p' } },
    { lines: ['ARG GOPROXY', 'FROM golang'], proxy: unset },
    {
      lines: ['ARG GOPROXY=https://p', 'FROM golang', 'ARG GOPROXY'],
      proxy: { kind: 'argument', line: 3, value: 'https://p' },
    },
    {
      lines: ['FROM golang', 'ARG GOPROXY', 'ENV GOPROXY=$GOPROXY'],
      proxy: { kind: 'argument', line: 2, value: null },
    },
    { lines: ['FROM golang', 'ENV GOPROXY=https://corp'], proxy: { kind: 'fixed', line: 2 } },
    { lines: ['FROM golang', 'RUN GOPROXY=https://corp go build'], proxy: { kind: 'fixed', line: 2 } },
    { lines: ['FROM golang', 'RUN go env -w GOPROXY=off'], proxy: { kind: 'fixed', line: 2 } },
    {
      lines: ['FROM golang AS b', 'ENV GOPROXY=https://corp', 'FROM b', 'RUN go build'],
      proxy: { kind: 'fixed', line: 2 },
    },
    {
      lines: ['FROM golang AS b', 'ARG GOPROXY', 'FROM b', 'RUN go build'],
      proxy: { kind: 'argument', line: 2, value: null },
    },
  ])('$lines', ({ lines, proxy }) => {
    const { goUse } = read(lines);
    expect(goUse.kind === 'none' ? null : goUse.stages.at(-1)?.proxy).toEqual(proxy);
  });

  test('in an unreachable stage does not count', () => {
    expect(read(['FROM golang AS x', 'RUN go build', 'FROM a']).goUse).toEqual({ kind: 'none' });
  });
});

test('images that ONBUILD leaves to others', () => {
  const lines = [
    'FROM a AS x',
    'ONBUILD COPY --from=b / /',
    'ONBUILD COPY --from=x / /',
    'ONBUILD RUN true',
    'onbuild run --mount=from=c,target=/c x',
  ];
  expect(read(lines).onbuild).toEqual([
    { line: 2, stage: 'x', images: ['b'] },
    { line: 5, stage: 'x', images: ['c'] },
  ]);
});

test('problems carry the user’s words', () => {
  expect(read(['ARG BASE', 'FROM ${BASE}', 'COPY --from=$X / /'], { target: 'app' }).problems).toEqual([
    { kind: 'unknown-target', line: 2, text: 'app', message: 'there is no stage "app": no stage has a name' },
    {
      kind: 'empty-image',
      line: 2,
      text: '${BASE}',
      message: '"${BASE}" is empty: give its variable a default or a build argument',
    },
    {
      kind: 'variable-in-from',
      line: 3,
      text: '--from=$X',
      message: 'BuildKit does not expand variables here: give the image a stage of its own (FROM image AS name)',
    },
  ]);
});

test('the same problem on several platforms is told once', () => {
  expect(read(['FROM $X'], { platforms: ['linux/amd64', 'linux/arm64'] }).problems).toHaveLength(1);
});
