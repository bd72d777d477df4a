import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface CommandResult {
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they arrived, as a job's log shows them. */
  readonly log: string;
  readonly durationMs: number;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment: nothing of the calling process is inherited unless given here. */
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** After this long the whole process group is killed; `exitCode` is then -1 and `signal` SIGKILL. */
  readonly timeoutMs?: number;
  /** Receives both streams as they come, for whoever wants to look on. */
  readonly onOutput?: (text: string) => void;
}

export interface RunningCommand {
  readonly pid: number;
  readonly result: Promise<CommandResult>;
  /** What was written until now. */
  log(): string;
  /** Signals the process alone, as the runner does when a job is cancelled. */
  kill(signal?: NodeJS.Signals): void;
  /** Ends the process and all that it started. */
  killGroup(): void;
}

/** Enough for every tool of the lab; deliberately without the caller's proxies, credentials and certificates. */
export function plainEnvironment(): Record<string, string> {
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: '/root' };
}

/** Starts a program in a process group of its own, so that a hung tree can be ended as a whole. */
export function startCommand(argv: readonly string[], options: CommandOptions = {}): RunningCommand {
  const startedAt = performance.now();
  const child = spawn(argv[0] ?? '', argv.slice(1), {
    cwd: options.cwd,
    env: options.env ?? plainEnvironment(),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const chunks: { readonly stream: 'stdout' | 'stderr'; readonly data: Buffer }[] = [];
  const keep = (stream: 'stdout' | 'stderr', data: Buffer): void => {
    chunks.push({ stream, data });
    options.onOutput?.(data.toString());
  };
  child.stdout.on('data', (data: Buffer) => keep('stdout', data));
  child.stderr.on('data', (data: Buffer) => keep('stderr', data));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');

  const textOf = (stream?: 'stdout' | 'stderr'): string =>
    Buffer.concat(chunks.filter((chunk) => !stream || chunk.stream === stream).map((chunk) => chunk.data)).toString();
  const timer = options.timeoutMs ? setTimeout(() => killGroup(child), options.timeoutMs) : undefined;

  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const durationMs = Math.round(performance.now() - startedAt);
      const [stdout, stderr, log] = [textOf('stdout'), textOf('stderr'), textOf()];
      resolve({ exitCode: code ?? -1, signal, stdout, stderr, log, durationMs });
    });
  });
  return {
    pid: child.pid ?? -1,
    result,
    log: () => textOf(),
    kill: (signal = 'SIGINT') => void child.kill(signal),
    killGroup: () => killGroup(child),
  };
}

export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return startCommand(argv, options).result;
}

/** For steps of the lab itself, where a failure is a bug of the lab or of the machine. */
export async function mustRun(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await runCommand(argv, options);
  if (result.exitCode !== 0) {
    throw new Error(`lab: \`${argv.join(' ')}\` ended with ${result.exitCode}\n${result.log.slice(-4000)}`);
  }
  return result.stdout;
}

/** A process that lives as long as the lab and writes its log to a file. */
export function startDaemon(argv: readonly string[], logFile: string, env?: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(argv[0] ?? '', argv.slice(1), {
    env: env ?? plainEnvironment(),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  // The caller's own exit must not wait for it; stopping the lab ends it.
  child.unref();
  return child;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

/** Waits until `ready` answers true; `what` names it in the error. */
export async function waitUntil(what: string, ready: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await ready())) {
    if (performance.now() > deadline) {
      throw new Error(`lab: ${what} was not ready after ${timeoutMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
