import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runBuild, type BuildExit, type BuildRun } from '../../src/build/run-build.ts';
import { isGone } from '../process/alive.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-build-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly exit: Omit<BuildExit, 'seconds'>;
  readonly seconds: number;
  readonly output: string;
}

async function shell(script: string, changes: Partial<BuildRun> = {}): Promise<Ran> {
  let output = '';
  const { seconds, ...exit } = await runBuild({
    argv: ['sh', '-c', script],
    env: { PATH: process.env['PATH'] },
    cwd: folder,
    deadlineMs: 60_000,
    watch: () => null,
    signal: new AbortController().signal,
    onOutput: (stream, text) => (output += `${stream}: ${text}`),
    ...changes,
  });
  return { exit, seconds, output };
}

/** A child of the shell, which notes its process id; it has its own child in turn. */
const family = 'sh -c "echo \\$\\$ > grandchild; exec sleep 60" & echo $$ > child; wait';
const stubborn = `trap "" TERM INT; sh -c 'trap "" TERM INT; echo $$ > grandchild; while :; do sleep 1; done' & echo $$ > child; while :; do sleep 1; done`;

async function pids(): Promise<readonly number[]> {
  return await Promise.all(
    ['child', 'grandchild'].map(async (name) => {
      for (;;) {
        const text = await readFile(join(folder, name), 'utf8').catch(() => '');
        if (text.trim() !== '') return Number(text);
        await sleep(20);
      }
    }),
  );
}

async function allGone(): Promise<boolean> {
  return (await Promise.all((await pids()).map(isGone))).every(Boolean);
}

const finished = { ended: null, startError: null };

test.each([
  ['its exit code', 'exit 0', { exitCode: 0, ...finished }],
  ['a failure', 'exit 17', { exitCode: 17, ...finished }],
  ['an end by itself', 'kill -9 $$', { exitCode: null, ...finished }],
])('%s', async (_, script, exit) => {
  expect((await shell(script)).exit).toEqual(exit);
});

test('both streams, live and apart', async () => {
  const { output } = await shell('echo a; sleep 0.2; echo b >&2');
  expect(output).toBe('stdout: a\nstderr: b\n');
});

test('it runs where it is told, with the environment that it is given, without a terminal to ask', async () => {
  const { output } = await shell('pwd; echo "$X$HOME"; cat', { env: { PATH: process.env['PATH'], X: 'x' } });
  expect(output.replaceAll('stdout: ', '')).toBe(`${folder}\nx\n`);
});

test('a command that cannot be started', async () => {
  const { exit } = await shell('', { argv: ['no-such-docker'] });
  expect(exit).toEqual({ exitCode: null, ended: null, startError: 'spawn no-such-docker ENOENT' });
});

describe('the whole process group is ended', () => {
  test('at the deadline', async () => {
    const { exit } = await shell(family, { deadlineMs: 500 });
    expect(exit).toEqual({ exitCode: null, ended: 'deadline', startError: null });
    expect(await allGone()).toBe(true);
  });

  test('by a stall', async () => {
    const silences: number[] = [];
    const watch = (silentMs: number): 'stall' | null => {
      silences.push(silentMs);
      return silentMs > 600 ? 'stall' : null;
    };
    const { exit, output } = await shell(`echo x; ${family}`, { watch });
    expect([exit.ended, output]).toEqual(['stall', 'stdout: x\n']);
    expect(await allGone()).toBe(true);
    expect(silences.length).toBeGreaterThan(0);
  });

  test('by a cancellation', async () => {
    const abort = new AbortController();
    const running = shell(family, { signal: abort.signal });
    await pids();
    abort.abort();
    expect((await running).exit.ended).toBe('cancelled');
    expect(await allGone()).toBe(true);
  });

  test('even where it ignores SIGTERM', async () => {
    const { exit, seconds } = await shell(stubborn, { deadlineMs: 500 });
    expect(exit).toEqual({ exitCode: null, ended: 'deadline', startError: null });
    expect(seconds).toBeGreaterThan(4);
    expect(seconds).toBeLessThan(20);
    expect(await allGone()).toBe(true);
  }, 30_000);

  test('even where the leader is gone at once and leaves others behind', async () => {
    const { exit } = await shell(
      `trap 'exit 1' TERM; sh -c 'trap "" TERM; echo $$ > grandchild; exec >/dev/null 2>&1; sleep 60' & echo $$ > child; wait`,
      {
        deadlineMs: 500,
      },
    );
    expect(exit.ended).toBe('deadline');
    expect(await allGone()).toBe(true);
  });
});

test('a run that was cancelled before it began does not build', async () => {
  const { exit, output } = await shell('sleep 5; echo built', { signal: AbortSignal.abort() });
  expect([exit.ended, output]).toEqual(['cancelled', '']);
});

test('the first reason counts', async () => {
  const { exit } = await shell(family, { deadlineMs: 700, watch: () => 'stall' });
  expect(exit.ended).toBe('stall');
});

test('output is no stall', async () => {
  const watch = (silentMs: number): 'stall' | null => (silentMs > 1500 ? 'stall' : null);
  const { exit } = await shell('for i in 1 2 3 4; do echo $i; sleep 0.6; done', { watch });
  expect(exit).toEqual({ exitCode: 0, ...finished });
}, 20_000);
