import { readFile, rm } from 'node:fs/promises';
import { createLogReader } from '../failure/progress.ts';
import type { BuildLog, Step } from '../failure/types.ts';
import type { Plan } from '../plan/plan.ts';
import { hopelessReferences } from './hopeless.ts';
import { fetchTrouble } from './fetch-trouble.ts';
import { readAnnouncedDigests } from './announced-digests.ts';
import { finishedLog } from './finished-log.ts';
import { createBuilderWatch, type AskBuilder, type AskedBuilder } from './builder-watch.ts';
import { createLineWriter } from './line-writer.ts';
import { runBuild, type BuildExit } from './run-build.ts';
import { createSignsOfLife } from './signs-of-life.ts';
import { createStepClock, type StepClock, type StepSpan } from './step-clock.ts';
import { endReason, onlyCachesLeft, type EndReason, type WatchLimits } from './watchdog.ts';
import { createWayOut, type AskWayOut, type GivenUp } from './way-out.ts';

export interface AttemptPorts extends AskedBuilder {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Receives complete lines of the build's output. */
  readonly write: (text: string) => void;
  /** Asked when the fetch of an image is in trouble. Default: there is never another way. */
  readonly askWayOut?: AskWayOut;
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
  /** The digest that the log names as pushed or exported; all there is when the metadata file was never written. */
  readonly announcedDigest: string | null;
  /** When its steps ran, by their numbers. */
  readonly spans: ReadonlyMap<number, StepSpan>;
  /** The one digest that the log names as pushed; null where it names none, or several. */
  readonly pushedDigest: string | null;
  /** The fetch for whose sake it was ended, or null. */
  readonly givenUp: GivenUp | null;
  /** What is wrong with the builder, where the build was ended for its silence; null where it answers. */
  readonly builderProblem: string | null;
}

/** How long an attempt may take, and stay silent. */
export interface Patience extends Omit<WatchLimits, 'hopeless'> {
  /** Milliseconds left of the deadline. */
  readonly remainingMs: number;
}

export interface AttemptFiles {
  readonly iidFile: string;
  readonly metadataFile: string;
}

const HUNG: ReadonlySet<EndReason> = new Set(['stall', 'deadline', 'reroute', 'builder']);

/** Runs the plan's command once, live, and reads what it said and left. */
export async function attempt(
  plan: Plan,
  files: AttemptFiles,
  patience: Patience,
  ports: AttemptPorts,
): Promise<AttemptResult> {
  await Promise.all([files.iidFile, files.metadataFile].map(async (file) => await rm(file, { force: true })));
  const reader = createLogReader();
  const clock = createStepClock(() => performance.now());
  const digests = readAnnouncedDigests();
  const signs = createSignsOfLife();
  let lastSignAt = performance.now();
  // A writer for each stream: a line of one must not end up within a line, or a secret, of the other.
  const writers = {
    stdout: createLineWriter(pass),
    stderr: createLineWriter((lines) => {
      digests.lines(lines);
      clock.lines(lines);
      pass(lines);
    }),
  };
  function pass(lines: string): void {
    if (signs.isNews(lines)) lastSignAt = performance.now();
    ports.write(lines);
  }
  let stdout = '';
  let lastLine = '';
  const limits = { ...patience, hopeless: hopelessReferences(plan) };
  const wayOut = createWayOut(ports.askWayOut ?? (() => Promise.resolve({ kind: 'stay', untilSilentMs: null })), () =>
    performance.now(),
  );
  const nobody: AskBuilder = async () => await Promise.resolve(null);
  const askBuilder = ports.askBuilder ?? nobody;
  const lostBuilder = createBuilderWatch(ports.isBuilderReplaceable === true ? askBuilder : nobody, () =>
    performance.now(),
  );
  let builderProblem: string | null = null;
  let givenUp: GivenUp | null = null;
  let onlyCachesSince: number | null = null;
  const ending: { before: BuildLog | null } = { before: null };
  const watch = (): EndReason | null => {
    const log = reader.snapshot();
    const silentMs = performance.now() - lastSignAt;
    onlyCachesSince = onlyCachesLeft(log) ? (onlyCachesSince ?? performance.now()) : null;
    const onlyCachesMs = onlyCachesSince === null ? 0 : performance.now() - onlyCachesSince;
    givenUp = wayOut(fetchTrouble({ log, silentMs, ageMs: (step) => ageOf(step, clock), signs }));
    builderProblem = lostBuilder(silentMs);
    return (
      endReason({ log, silentMs, onlyCachesMs }, limits) ??
      (givenUp === null ? null : 'reroute') ??
      (builderProblem === null ? null : 'builder')
    );
  };
  const exit = await runBuild({
    argv: plan.argv,
    env: { ...ports.env, ...plan.env },
    cwd: ports.cwd,
    deadlineMs: patience.remainingMs,
    watch,
    signal: ports.signal,
    onEnd: () => (ending.before = reader.snapshot()),
    onOutput: (stream, text) => {
      if (stream === 'stdout') stdout += text;
      else reader.push(text);
      if (stream === 'stderr') lastLine = lastLineOf(text) ?? lastLine;
      writers[stream].push(text);
    },
  });
  writers.stdout.end();
  writers.stderr.end();
  const [imageId, metadata] = await Promise.all([readText(files.iidFile), readText(files.metadataFile)]);
  // A build that is ended says that all its steps were cancelled; where it hung stands in what it said before.
  const hung = exit.ended !== null && HUNG.has(exit.ended);
  const said = (hung ? ending.before : null) ?? reader.snapshot();
  const log = exit.exitCode === 0 && exit.ended === null ? finishedLog(said) : said;
  if (exit.ended === 'stall') builderProblem = await askBuilder();
  const announced = { announcedDigest: digests.announced(), pushedDigest: digests.pushed() };
  return {
    exit,
    log,
    lastLine,
    stdout,
    imageId,
    metadata,
    ...announced,
    spans: clock.spans(),
    givenUp,
    builderProblem,
  };
}

/** Milliseconds since a step began. */
function ageOf({ number }: Step, clock: StepClock): number {
  return clock.elapsedMs() - (clock.spans().get(number ?? 0)?.startMs ?? 0);
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
