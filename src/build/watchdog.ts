import type { BuildLog, Step, StepKind } from '../failure/types.ts';

/** Why a build was ended before it ended itself. */
export type EndReason = 'deadline' | 'stall' | 'cache-export' | 'cancelled';

export interface WatchLimits {
  /** Silence after which any step has stalled, milliseconds. */
  readonly stallMs: number;
  /** How long a build may do nothing but export caches, milliseconds. */
  readonly cacheExportMs: number;
  /** References for which no probe had found a healthy source: resolving them is given little patience. */
  readonly hopeless: readonly string[];
  /** Only steps that move no content are given up for their silence: a large layer may take its time. */
  readonly isPatient?: boolean;
}

export interface WatchState {
  readonly log: BuildLog;
  /** Milliseconds since the build last said anything. */
  readonly silentMs: number;
  /** Milliseconds for which nothing but caches was left to do; 0 while there is. */
  readonly onlyCachesMs: number;
}

/** Seconds of silence after which a step that only waits for somebody else has stalled. */
const WAITING_SECONDS: Readonly<Partial<Record<StepKind, number>>> = {
  boot: 60,
  frontend: 45,
  resolve: 45,
  import: 45,
  sbom: 120,
  from: 120,
  'cache-export': 120,
};
/** All sources have been silent for as long as a plan waits already; their late answers make the next plan. */
const HOPELESS_SECONDS = 5;

/** Whether a build must be ended now, and why. Pure: the clock is in the state. */
export function endReason(state: WatchState, limits: WatchLimits): EndReason | null {
  if (state.onlyCachesMs > limits.cacheExportMs) return 'cache-export';
  return state.silentMs > patienceMs(state.log, limits) ? 'stall' : null;
}

function patienceMs(log: BuildLog, limits: WatchLimits): number {
  const last = log.steps.find((step) => step.id === log.lastEventStep);
  if (last?.state !== 'running') return limits.stallMs;
  const resolves = isResolving(last);
  if (limits.isPatient === true && !resolves && last.kind !== 'import') return limits.stallMs;
  const isHopeless = resolves && waitsFor(limits.hopeless, log);
  const seconds = isHopeless ? HOPELESS_SECONDS : WAITING_SECONDS[last.kind];
  return Math.min(limits.stallMs, (seconds ?? Number.POSITIVE_INFINITY) * 1000);
}

function isResolving({ kind }: Step): boolean {
  return kind === 'resolve' || kind === 'frontend';
}

/** Whether nothing is waited for but these references. */
function waitsFor(references: readonly string[], log: BuildLog): boolean {
  const running = log.steps.filter((step) => step.state === 'running' && isResolving(step));
  return running.every(({ name }) => references.some((reference) => name.includes(reference)));
}

/** Whether all that is left to do is the export of caches: the image itself is where it belongs. */
export function onlyCachesLeft(log: BuildLog): boolean {
  const running = log.steps.filter((step) => step.state === 'running');
  return running.length > 0 && running.every((step) => step.kind === 'cache-export') && isExported(log);
}

/** Whether the image was exported, and pushed where that was asked for. */
export function isExported(log: BuildLog): boolean {
  const exports = log.steps.filter(isImageExport);
  return exports.length > 0 && exports.every((step) => step.state === 'done' || step.state === 'cached');
}

function isImageExport(step: Step): boolean {
  return step.kind === 'export' || step.kind === 'push';
}
