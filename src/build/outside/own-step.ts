import { classify } from '../../failure/classify.ts';
import { createLogReader } from '../../failure/progress.ts';
import type { AttemptOutcome } from '../record.ts';
import type { AttemptPorts, Patience } from '../attempt.ts';
import { endedBy } from '../ended.ts';
import { createLineWriter } from '../line-writer.ts';
import { runBuild } from '../run-build.ts';

/** A command of ours within an attempt. */
export interface OwnStep {
  /** How plain progress would call it; null where the command prints plain progress itself. */
  readonly title: { readonly number: number; readonly name: string } | null;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a step, live, and tells it in the words of plain progress, so that a failure of it is attributed as one of
 * BuildKit's steps is. Gives back what went wrong.
 */
export async function runOwnStep(
  { title, argv, cwd, env }: OwnStep,
  { remainingMs, stallMs }: Pick<Patience, 'remainingMs' | 'stallMs'>,
  ports: AttemptPorts,
): Promise<AttemptOutcome | null> {
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const reader = createLogReader();
  let lastLine = '';
  const tell = (line: string): void => {
    if (line.trim() !== '') lastLine = line.trim();
    reader.push(`${line}\n`);
    ports.write(`${line}\n`);
  };
  const prefix = title === null ? '' : `#${title.number} `;
  const lines = createLineWriter((text) => {
    for (const line of text.split('\n').slice(0, -1))
      tell(title === null ? line : `${prefix}${seconds().toFixed(3)} ${line}`);
  });
  if (title !== null) tell(`${prefix}${title.name}`);
  const exit = await runBuild({
    argv,
    env: { ...ports.env, ...env },
    cwd,
    deadlineMs: remainingMs,
    watch: (silentMs) => (silentMs > stallMs ? 'stall' : null),
    signal: ports.signal,
    onOutput: (_stream, text) => lines.push(text),
  });
  lines.end();
  if (exit.ended === 'cancelled') return { kind: 'cancelled', signal: 'cancelled' };
  if (exit.exitCode === 0 && exit.ended === null) {
    if (title !== null) tell(`${prefix}DONE ${seconds().toFixed(1)}s`);
    return null;
  }
  const isEnded = exit.ended === 'deadline' || exit.ended === 'stall';
  const before = reader.snapshot();
  if (title !== null)
    tell(`${prefix}ERROR: process ${JSON.stringify(title.name)} did not complete successfully: ${endOf(exit)}`);
  const log = reader.snapshot();
  const failure = isEnded ? endedBy(exit.ended, before, exit.seconds) : classify(log);
  const message = title === null ? {} : { message: `compiling outside of Docker failed with: ${endOf(exit)}` };
  return {
    kind: 'failed',
    exitCode: exit.exitCode,
    failure,
    lastLine,
    stepLog: log.steps.at(-1)?.logs ?? [],
    ...message,
  };
}

function endOf({ startError, exitCode }: Awaited<ReturnType<typeof runBuild>>): string {
  return startError ?? (exitCode === null ? 'it was ended' : `exit code: ${exitCode}`);
}
