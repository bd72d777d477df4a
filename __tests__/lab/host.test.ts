/** The parts of the lab's host side that are plain text work; lab.test.ts shows the rest at work. */
import { describe, expect, it } from 'vitest';
import { inputVariables } from './host/action-inputs.ts';
import { locate } from './host/remote-image.ts';
import { parseCommandFile, parseWorkflowCommands } from './host/runner-files.ts';

describe('command files', () => {
  it.each([
    ['nothing', '', {}],
    ['pairs', 'a=1\nb=x=y\n', { a: '1', b: 'x=y' }],
    ['an empty value', 'a=\n', { a: '' }],
    ['a block', 'a<<END\none\n\nb=2\nEND\nc=3\n', { a: 'one\n\nb=2', c: '3' }],
    ['the last of two', 'a=1\na=2\n', { a: '2' }],
  ])('reads %s', (_, content, expected) => {
    expect(parseCommandFile(content)).toEqual(expected);
  });

  it.each([
    ['a block without end', 'a<<END\none\n'],
    ['a line without a name', 'lost\n'],
  ])('refuses %s, as the runner does', (_, content) => {
    expect(() => parseCommandFile(content)).toThrow('lab:');
  });
});

describe('workflow commands', () => {
  it('finds and decodes them', () => {
    const log = 'plain ::error::no\n::add-mask::s3%25cret\n::error file=Dockerfile,line=3,title=a%3Ab::one%0Atwo\r\n';
    expect(parseWorkflowCommands(log)).toEqual([
      { name: 'add-mask', properties: {}, message: 's3%cret' },
      { name: 'error', properties: { file: 'Dockerfile', line: '3', title: 'a:b' }, message: 'one\ntwo' },
    ]);
  });
});

describe('inputs', () => {
  const action = {
    inputs: {
      'build-args': {},
      'my input': { default: '${{ github.repository }} on ${{ runner.os }}' },
      push: { default: false },
    },
    runs: { using: 'node24', main: 'dist/index.js' },
  };
  const environment = { GITHUB_REPOSITORY: 'acme/api', RUNNER_OS: 'Linux' };

  it('become variables as the runner makes them', () => {
    expect(inputVariables(action, { push: true }, environment)).toEqual({
      variables: { 'INPUT_BUILD-ARGS': '', INPUT_MY_INPUT: 'acme/api on Linux', INPUT_PUSH: 'true' },
      warning: '',
    });
  });

  it('warn of a name that is not declared', () => {
    const { variables, warning } = inputVariables(action, { tag: 'x' }, environment);
    expect(variables).toMatchObject({ INPUT_TAG: 'x' });
    expect(warning).toContain("Unexpected input(s) 'tag', valid inputs are ['build-args', 'my input', 'push']");
  });
});

describe('references', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  it.each([
    ['alpine', { repository: 'hub/library/alpine', tag: 'latest' }],
    ['docker.io/moby/buildkit:buildx-stable-1', { repository: 'hub/moby/buildkit', tag: 'buildx-stable-1' }],
    ['ghcr.io/acme/x:1.2', { repository: 'ghcr/acme/x', tag: '1.2' }],
    [`ghcr.io/acme/x:1.2@${digest}`, { repository: 'ghcr/acme/x', tag: '1.2', digest }],
    ['public.ecr.aws/docker/library/alpine:3.20', { repository: 'ecr/docker/library/alpine', tag: '3.20' }],
  ])('finds %s in the one registry', (reference, expected) => {
    expect(locate(reference)).toEqual(expected);
  });
});
