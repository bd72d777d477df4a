import { readFile, rm } from 'node:fs/promises';
import { createLogReader } from '../failure/progress.ts';
import type { BuildLog, StepKind } from '../failure/types.ts';
import type { Plan } from '../plan/plan.ts';
import { createLineWriter } from './line-writer.ts';
import { runBuild, type BuildExit } from './run-build.ts';

export interface AttemptPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Receives complete lines of the build's output. */
  readonly write: (text: string) => void;
}

/** What one run of the command gave, before anybody judges it. */
export interface AttemptResult {
  readonly exit: BuildExit;
  readonly log: BuildLog;
  /** The last non-empty line on stderr, which people grep for. */
  readonly lastLine: string;
  /** Everything on stdout; `--call check` puts its findings there. */
  readonly stdout: string;
  readonly imageId: string | null;
  readonly metadata: string | null;
}

export interface AttemptFiles {
  readonly iidFile: string;
  readonly metadataFile: string;
}

/** Seconds of silence after which a step that only waits for somebody else has stalled. */
const WAITING_STEPS: Readonly<Partial<Record<StepKind, number>>> = {
  boot: 60,
  frontend: 45,
  resolve: 45,
  import: 45,
  sbom: 120,
  from: 120,
};
/** The same where a probe had already found no healthy source for an image. */
const HOPELESS_SECONDS = 15;

/** Runs the plan's command once, live, and reads what it said and left. */
export async function attempt(plan: Plan, files: AttemptFiles, remainingMs: number, ports: AttemptPorts): Promise<AttemptResult> {
  await Promise.all([files.iidFile, files.metadataFile].map(async (file) => await rm(file, { force: true })));
  const reader = createLogReader();
  const writer = createLineWriter(ports.write);
  let stdout = '';
  let lastLine = '';
  const hopeless = plan.images.some((image) => image.choice.kind === 'none');
  const exit = await runBuild({
    argv: plan.argv,
    env: { ...ports.env, ...plan.env },
    cwd: ports.cwd,
    deadlineMs: remainingMs,
    stallMs: () => stallLimitMs(reader.snapshot(), hopeless),
    signal: ports.signal,
    onOutput: (stream, text) => {
      if (stream === 'stdout') stdout += text;
      else reader.push(text);
      if (stream === 'stderr') lastLine = lastLineOf(text) ?? lastLine;
      writer.push(text);
    },
  });
  writer.end();
  const [imageId, metadata] = await Promise.all([readText(files.iidFile), readText(files.metadataFile)]);
  return { exit, log: reader.snapshot(), lastLine, stdout, imageId, metadata };
}

function stallLimitMs(log: BuildLog, hopeless: boolean): number {
  const last = log.steps.find((step) => step.id === log.lastEventStep);
  const seconds = last === undefined || last.state !== 'running' ? undefined : WAITING_STEPS[last.kind];
  if (seconds === undefined) return Number.POSITIVE_INFINITY;
  const resolves = last?.kind === 'resolve' || last?.kind === 'frontend';
  return (hopeless && resolves ? HOPELESS_SECONDS : seconds) * 1000;
}

function lastLineOf(text: string): string | null {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .findLast((line) => line !== '') ?? null
  );
}

async function readText(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}
