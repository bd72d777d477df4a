import type { Case } from './case.ts';

const bom = '\uFEFF';
const last = 'COPY --from=b / /';

export const lexicalCases: readonly Case[] = [
  {
    name: 'lower case',
    dockerfile: ['from a as x', 'copy --from=b / /', 'run --mount=from=c,target=/c true'],
    images: ['a', 'b', 'c'],
  },
  { name: 'mixed case', dockerfile: ['From a As X', 'Copy --from=b / /'], images: ['a', 'b'] },
  { name: 'tabs and indentation', dockerfile: ['\tFROM\ta\tAS\tx', '  \t COPY\t--from=b  /  /'], images: ['a', 'b'] },
  {
    name: 'Windows line ends',
    dockerfile: ['# syntax=docker/dockerfile:1\r', 'FROM a \\\r', '  AS x\r', 'COPY --from=b / /\r'],
    images: ['docker/dockerfile:1', 'a', 'b'],
  },
  { name: 'a byte order mark', dockerfile: [`${bom}FROM a`, last], images: ['a', 'b'] },
  {
    name: 'a byte order mark before directives',
    dockerfile: [`${bom}# syntax=docker/dockerfile:1`, '# escape=`', 'FROM a', 'RUN x `', last],
    images: ['docker/dockerfile:1', 'a'],
  },
  {
    name: 'continuation lines',
    dockerfile: ['FROM \\', '  a \\', '  AS x', 'COPY \\', '--from=b \\', '/ /'],
    images: ['a', 'b'],
  },
  { name: 'a word across lines', dockerfile: ['FRO\\', 'M alp\\', 'ine'], images: ['alpine'] },
  { name: 'blanks after the escape', dockerfile: ['FROM a', 'RUN x \\ \t', last], images: ['a'] },
  {
    name: 'comments and empty lines within',
    dockerfile: ['FROM a', 'RUN x \\', '# FROM evil', '', '   # more', '  y \\', '', 'COPY --from=b / /'],
    images: ['a'],
  },
  { name: 'a comment does not continue', dockerfile: ['FROM a', '# RUN x \\', last], images: ['a', 'b'] },
  { name: 'an escaped escape ends the line', dockerfile: ['FROM a', 'RUN echo x\\\\', last], images: ['a', 'b'] },
  { name: 'a hash in a command is no comment', dockerfile: ['FROM a', 'RUN x # \\', last], images: ['a'] },
  {
    name: 'no comment behind FROM',
    dockerfile: ['FROM a # the base'],
    images: ['a'],
    problems: ['malformed-instruction@1'],
  },
  { name: 'another escape', dockerfile: ['# escape=`', 'FROM a', 'RUN dir c:\\', last], images: ['a', 'b'] },
  {
    name: 'another escape continues lines',
    dockerfile: ['#  Escape = `', 'FROM `', 'a', 'RUN x `', last],
    images: ['a'],
  },
  {
    name: 'directives end at a comment',
    dockerfile: ['# hello', '# escape=`', 'FROM a', 'RUN x `', last],
    images: ['a', 'b'],
  },
  {
    name: 'directives end at an unknown one',
    dockerfile: ['# key=value', '# escape=`', 'FROM a', 'RUN x `', last],
    images: ['a', 'b'],
  },
  {
    name: 'directives end at an empty line',
    dockerfile: ['', '# escape=`', 'FROM a', 'RUN x `', last],
    images: ['a', 'b'],
  },
  {
    name: 'a directive twice',
    dockerfile: ['# escape=`', '# escape=`', 'FROM a'],
    images: ['a'],
    problems: ['repeated-directive@2'],
  },
  {
    name: 'an escape that is none',
    dockerfile: ['# escape=x', 'FROM a'],
    images: ['a'],
    problems: ['malformed-instruction@1'],
  },
  {
    name: 'an unknown instruction',
    dockerfile: ['FROM a', 'INCLUDE b', last],
    images: ['a', 'b'],
    problems: ['unknown-instruction@2'],
  },
  {
    name: 'an instruction before FROM',
    dockerfile: ['RUN x', 'FROM a'],
    images: ['a'],
    problems: ['instruction-before-from@1'],
  },
  { name: 'FROM with two words', dockerfile: ['FROM a b'], images: ['a'], problems: ['malformed-instruction@1'] },
  { name: 'FROM with none', dockerfile: ['FROM'], images: [], problems: ['malformed-instruction@1', 'empty-image@1'] },
  {
    name: 'a stage name that is none',
    dockerfile: ['FROM a AS 1st'],
    images: ['a'],
    problems: ['invalid-stage-name@1'],
  },
  { name: 'no line feed at the end', dockerfile: ['FROM a', 'COPY --from=b / / \\'], images: ['a', 'b'] },
  { name: 'a carriage return alone ends no line', dockerfile: ['FROM a\rAS\rx'], images: ['a'] },

  { name: 'syntax', dockerfile: ['# syntax=docker/dockerfile:1.9', 'FROM a'], images: ['docker/dockerfile:1.9', 'a'] },
  {
    name: 'syntax with arguments',
    dockerfile: ['#syntax = docker/dockerfile:1 --x', 'FROM a'],
    images: ['docker/dockerfile:1', 'a'],
  },
  { name: 'syntax below a comment', dockerfile: ['# hello', '# syntax=docker/dockerfile:1', 'FROM a'], images: ['a'] },
  { name: 'syntax indented', dockerfile: [' # syntax=docker/dockerfile:1', 'FROM a'], images: ['a'] },
  {
    name: 'syntax below a shebang',
    dockerfile: ['#!/usr/bin/env x', '# syntax=docker/dockerfile:1', 'FROM a'],
    images: ['docker/dockerfile:1', 'a'],
  },
  {
    name: 'syntax twice',
    dockerfile: ['# syntax=docker/dockerfile:1', '# syntax=docker/dockerfile:2', 'FROM a'],
    images: ['docker/dockerfile:1', 'a'],
    problems: ['repeated-directive@2'],
  },
  {
    name: 'syntax is for the engine’s platform',
    dockerfile: ['# syntax=docker/dockerfile:1', 'FROM a'],
    ask: { platforms: ['linux/arm64'] },
    images: ['docker/dockerfile:1', 'a [linux/arm64]'],
  },
  {
    name: 'a foreign frontend',
    dockerfile: ['# syntax=ghcr.io/o/frontend:1', 'name: x'],
    images: ['ghcr.io/o/frontend:1'],
    problems: ['foreign-syntax@1'],
  },
  {
    name: 'a frontend in slashes',
    dockerfile: ['// syntax=ghcr.io/o/frontend:1', 'package x'],
    images: ['ghcr.io/o/frontend:1'],
    problems: ['foreign-syntax@1'],
  },
  {
    name: 'a frontend in JSON',
    dockerfile: ['{"syntax": "ghcr.io/o/frontend:1"}'],
    images: ['ghcr.io/o/frontend:1'],
    problems: ['foreign-syntax@1'],
  },
  {
    name: 'syntax is a copy at another host',
    dockerfile: ['# syntax=reg.example/docker/dockerfile:1', 'FROM a'],
    images: ['reg.example/docker/dockerfile:1', 'a'],
  },
  {
    name: 'syntax that is no image',
    dockerfile: ['# syntax=Foo//', 'FROM a'],
    images: ['a'],
    problems: ['invalid-image@1'],
  },
];
