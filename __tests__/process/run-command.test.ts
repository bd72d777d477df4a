import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { freeBytesAt } from '../../src/process/free-space.ts';
import { commandRunner } from '../../src/process/run-command.ts';
import { isGone } from './alive.ts';

const { PATH } = process.env;
const run = commandRunner({ PATH, GREETING: 'hello' });
const shell = (script: string): readonly string[] => ['sh', '-c', script];

test.each([
  ['what it printed', 'echo out; echo err >&2', { kind: 'exited', code: 0, stdout: 'out\n', stderr: 'err\n' }],
  ['its exit code', 'exit 7', { kind: 'exited', code: 7, stdout: '', stderr: '' }],
  [
    'its environment, and no other',
    'echo "$GREETING$HOME"',
    { kind: 'exited', code: 0, stdout: 'hello\n', stderr: '' },
  ],
  ['an end by a signal', 'kill -9 $$', { kind: 'failed', reason: 'sh was killed' }],
])('%s', async (_, script, outcome) => {
  expect(await run(shell(script))).toEqual(outcome);
});

test('input is read, and its end is seen', async () => {
  expect(await run(['cat'], { input: 'a\nb' })).toEqual({ kind: 'exited', code: 0, stdout: 'a\nb', stderr: '' });
  expect(await run(['cat'])).toEqual({ kind: 'exited', code: 0, stdout: '', stderr: '' });
});

test('input that nobody reads is no error', async () => {
  expect(await run(['true'], { input: 'x'.repeat(1_000_000) })).toEqual({
    kind: 'exited',
    code: 0,
    stdout: '',
    stderr: '',
  });
});

test('text is not torn between two chunks', async () => {
  const outcome = await run(shell(String.raw`printf '\303'; sleep 0.1; printf '\251'`));
  expect(outcome).toEqual({ kind: 'exited', code: 0, stdout: 'é', stderr: '' });
});

test('a command that does not exist', async () => {
  expect(await run(['no-such-command'])).toEqual({ kind: 'failed', reason: 'no-such-command is not installed' });
});

test('a command that does not answer is given up, and gone', async () => {
  const outcome = await run(shell('trap "" TERM; exec sleep 60'), { timeoutMs: 300 });
  expect(outcome).toEqual({ kind: 'failed', reason: 'sh did not answer in 0.3 s' });
});

test('a cancelled run ends its commands', async () => {
  const abort = new AbortController();
  const started = Date.now();
  const running = commandRunner({ PATH }, abort.signal)(['sleep', '60']);
  setTimeout(() => abort.abort(), 100);
  expect(await running).toEqual({ kind: 'failed', reason: 'sleep was cancelled' });
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(await commandRunner({ PATH }, abort.signal)(['true'])).toEqual({
    kind: 'failed',
    reason: 'true was cancelled',
  });
});

test('the process itself is killed', async () => {
  const abort = new AbortController();
  const file = join(await mkdtemp(join(tmpdir(), 'run-command-')), 'pid');
  const outcome = commandRunner({ PATH, FILE: file }, abort.signal)(shell('echo $$ > "$FILE"; exec sleep 60'));
  let pid = 0;
  while (pid === 0) pid = Number(await readFile(file, 'utf8').catch(() => '0'));
  abort.abort();
  await outcome;
  await rm(dirname(file), { recursive: true });
  expect(await isGone(pid)).toBe(true);
});

test('free space is told for places that do not exist yet', async () => {
  const free = await freeBytesAt(`${tmpdir()}/no/such/place`);
  expect(free).toBeGreaterThan(0);
  expect(await freeBytesAt('relative/no/such/place')).toBeGreaterThan(0);
});
