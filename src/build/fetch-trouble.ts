import type { BuildLog, Step, StepKind } from '../failure/types.ts';
import type { SignsOfLife, Transfer } from './signs-of-life.ts';

/** An image's fetch that goes badly, while its build still hopes. */
export interface FetchTrouble {
  /** `error`: BuildKit tries again what has failed. `silence`: nothing comes, and nobody complains. */
  readonly kind: 'error' | 'silence';
  readonly step: Step;
  /** How often it has failed; 0 for a silence. */
  readonly failures: number;
  /** The log as it would be, had the step failed for good with what was said so far. */
  readonly asFailed: BuildLog;
  /** Milliseconds since the last sign of life; 0 where it failed. */
  readonly silentMs: number;
  /** The layers that stopped on their way; none where nothing of the kind is known. */
  readonly layers: readonly Transfer[];
}

/** What the watch knows of a running build. */
export interface FetchState {
  readonly log: BuildLog;
  /** Milliseconds since the last sign of life. */
  readonly silentMs: number;
  /** Milliseconds since a step began. */
  readonly ageMs: (step: Step) => number;
  readonly signs: Pick<SignsOfLife, 'unfinished' | 'isUnpacking'>;
}

const FETCHES: ReadonlySet<StepKind> = new Set(['frontend', 'resolve', 'from']);
/** More of the user's own work than this is not thrown away for what BuildKit may still mend in seven seconds. */
const MAX_AT_STAKE_MS = 5000;
/** A source is asked whether it lives after so much silence. Most answers take a tenth of that. */
const SILENT_MS = 1500;
/**
 * Where it is not known what is on its way: a download says every five seconds how far it has come, and sooner only behind each twentieth (`minTimeDelta` in
 * moby/buildkit util/progress/progressui/printer.go): behind so much silence of one that was under way, nothing moves.
 */
const REPORTED_MS = 6000;
const RETRIES = /^retrying in (\d+)s$/;

/** Whether the fetch of an image is in trouble, and how. Pure. */
export function fetchTrouble(state: FetchState): FetchTrouble | null {
  const running = state.log.steps.filter((step) => step.state === 'running');
  const fetches = running.filter((step) => FETCHES.has(step.kind));
  const own = running.filter((step) => step.kind === 'run' || step.kind === 'copy');
  if (fetches.length === 0 || own.some((step) => state.ageMs(step) > MAX_AT_STAKE_MS)) return null;
  return failing(state.log, fetches) ?? silent(state, running, fetches);
}

/**
 * BuildKit writes each failure of a blob or a manifest into the step's log, and waits 1, 2 and 4 s before it tries again
 * (util/resolver/retryhandler/retry.go). Those steps run no program, so nobody else can have written it.
 */
function failing(log: BuildLog, fetches: readonly Step[]): FetchTrouble | null {
  for (const step of fetches) {
    const waits = step.logs.flatMap((line) => RETRIES.exec(line)?.[1] ?? []).map(Number);
    const longest = Math.max(0, ...waits);
    if (longest === 0) continue;
    const error = step.logs.findLast((line) => line.startsWith('error: '))?.slice('error: '.length) ?? '';
    const failures = Math.round(Math.log2(longest)) + 1;
    return { kind: 'error', step, failures, asFailed: failedWith(log, step, error), silentMs: 0, layers: [] };
  }
  return null;
}

function silent(
  { log, silentMs, ageMs, signs }: FetchState,
  running: readonly Step[],
  fetches: readonly Step[],
): FetchTrouble | null {
  // A cache that is asked at the same time says nothing either, and hangs as well as not.
  const isAlone = running.every((step) => FETCHES.has(step.kind) || step.kind === 'import');
  if (!isAlone || silentMs < SILENT_MS || fetches.some(({ number }) => signs.isUnpacking(number ?? 0))) return null;
  // What has come whole waits for the builder's disk, not for its source.
  const coming = signs.unfinished().filter(({ doneBytes, totalBytes }) => doneBytes < totalBytes);
  const layersOf = (step: Step): readonly Transfer[] => coming.filter((layer) => layer.step === step.number);
  const spoke = fetches.find(({ id }) => id === log.lastEventStep) ?? fetches.at(-1);
  const step = [spoke, ...fetches].find((one) => one !== undefined && layersOf(one).length > 0) ?? spoke;
  if (step === undefined) return null;
  const layers = layersOf(step);
  if (layers.length === 0 && silentMs < patienceMs(step, ageMs(step))) return null;
  return { kind: 'silence', step, failures: 0, asFailed: log, silentMs, layers };
}

function patienceMs(step: Step, ageMs: number): number {
  // Whoever unpacks has it all, and a large layer takes its time.
  if (step.logs.some((line) => line.startsWith('extracting '))) return Number.POSITIVE_INFINITY;
  return step.kind === 'from' && ageMs > REPORTED_MS ? REPORTED_MS : SILENT_MS;
}

function failedWith(log: BuildLog, failed: Step, error: string): BuildLog {
  const steps = log.steps.map((step) => {
    if (step.id === failed.id) return { ...step, state: 'error' as const, error };
    return step.state === 'running' ? { ...step, state: 'canceled' as const } : step;
  });
  return { ...log, steps, finalError: `failed to solve: ${error}` };
}
