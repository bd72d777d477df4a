import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeBuilder } from './build/own-builder.ts';
import type { CliCommand, WatchOptions } from './cli-arguments.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Lock } from './facts/lock-file.ts';
import { runPrewarm, type PrewarmOutcome } from './flow/run-prewarm.ts';
import { openSession } from './flow/session.ts';
import { openLock } from './flow/open-lock.ts';
import { diskPaths } from './facts/paths.ts';
import { parseInputs, type ParsedInputs } from './inputs/parse.ts';
import { flagSource, layerInputs } from './inputs/raw.ts';
import type { Journal } from './flow/journal.ts';
import { keepReport } from './flow/keep-report.ts';
import type { World } from './flow/world.ts';
import { readEvent } from './flow/read-event.ts';
import { cleanStreams } from './commands/streams.ts';
import { commandRunner } from './process/run-command.ts';
import { parseMirrorList } from './registry/mirror-list.ts';
import { planJson } from './report/plan-text.ts';
import { prewarmLines, prewarmProblem } from './report/prewarm.ts';
import { livingRedactor, redact, redactValue } from './report/redact.ts';
import { reportOf } from './report/report.ts';
import type { Result } from './report/result.ts';
import { renderTerminal } from './report/terminal.ts';
import { run } from './run.ts';

/* What the command line does once its arguments are understood. Progress goes to stderr, results to stdout. */

/** What is left to do when nobody asked for help only. */
export type Work = Exclude<CliCommand, { readonly kind: 'help' | 'version' | 'wrong' }>;

/** Does it, and answers the exit code. */
export async function carryOut(command: Work): Promise<number> {
  try {
    return await work(command);
  } catch (error) {
    return fail(1, redact(String(error), []));
  }
}

async function work(command: Work): Promise<number> {
  switch (command.kind) {
    case 'diagnose': {
      const { printDiagnosis } = await import('./commands/diagnose.ts');
      return await printDiagnosis(command.file, command.json, process.stdin, process);
    }
    case 'stats': {
      const { printStats } = await import('./commands/stats.ts');
      return printStats(command, layerInputs(flagSource(command.flags), process.env), process);
    }
    case 'mirrors':
      return await mirrors(command);
    case 'lock': {
      const { printLock } = await import('./commands/lock.ts');
      const lockFile = layerInputs(flagSource(command.flags), process.env)('lock-file').text;
      return await printLock(command.dockerfiles, lockFile, process.env, process);
    }
    case 'watch':
    case 'run': {
      const around = { env: process.env, event: await readEvent(process.env['GITHUB_EVENT_PATH']), exists: existsSync };
      const parsed = parseInputs(layerInputs(flagSource(command.flags), process.env), diskPaths, process.cwd(), around);
      const opened = parsed.kind === 'inputs' ? await openLock(parsed.inputs, process.cwd()) : null;
      if (parsed.kind === 'inputs' && opened?.kind === 'lock')
        return command.kind === 'watch'
          ? await watch(parsed, opened.lock, command.watch)
          : await build(parsed, opened.lock, command.json);
      const problems =
        parsed.kind === 'problems' ? parsed.problems : [opened?.kind === 'problem' ? opened.problem : ''];
      process.stderr.write(redact(`Nothing was started:\n${problems.map((problem) => `  ${problem}\n`).join('')}`, []));
      return 2;
    }
  }
}

async function mirrors({ images, format, flags }: Extract<CliCommand, { kind: 'mirrors' }>): Promise<number> {
  const { printMirrorCheck } = await import('./commands/mirrors.ts');
  const { mirrors: custom, problems } = parseMirrorList(layerInputs(flagSource(flags), process.env)('mirrors').text);
  if (problems.length > 0) return fail(2, `mirrors: ${problems.join('; ')}`);
  const signal = new AbortController().signal;
  const secrets: string[] = [];
  const session = await openSession({ env: process.env, addSecret: (value) => secrets.push(value), signal });
  try {
    const day = new Date().toISOString().slice(0, 10);
    const streams = cleanStreams(process, livingRedactor(secrets));
    return await printMirrorCheck({ images, custom, day }, format, session.ports, signal, streams);
  } finally {
    session.close();
  }
}

function fail(code: number, text: string): number {
  process.stderr.write(`${text}\n`);
  return code;
}

type Given = Extract<ParsedInputs, { kind: 'inputs' }>;

/** What a run is given here, and what is to be cleared away after it. */
interface Opened {
  readonly world: World;
  readonly secrets: readonly string[];
  readonly close: () => Promise<void>;
}

async function openWorld({ inputs, secretValues, githubToken, warnings }: Given, lock: Lock): Promise<Opened> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const tempDir = await mkdtemp(join(tmpdir(), 'smart-docker-build-'));
  const secrets: string[] = [];
  const builders: string[] = [];
  const journal = terminalJournal(livingRedactor(secrets), inputs.settings.debug);
  for (const warning of warnings) journal.warning(warning);
  const world: World = {
    env: process.env,
    cwd: process.cwd(),
    bundled: join(dirname(fileURLToPath(import.meta.url)), '..', 'dockerfiles'),
    tempDir,
    lock,
    secretValues,
    githubToken,
    runId: Date.now().toString(36),
    journal,
    signal: abort.signal,
    addSecret: (value) => secrets.push(value),
    openRunnerCache: null,
    onBuilder: (name) => builders.push(name),
  };
  const close = async (): Promise<void> => {
    for (const name of builders) await removeBuilder(name, commandRunner(process.env));
    await rm(tempDir, { recursive: true, force: true });
  };
  return { world, secrets, close };
}

async function build(given: Given, lock: Lock, json: boolean): Promise<number> {
  const { world, secrets, close } = await openWorld(given, lock);
  try {
    if (given.inputs.mode === 'prewarm') return warmed(await runPrewarm(given.inputs, world), json, secrets);
    const result = await run(given.inputs, world);
    const safe = redactValue(result, secrets);
    await keepReport(safe, { ...world, warn: world.journal.warning });
    process.stdout.write(
      json ? `${JSON.stringify(jsonOf(safe), null, 2)}\n` : renderTerminal(safe, { colors: process.stdout.isTTY }),
    );
    return exitCodeOf(result);
  } catch (error) {
    return fail(1, redact(String(error), secrets));
  } finally {
    await close();
  }
}

/** Checks the health until it is ended, which is its ordinary end. */
async function watch(given: Given, lock: Lock, options: WatchOptions): Promise<number> {
  const { watchHealth } = await import('./commands/watch.ts');
  const { world, secrets, close } = await openWorld(given, lock);
  const journal = { ...world.journal, line: () => undefined, group: () => undefined };
  try {
    await watchHealth(options, {
      check: async () => redactValue((await run(given.inputs, { ...world, journal })).health, secrets),
      write: (text) => process.stdout.write(text),
      isTerminal: process.stdout.isTTY,
      signal: world.signal,
    });
    return 0;
  } finally {
    await close();
  }
}

/** Exit code 3 where an image or its modules could not be brought up to date; what there is of them stays. */
function warmed(outcome: PrewarmOutcome, json: boolean, secrets: readonly string[]): number {
  if (outcome.kind === 'problem') return fail(2, outcome.problem);
  const result = redactValue(outcome.result, secrets);
  const text = json ? JSON.stringify(result, null, 2) : prewarmLines(result).join('\n');
  process.stdout.write(`${text}\n`);
  const problem = prewarmProblem(result);
  if (problem === null) return 0;
  return fail(result.interrupted ? 130 : 3, problem);
}

function jsonOf(result: Result): unknown {
  return result.planned === undefined ? reportOf(result) : planJson(result, result.planned);
}

function terminalJournal(clean: (text: string) => string, debug: boolean): Journal {
  const write = (text: string): void => void process.stderr.write(clean(text));
  return {
    line: (text) => write(`${text}\n`),
    group: (title) => write(`▸ ${title}\n`),
    endGroup: () => undefined,
    beginOutput: () => undefined,
    endOutput: () => undefined,
    debug: (text) => (debug ? write(`${text}\n`) : undefined),
    warning: (text) => write(`Warning: ${text}\n`),
    error: (text) => write(`Error: ${text}\n`),
    output: write,
  };
}
