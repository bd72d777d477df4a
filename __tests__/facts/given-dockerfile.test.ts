import { execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { githubApi } from '../../src/facts/github-contents.ts';
import { readGivenDockerfile } from '../../src/facts/given-dockerfile.ts';
import { readRemoteDockerfile } from '../../src/facts/remote-dockerfile.ts';
import type { ReadDockerfiles } from '../../src/facts/read-dockerfiles.ts';
import { workspaceCommit } from '../../src/facts/workspace-commit.ts';
import { isRemoteContext } from '../../src/inputs/parse.ts';
import { createHttp } from '../../src/net/http.ts';
import { commandRunner } from '../../src/process/run-command.ts';
import { inputsOf, SHA } from '../inputs/drop-in/given.ts';
import { serveHttp, serveTcp, type Loopback } from '../net/loopback.ts';

const run = commandRunner(process.env);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'given-dockerfile-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

describe('the commit of a work tree', () => {
  test.each<[string, Readonly<Record<string, string>>, string | null]>([
    ['a detached head', { HEAD: `${SHA}\n` }, SHA],
    ['a branch', { HEAD: 'ref: refs/heads/main\n', 'refs/heads/main': `${SHA}\n` }, SHA],
    [
      'a packed branch',
      {
        HEAD: 'ref: refs/heads/x/y\n',
        'packed-refs': `# pack-refs\n${'1'.repeat(40)} refs/heads/y\n${SHA} refs/heads/x/y\n`,
      },
      SHA,
    ],
    ['an unborn branch', { HEAD: 'ref: refs/heads/main\n' }, null],
    ['no work tree', {}, null],
  ])('%s', async (name, files, commit) => {
    const workspace = join(folder, name);
    await mkdir(workspace);
    for (const [file, text] of Object.entries(files)) await put(join(name, '.git', file), text);
    expect(await workspaceCommit(workspace, run)).toBe(commit);
  });

  test('a linked work tree is git’s own business', async () => {
    const git = (cwd: string, ...words: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd, encoding: 'utf8' }).trim();
    const main = join(folder, 'main');
    await mkdir(main);
    git(main, 'init', '--quiet');
    git(main, 'commit', '--quiet', '--allow-empty', '-m', 'first');
    git(main, 'worktree', 'add', '--quiet', '--detach', join(folder, 'linked'));
    expect(await workspaceCommit(join(folder, 'linked'), run)).toBe(git(main, 'rev-parse', 'HEAD'));
    expect(await workspaceCommit(main, run)).toBe(git(main, 'rev-parse', 'HEAD'));
  });
});

/** GitHub's API, which answers with one of these texts by its path and query. */
async function api(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly seen: readonly string[]; readonly close: () => Promise<void> }> {
  const seen: string[] = [];
  const server = await serveHttp((request, response) => {
    const { url = '', headers } = request;
    seen.push(`${url} ${headers.authorization ?? 'nobody'}`);
    const text = files[url];
    const type = text?.startsWith('[') === true ? 'application/json' : String(headers.accept);
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` });
    response.end(text);
  });
  servers.push(server);
  return { url: `http://127.0.0.1:${server.port}/v3`, seen, close: server.close };
}

const servers: Loopback[] = [];
const http = createHttp();
afterAll(async () => {
  http.dispose();
  await Promise.all(servers.map((server) => server.close()));
});

describe('which Dockerfile is read', () => {
  const repository = (): string => join(folder, 'repository');
  const read = async (
    inputs: Record<string, string>,
    workspace: string | null = repository(),
    env: Readonly<Record<string, string>> = { GITHUB_API_URL: 'http://127.0.0.1:9' },
  ): Promise<ReadDockerfiles> => {
    const parsed = inputsOf({ inputs, env }).inputs;
    const { signal } = new AbortController();
    const places = { workspace, run, http, env, token: 'ghs_own', signal };
    return isRemoteContext(parsed.request.context)
      ? await readRemoteDockerfile(parsed, places)
      : await readGivenDockerfile(parsed, repository());
  };
  const names = async (...words: Parameters<typeof read>): Promise<readonly string[]> => {
    const { blueprints, choice } = await read(...words);
    expect(choice.resilient).toBeNull();
    return blueprints.flatMap(({ facts }) => facts.images.map(({ text }) => text));
  };
  beforeAll(async () => {
    await put('repository/.git/HEAD', `${SHA}\n`);
    await put('repository/Dockerfile', 'FROM alpine:3.22\n');
    await put('repository/Dockerfile.resilient', 'FROM debian\n');
    await put('repository/app/Dockerfile', 'FROM golang:1.24\n');
    await put('repository/app/web.Dockerfile', 'FROM node:24\nCOPY --from=tools / /\n');
  });

  test.each<[string, Record<string, string>, readonly string[]]>([
    ['of a local context', { context: '.' }, ['alpine:3.22']],
    ['of a local directory', { context: './app' }, ['golang:1.24']],
    [
      'a named one, from here',
      { context: './app', file: 'app/web.Dockerfile', 'build-contexts': 'tools=docker-image://x' },
      ['node:24'],
    ],
    ['a named one is not looked for in the context', { context: './app', file: 'web.Dockerfile' }, []],
    ['of the default Git context, which is checked out here', {}, ['alpine:3.22']],
    ['of a directory of it', { context: '{{defaultContext}}:app' }, ['golang:1.24']],
    ['a named one in it', { file: 'app/web.Dockerfile' }, ['node:24', 'tools']],
    [
      'around an image, too',
      { image: 'ghcr.io/acme/api', context: '{{defaultContext}}:app', file: 'web.Dockerfile' },
      ['node:24', 'tools'],
    ],
    ['of no context at all', { context: 'nowhere' }, []],
    ['with platforms that nobody knows', { context: '.', platforms: 'linux/amd46' }, ['alpine:3.22']],
  ])('%s', async (_, inputs, images) => {
    expect(await names(inputs)).toEqual(images);
  });

  test('an absolute one is a file of this machine for a Git context, too', async () => {
    const file = await put('elsewhere/Dockerfile', 'FROM busybox\n');
    expect(await names({ file, context: 'https://github.com/acme/web.git' })).toEqual(['busybox']);
  });

  test('a checkout of another commit, or none, tells nothing, and neither does an API that does not answer', async () => {
    await put('other/.git/HEAD', `${'1'.repeat(40)}\n`);
    await put('other/Dockerfile', 'FROM alpine:3.22\n');
    for (const workspace of [join(folder, 'other'), null]) {
      const { blueprints, unread, choice } = await read({}, workspace);
      expect(blueprints.flatMap(({ facts }) => facts.images)).toEqual([]);
      expect(unread).toMatch(/^only BuildKit will read the Dockerfile of this context \(.*connection refused\); /);
      expect(choice.standard).toMatchObject({ path: 'Dockerfile', isDefault: true, remote: { kind: 'unread' } });
    }
  });

  test('a work tree may differ from its commit: then nothing is built in place of what BuildKit fetches', async () => {
    const workspace = join(folder, 'real');
    const git = (...words: string[]): string =>
      execFileSync('git', ['-C', workspace, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
        encoding: 'utf8',
      }).trim();
    const path = await put('real/app/Dockerfile', 'FROM golang:1.24\n');
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    const env = { GITHUB_SHA: git('rev-parse', 'HEAD') };
    const remote = async (): Promise<unknown> =>
      (await read({ context: '{{defaultContext}}:app' }, workspace, env)).choice.standard.remote;
    const from = { kind: 'read', from: 'in the checkout', here: path };
    expect(await remote()).toEqual({ ...from, isExact: true });
    await writeFile(path, 'FROM golang:1.24\nRUN true\n');
    expect(await remote()).toEqual({ ...from, isExact: false });
  });

  const file = (path: string, ref = SHA): string => `/v3/repos/acme/${path}?ref=${ref}`;
  test.each<[string, Record<string, string>, string, boolean]>([
    ['of the default context without a checkout', {}, file('api/contents/Dockerfile'), true],
    [
      'of a directory, by name',
      { context: '{{defaultContext}}:app', file: '../web.Dockerfile' },
      file('api/contents/web.Dockerfile'),
      true,
    ],
    [
      'of a branch, which may move',
      { context: 'https://github.com/acme/web.git#feature/x:a dir' },
      file('web/contents/a%20dir/Dockerfile', 'feature%2Fx'),
      false,
    ],
    [
      'of a query',
      { context: 'https://github.com/acme/web.git?branch=main&subdir=app' },
      file('web/contents/app/Dockerfile', 'main'),
      false,
    ],
    ['of the default branch', { context: 'github.com/acme/web' }, '/v3/repos/acme/web/contents/Dockerfile', false],
    ['over SSH', { context: 'git@github.com:acme/web.git#v1' }, file('web/contents/Dockerfile', 'v1'), false],
    [
      'around an image',
      { image: 'ghcr.io/acme/api', context: `https://github.com/acme/web.git#${SHA}` },
      file('web/contents/Dockerfile'),
      true,
    ],
  ])('by the API of GitHub: %s', async (_, inputs, wanted, isExact) => {
    const { url, seen } = await api({ [wanted]: 'FROM node:24\n' });
    const { blueprints, choice, unread } = await read(inputs, null, { GITHUB_API_URL: url });
    expect(seen).toEqual([`${wanted} Bearer ghs_own`]);
    expect(blueprints.flatMap(({ facts }) => facts.images.map(({ text }) => text))).toEqual(['node:24']);
    expect(choice.standard.remote).toEqual({ kind: 'read', from: 'by the API of GitHub', isExact, here: null });
    expect(unread).toBeUndefined();
  });

  test.each<[string, Record<string, string>, string | null]>([
    ['a directory', { context: `https://github.com/acme/web.git#${SHA}`, file: 'app' }, 'app is no file'],
    ['too long', { context: `https://github.com/acme/web.git#${SHA}`, file: 'long' }, 'too long'],
    ['not there', { context: `https://github.com/acme/none.git#${SHA}` }, 'answered 404 for Dockerfile of acme/none'],
    ['another server', { context: `https://git.example/acme/web.git#${SHA}` }, null],
    ['an archive', { context: 'https://github.com/acme/web/archive/main.tar.gz' }, null],
    ['no repository', { context: 'https://github.com/acme.git' }, null],
    ['offline', { context: `https://github.com/acme/web.git#${SHA}`, offline: 'true' }, null],
  ])('what the API cannot tell is learned from the failure: %s', async (_, inputs, reason) => {
    const { url, seen } = await api({
      [file('web/contents/app')]: '[{"name":"Dockerfile"}]',
      [file('web/contents/long')]: `FROM alpine\n${'#'.repeat(600_000)}`,
    });
    const { unread } = await read(inputs, null, { GITHUB_API_URL: url });
    expect(unread).toMatch(/^only BuildKit will read the Dockerfile of this context/);
    expect(seen).toHaveLength(reason === null ? 0 : 1);
    if (reason !== null) expect(unread).toContain(reason);
  });

  test('an API that never answers is not waited for', async () => {
    const silent = await serveTcp(() => undefined);
    servers.push(silent);
    const { unread } = await read({}, null, { GITHUB_API_URL: `http://127.0.0.1:${silent.port}` });
    expect(unread).toContain('127.0.0.1');
  });
});

describe('whom the token is shown', () => {
  test.each<[string, Readonly<Record<string, string>>, string | null, string | null]>([
    ['github.com', {}, 'https://api.github.com', 'own'],
    ['github.com', { GITHUB_SERVER_URL: 'https://git.corp.example' }, 'https://api.github.com', null],
    ['git.corp.example', { GITHUB_SERVER_URL: 'https://git.corp.example' }, 'https://git.corp.example/api/v3', 'own'],
    ['git.corp.example', {}, null, null],
    ['github.com.evil.example', {}, null, null],
  ])('%s %j', (host, env, url, token) => {
    expect(githubApi(host, env, 'own')).toEqual(url === null ? null : { url, token });
  });
});
