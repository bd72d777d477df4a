import { execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGivenDockerfile } from '../../src/facts/given-dockerfile.ts';
import { workspaceCommit } from '../../src/facts/workspace-commit.ts';
import { commandRunner } from '../../src/process/run-command.ts';
import { inputsOf, SHA } from '../inputs/drop-in/given.ts';

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

describe('which Dockerfile is read', () => {
  const names = async (
    inputs: Record<string, string>,
    workspace: string | null = join(folder, 'repository'),
  ): Promise<readonly string[]> => {
    const parsed = inputsOf({ inputs }).inputs;
    const { blueprints, choice } = await readGivenDockerfile(parsed, {
      cwd: join(folder, 'repository'),
      workspace,
      run,
    });
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
    ['of another commit', { context: 'https://github.com/acme/api.git#main' }, []],
    ['of another repository', { context: `https://github.com/acme/web.git#${SHA}` }, []],
    ['of no context at all', { context: 'nowhere' }, []],
    ['with platforms that nobody knows', { context: '.', platforms: 'linux/amd46' }, ['alpine:3.22']],
  ])('%s', async (_, inputs, images) => {
    expect(await names(inputs)).toEqual(images);
  });

  test('an absolute one is a file of this machine for a Git context, too', async () => {
    const file = await put('elsewhere/Dockerfile', 'FROM busybox\n');
    expect(await names({ file, context: 'https://github.com/acme/web.git' })).toEqual(['busybox']);
  });

  test('a checkout of another commit, or none, tells nothing', async () => {
    await put('other/.git/HEAD', `${'1'.repeat(40)}\n`);
    await put('other/Dockerfile', 'FROM alpine:3.22\n');
    expect(await names({}, join(folder, 'other'))).toEqual([]);
    expect(await names({}, null)).toEqual([]);
  });
});
