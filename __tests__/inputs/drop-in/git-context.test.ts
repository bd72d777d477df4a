import { describe, expect, test } from 'vitest';
import { gitContext, ownCommitOf, renderTemplate } from '../../../src/inputs/drop-in/git-context.ts';
import { githubRun } from '../../../src/inputs/drop-in/github-run.ts';
import { actions, inputsOf, lineFor, problemsOf, SHA } from './given.ts';

const head = 'fedcba9876543210fedcba9876543210fedcba98';
const pullRequest = { pull_request: { number: 7, head: { sha: head } } };
const url = 'https://github.com/acme/api.git';
const PR_HEAD = { DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF: 'true' };

test.each<[string, Record<string, string>, unknown, string]>([
  ['a branch', {}, null, `#${SHA}`],
  ['a tag', { GITHUB_REF: 'refs/tags/v1' }, null, `#${SHA}`],
  ['no commit', { GITHUB_SHA: '', GITHUB_REF: 'refs/tags/v1' }, null, '#refs/tags/v1'],
  ['neither commit nor prefix', { GITHUB_SHA: '', GITHUB_REF: 'main' }, null, '#refs/heads/main'],
  ['a pull request: its merge', { GITHUB_REF: 'refs/pull/7/merge' }, pullRequest, `#${SHA}`],
  ['a pull request: its head', { GITHUB_REF: 'refs/pull/7/merge', ...PR_HEAD }, pullRequest, `#${head}`],
  ['a head without an event', { GITHUB_REF: 'refs/pull/7/merge', ...PR_HEAD }, null, '#refs/pull/7/head'],
  ['a head by itself', { GITHUB_REF: 'refs/pull/7/head' }, pullRequest, `#${head}`],
  [
    'a variable that is none',
    { GITHUB_REF: 'refs/pull/7/merge', DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF: 'maybe' },
    pullRequest,
    `#${SHA}`,
  ],
])('%s', (_, env, event, end) => {
  const run = githubRun({ ...actions, ...env }, event);
  expect(run === null ? null : gitContext(run, { ...actions, ...env })).toMatchObject({
    fragment: url + end,
    query: null,
  });
});

test('the run, from its variables or its event', () => {
  expect(githubRun({}, null)).toBeNull();
  const event = { repository: { name: 'api', owner: { login: 'acme' }, private: true } };
  expect(githubRun({ GITHUB_RUN_ID: '5', GITHUB_RUN_ATTEMPT: '2' }, event)).toEqual({
    serverUrl: 'https://github.com',
    repository: 'acme/api',
    ref: '',
    sha: '',
    url: 'https://github.com/acme/api/actions/runs/5/attempts/2',
    isPrivate: true,
    pullRequestHead: null,
  });
  expect(githubRun(actions, 'not an event')?.isPrivate).toBe(false);
});

describe('the query form', () => {
  const query = { BUILDX_SEND_GIT_QUERY_AS_INPUT: '1' };
  test.each([
    ['v0.29.0', `${url}?ref=${SHA}`],
    ['v0.28.1', `${url}#${SHA}`],
  ])('buildx %s', async (buildx, context) => {
    expect((await lineFor({ env: query }, { buildx })).at(-1)).toBe(context);
  });

  test('is not escaped for HTML, and keeps its token', async () => {
    const inputs = {
      context: '{{defaultContext}}&subdir=app',
      'build-contexts': 'self={{defaultContext}}',
      'github-token': 'abc',
    };
    const line = await lineFor({ env: query, inputs });
    expect(line.at(-1)).toBe(`${url}?ref=${SHA}&subdir=app`);
    expect(line).toContain(`self=${url}?ref=${SHA}`);
    expect(line).toContain('id=GIT_AUTH_TOKEN.github.com,src=/secrets/git-auth-token');
  });
});

describe('templates', () => {
  test.each([
    ['.', '.'],
    ['{{defaultContext}}', 'D'],
    ['{{ defaultContext }}:sub', 'D:sub'],
    ['{{{defaultContext}}}', 'D'],
    ['{{&defaultContext}}', 'D'],
    ['{{~defaultContext~}}', 'D'],
    ['{{this.defaultContext}}', 'D'],
    ['a{{unknown}}b{{! a remark }}c', 'abc'],
    ['{defaultContext}', '{defaultContext}'],
  ])('%s', (text, rendered) => {
    expect(renderTemplate(text, 'D')).toEqual({ kind: 'text', text: rendered });
  });

  test('an unknown name alone is the default context', () => {
    expect(inputsOf({ inputs: { context: '{{unknown}}' } }).inputs.request.context).toBe(`${url}#${SHA}`);
  });

  test.each([
    ['{{#if x}}y{{/if}}z', 'z'],
    ['{{#if defaultContext}}{{defaultContext}}:sub{{else}}.{{/if}}', 'D:sub'],
    ['{{#unless defaultContext}}a{{else}}b{{/unless}}', 'b'],
    ['{{#if a}}1{{else}}{{#if this.defaultContext}}2{{/if}}3{{/if}}', '23'],
  ])('the condition %s gives %s', (text, rendered) => {
    expect(renderTemplate(text, 'D')).toEqual({ kind: 'text', text: rendered });
  });

  test.each(['{{#each x}}y{{/each}}', '{{#if x}}', '{{defaultContext'])('%s is not understood', (context) => {
    expect(problemsOf({ inputs: { context } })).toEqual([
      `input context: "${context}" is not understood; {{defaultContext}} is`,
    ]);
  });
});

describe('the token of the Git context', () => {
  const withToken = (inputs: Record<string, string>): unknown =>
    inputsOf({ inputs: { 'github-token': 'abc', ...inputs } }).inputs.asked.gitToken;
  const token = { id: 'GIT_AUTH_TOKEN.github.com', file: 'git-auth-token' };
  test.each<[Record<string, string>, unknown]>([
    [{}, token],
    [{ context: '{{defaultContext}}:sub' }, token],
    [{ context: `${url}#${SHA}` }, token],
    [{ context: `${url}#main` }, null],
    [{ context: '.' }, null],
    [{ secrets: 'GIT_AUTH_TOKEN=own' }, null],
    [{ secrets: 'GIT_AUTH_TOKEN.github.com=own' }, token],
    [{ 'github-token': '' }, null],
  ])('%j', (inputs, expected) => {
    expect(withToken(inputs)).toEqual(expected);
  });

  test('is kept apart, and only where it is used', () => {
    expect(inputsOf({ inputs: { 'github-token': 'abc' } }).secretValues).toEqual(new Map([['git-auth-token', 'abc']]));
    expect(inputsOf({ inputs: { 'github-token': 'abc', context: '.' } }).secretValues).toEqual(new Map());
  });
});

test.each([
  [`${url}#${SHA}`, ''],
  [`${url}#${SHA}:app/web`, 'app/web'],
  [`${url}?ref=${SHA}&subdir=app`, 'app'],
  [`${url}#main`, null],
  ['.', null],
])('%s is a directory of the commit: %s', (context, directory) => {
  const git = { fragment: `${url}#${SHA}`, query: `${url}?ref=${SHA}`, commit: SHA };
  expect(ownCommitOf(context, git)?.directory ?? null).toBe(directory);
  expect(ownCommitOf(context, { ...git, commit: 'refs/heads/main' })).toBeNull();
});
