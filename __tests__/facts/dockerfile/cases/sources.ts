import type { Case } from './case.ts';

export const sourceCases: readonly Case[] = [
  { name: 'COPY from an image', dockerfile: ['FROM a', 'COPY --from=nginx:1 / /'], images: ['a', 'nginx:1'] },
  { name: 'flags around it', dockerfile: ['FROM a', 'COPY --link --from=b --chown=1:1 / /'], images: ['a', 'b'] },
  { name: 'quotes around it', dockerfile: ['FROM a', 'COPY --from="b" / /'], images: ['a', 'b'] },
  { name: 'COPY in JSON', dockerfile: ['FROM a', 'COPY --from=b ["/x", "/y"]'], images: ['a', 'b'] },
  { name: 'an empty --from', dockerfile: ['FROM a', 'COPY --from= / /'], images: ['a'] },
  { name: 'no flag but an argument', dockerfile: ['FROM a', 'COPY / --from=b /'], images: ['a'] },
  { name: 'flags end at --', dockerfile: ['FROM a', 'COPY -- --from=b /'], images: ['a'] },
  { name: 'ADD takes no --from', dockerfile: ['FROM a', 'ADD https://x.example/f /'], images: ['a'] },
  { name: 'COPY from scratch', dockerfile: ['FROM a', 'COPY --from=scratch / /'], images: ['a'] },
  {
    name: 'COPY takes no variables',
    dockerfile: ['ARG I=b', 'FROM a', 'ARG I', 'COPY --from=$I / /'],
    images: ['a'],
    problems: ['variable-in-from@4'],
  },
  {
    name: 'COPY from an invalid image',
    dockerfile: ['FROM a', 'COPY --from=B/x:: / /'],
    images: ['a'],
    problems: ['invalid-image@2'],
  },
  { name: 'a mount', dockerfile: ['FROM a', 'RUN --mount=from=b,target=/b true'], images: ['a', 'b'] },
  {
    name: 'options in any order and case',
    dockerfile: ['FROM a', 'RUN --mount=target=/x,FROM=b,type=bind true'],
    images: ['a', 'b'],
  },
  {
    name: 'several mounts',
    dockerfile: [
      'FROM a',
      'RUN --mount=type=cache,target=/c --network=none --mount=type=bind,from=b,target=/b \\',
      '    --mount=type=secret,id=x --mount=from=c,source=/s,target=/t true',
    ],
    images: ['a', 'b', 'c'],
  },
  {
    name: 'a cache mount with content',
    dockerfile: ['FROM a', 'RUN --mount=type=cache,from=b,target=/b true'],
    images: ['a', 'b'],
  },
  {
    name: 'the metadata of a useless from is loaded too',
    dockerfile: ['FROM a', 'RUN --mount=type=tmpfs,from=b,target=/b true'],
    images: ['a', 'b'],
  },
  {
    name: 'a mount from a stage',
    dockerfile: ['FROM a AS tools', 'FROM b', 'RUN --mount=from=Tools,target=/t true'],
    images: ['a', 'b'],
  },
  {
    name: 'a number is an image for a mount',
    dockerfile: ['FROM a', 'FROM b', 'RUN --mount=from=0,target=/t true'],
    images: ['b', '0'],
  },
  { name: 'a quoted mount', dockerfile: ['FROM a', 'RUN --mount="from=b,target=/t" true'], images: ['a', 'b'] },
  { name: 'a word in a command', dockerfile: ['FROM a', 'RUN x --mount=from=b,target=/t'], images: ['a'] },
  {
    name: 'a mount takes no variables',
    dockerfile: ['ARG I=b', 'FROM a', 'RUN --mount=from=$I,target=/t true'],
    images: ['a'],
    problems: ['variable-in-from@3'],
  },
  {
    name: 'a mount that is no list',
    dockerfile: ['FROM a', `RUN --mount='from=b,target="/t' true`],
    images: ['a'],
    problems: ['malformed-instruction@2'],
  },
  {
    name: 'sources of sources',
    dockerfile: ['FROM a AS x', 'COPY --from=b / /', 'FROM c AS y', 'RUN --mount=from=x,target=/t true', 'FROM y'],
    images: ['a', 'b', 'c'],
  },
  {
    name: 'sources of unreachable stages',
    dockerfile: ['FROM a AS x', 'COPY --from=b / /', 'FROM c'],
    images: ['c'],
  },
  {
    name: 'ONBUILD is for others',
    dockerfile: ['FROM a', 'ONBUILD COPY --from=b / /'],
    images: ['a'],
  },
  {
    name: 'ONBUILD runs in the stages that start from it',
    dockerfile: [
      'FROM a AS base',
      'ONBUILD COPY --from=b / /',
      'onbuild RUN --mount=from=c,target=/c true',
      'FROM base',
    ],
    images: ['a', 'b', 'c'],
  },
  {
    name: 'ONBUILD from a stage brings its needs',
    dockerfile: ['FROM z AS more', 'COPY --from=y / /', 'FROM a AS base', 'ONBUILD COPY --from=more / /', 'FROM base'],
    images: ['z', 'y', 'a'],
  },
];
