import { spawn } from 'node:child_process';

/** What a short command said. `kind: 'failed'` is "could not be started or was given up". */
export type CommandOutcome =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface CommandOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly input?: string;
}

/** Runs a short command and gives back what it printed. */
export type RunCommand = (
  argv: readonly string[],
  options?: { readonly timeoutMs?: number; readonly input?: string },
) => Promise<CommandOutcome>;

/** Output beyond this many characters is dropped: nothing that is asked here says more. */
const MAX_OUTPUT = 4_000_000;

/**
 * Runs commands with an environment of their own and a time-out. `@actions/exec` has neither a time-out nor a signal,
 * and a docker command against a dead engine or a silent remote builder waits for ever.
 */
export function commandRunner(env: Readonly<Record<string, string | undefined>>, signal?: AbortSignal): RunCommand {
  return (argv, options) => runCommand(argv, { env, ...(signal && { signal }), ...options });
}

async function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandOutcome> {
  const [file = '', ...args] = argv;
  const timeoutMs = options.timeoutMs ?? 20_000;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  return await new Promise((resolve) => {
    const child = spawn(file, args, { env: { ...options.env }, signal, killSignal: 'SIGKILL', stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(0, MAX_OUTPUT)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(0, MAX_OUTPUT)));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ kind: 'failed', reason: failureReason(error, file, timeout.aborted, timeoutMs) });
    });
    child.on('close', (code) => {
      resolve(
        code === null ? { kind: 'failed', reason: `${file} was killed` } : { kind: 'exited', code, stdout, stderr },
      );
    });
  });
}

function failureReason(error: NodeJS.ErrnoException, file: string, timedOut: boolean, timeoutMs: number): string {
  if (error.code === 'ENOENT') return `${file} is not installed`;
  if (error.name === 'AbortError')
    return timedOut ? `${file} did not answer in ${timeoutMs / 1000} s` : `${file} was cancelled`;
  return error.message;
}
