import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INPUT_TABLE } from '../../src/inputs/table.ts';

/* The command line as a process, up to the point where it would ask docker. */

let empty = '';
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterAll(async () => {
  await rm(empty, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const cli = new URL('../../src/cli.ts', import.meta.url).pathname;

async function run(
  argv: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [cli, ...argv], {
    cwd: empty,
    env: { PATH: '/nowhere', ...options.env },
    stdio: 'pipe',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

test('its own version', async () => {
  expect(await run(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^smart-docker-build \d+\.\d+\.\d+\n$/) as string,
    stderr: '',
  });
});

test('help is for stdout', async () => {
  const { code, stdout, stderr } = await run(['--help']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('smart-docker-build SERVICE IMAGE VERSION [PLATFORMS] [PUSH]');
});

test('every setting is explained', async () => {
  const texts = await Promise.all([run(['--help']), run(['help', 'settings'])]);
  const all = texts.map(({ stdout }) => stdout).join('');
  for (const { name, variable } of INPUT_TABLE) {
    expect(all).toContain(`--${name} `);
    if (variable !== null) expect(all).toContain(variable);
  }
});

test('wrong usage is for stderr, and points to the help', async () => {
  expect(await run(['--colour', 'red'])).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Unknown option '--colour'.*\nTry smart-docker-build --help\n$/s) as string,
  });
});

test('every bad value at once, as the user wrote it, before anything is started', async () => {
  const { code, stdout, stderr } = await run(['api', 'Acme/Api', 'v 1', 'linux/amd46', 'maybe'], {
    env: { MAX_RETRY_ATTEMPTS: 'many' },
  });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.split('\n').map((line) => line.trim().split(':')[0])).toEqual([
    'Nothing was started',
    'MAX_RETRY_ATTEMPTS',
    '--image',
    '--version',
    '--platforms',
    '--push',
    '--context',
    '',
  ]);
});

test('credentials in a bad value are not repeated', async () => {
  const { stderr } = await run(['--image', 'x', '--go-proxies', 'ftp://me:hunter2@corp.example']);
  expect(stderr).toContain('--go-proxies');
  expect(stderr).not.toContain('hunter2');
});

describe('diagnose', () => {
  const log =
    '#5 [2/2] RUN go build\n#5 ERROR: process "/bin/sh -c go build" did not complete successfully: exit code: 1\n';

  test('a log on stdin, for people', async () => {
    const { code, stdout, stderr } = await run(['diagnose'], { input: log });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('user-code');
  });

  test('for machines', async () => {
    const { code, stdout } = await run(['diagnose', '-', '--json'], { input: log });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ class: 'user-code', retryable: false });
  });

  test('what is packed', async () => {
    expect(await run(['diagnose', '-'], { input: 'PK\u0003\u0004\u0000\u0000' })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'diagnose: standard input is no text: what is packed must be unpacked first\n',
    });
  });

  test('a file that is not there', async () => {
    expect(await run(['diagnose', 'no.log'])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^diagnose: ENOENT/) as string,
    });
  });
});
