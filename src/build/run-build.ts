import { spawn, type ChildProcess } from 'node:child_process';
import type { EndReason } from './watchdog.ts';

export interface BuildRun {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds this attempt may take. */
  readonly deadlineMs: number;
  /** Asked four times a second, with the milliseconds since the last output: must the build be ended now, and why? */
  readonly watch: (silentMs: number) => EndReason | null;
  readonly signal: AbortSignal;
  /** Called right before the build is ended: what it says from then on are the words of its end. */
  readonly onEnd?: () => void;
  /** Receives both streams as they come. */
  readonly onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
}

export interface BuildExit {
  readonly exitCode: number | null;
  readonly ended: EndReason | null;
  /** Set where the command could not be started. */
  readonly startError: string | null;
  readonly seconds: number;
}

/** Time that the last output may take after the command has ended. */
const DRAIN_MS = 2000;
/** Time between SIGTERM and SIGKILL: buildx needs a moment to tell BuildKit to cancel. */
const KILL_AFTER_MS = 5000;

/**
 * Runs one build to its end. The process leads a group of its own, so that an end by deadline, stall or cancellation
 * reaches the docker CLI, its buildx plugin and credential helpers alike.
 */
export async function runBuild(run: BuildRun): Promise<BuildExit> {
  const startedAt = performance.now();
  const [file = '', ...args] = run.argv;
  const child = spawn(file, args, {
    cwd: run.cwd,
    env: { ...run.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const watch = watchOver(child, run);
  child.stdout.setEncoding('utf8').on('data', (text: string) => watch.output('stdout', text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => watch.output('stderr', text));
  return await new Promise((resolve) => {
    const finish = (exitCode: number | null, startError: string | null): void => {
      watch.stop();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode, ended: watch.ended(), startError, seconds: (performance.now() - startedAt) / 1000 });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code) => finish(code, null));
    // A grandchild that made itself a daemon may hold the pipes open for ever; nothing of it is waited for.
    child.on('exit', (code) => setTimeout(() => finish(code, null), DRAIN_MS).unref());
  });
}

interface Watch {
  readonly output: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly ended: () => EndReason | null;
  readonly stop: () => void;
}

/** Ends the child by the first of deadline, stall and cancellation. */
function watchOver(child: ChildProcess, run: BuildRun): Watch {
  let reason: EndReason | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  let lastOutputAt = performance.now();

  function end(why: EndReason): void {
    if (reason !== null) return;
    reason = why;
    run.onEnd?.();
    signalGroup(child, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  }

  const deadline = setTimeout(() => end('deadline'), run.deadlineMs);
  const stall = setInterval(() => {
    if (reason !== null) return;
    const why = run.watch(performance.now() - lastOutputAt);
    if (why !== null) end(why);
  }, 250);
  const cancel = (): void => end('cancelled');
  run.signal.addEventListener('abort', cancel, { once: true });
  if (run.signal.aborted) cancel();

  return {
    output: (stream, text) => {
      lastOutputAt = performance.now();
      run.onOutput(stream, text);
    },
    ended: () => reason,
    stop: () => {
      clearTimeout(deadline);
      clearInterval(stall);
      clearTimeout(killTimer);
      run.signal.removeEventListener('abort', cancel);
      // Whatever the leader left in its group (a plugin that outlived its CLI) must not outlive the attempt.
      if (reason !== null) signalGroup(child, 'SIGKILL');
    },
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
