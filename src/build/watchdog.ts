import type { BuildLog, Step, StepKind } from '../failure/types.ts';

/**
 * Why a build was ended before it ended itself. `reroute`: what it fetches does not come, and another source is known
 * that has the same. `builder`: the builder answers no question any more.
 */
export type EndReason = 'deadline' | 'stall' | 'cache-export' | 'reroute' | 'builder' | 'cancelled';

export interface WatchLimits {
  /** Silence after which a step has stalled that moves nothing but what comes from elsewhere, milliseconds. */
  readonly stallMs: number;
  /** The same of one that may be at work without a word, such as a program that compiles. Not less than `stallMs`. */
  readonly silentWorkMs: number;
  /** How long a build may do nothing but export caches, milliseconds. */
  readonly cacheExportMs: number;
  /** References for which no probe had found a healthy source: resolving them is given little patience. */
  readonly hopeless: readonly string[];
}

export interface WatchState {
  readonly log: BuildLog;
  /** Milliseconds since the build last said anything. */
  readonly silentMs: number;
  /** Milliseconds for which nothing but caches was left to do; 0 while there is. */
  readonly onlyCachesMs: number;
}

/** These fetch, or wait for a service; nobody works in them. */
const FETCHING: ReadonlySet<StepKind> = new Set(['from', 'boot', 'cache-export']);
/**
 * Compressing and pushing a layer is one event to BuildKit, whatever its size (util/push/push.go), as is the fetch of a
 * Git repository: so long that a slow line moves some gigabytes.
 */
const MOVING: ReadonlySet<StepKind> = new Set(['export', 'push', 'context']);
const MOVING_MS = 30 * 60_000;
/** Silence after which a step has stalled that only waits for somebody else's answer, and moves no content. */
const WAITING_MS = 45_000;
const WAITING: ReadonlySet<StepKind> = new Set(['frontend', 'resolve', 'import']);
/** All sources have been silent for as long as a plan waits already; their late answers make the next plan. */
const HOPELESS_MS = 5000;

/** Whether a build must be ended now, and why. Pure: the clock is in the state. */
export function endReason(state: WatchState, limits: WatchLimits): EndReason | null {
  if (state.onlyCachesMs > limits.cacheExportMs) return 'cache-export';
  return state.silentMs > patienceMs(state.log, limits) ? 'stall' : null;
}

function patienceMs(log: BuildLog, limits: WatchLimits): number {
  const { stallMs, hopeless } = limits;
  const running = log.steps.filter((step) => step.state === 'running');
  if (running.length === 0) return movingMs(limits);
  const hanging = hangingStep(log);
  if (hanging !== null && isResolving(hanging) && waitsFor(hopeless, log)) return Math.min(stallMs, HOPELESS_MS);
  return Math.max(...running.map(({ kind }) => patienceWith(kind, limits)));
}

function patienceWith(kind: StepKind, limits: WatchLimits): number {
  if (WAITING.has(kind)) return Math.min(limits.stallMs, WAITING_MS);
  if (FETCHING.has(kind)) return limits.stallMs;
  return MOVING.has(kind) ? movingMs(limits) : limits.silentWorkMs;
}

/** How long an export, a push or a builder that has not begun may be silent. */
export function movingMs({ stallMs, silentWorkMs }: Pick<WatchLimits, 'stallMs' | 'silentWorkMs'>): number {
  return Math.max(stallMs, Math.min(silentWorkMs, MOVING_MS));
}

function isResolving({ kind }: Step): boolean {
  return kind === 'resolve' || kind === 'frontend';
}

/** Whether nothing is waited for but these references. */
function waitsFor(references: readonly string[], log: BuildLog): boolean {
  const running = log.steps.filter((step) => step.state === 'running' && isResolving(step));
  return running.every(({ name }) => references.some((reference) => name.includes(reference)));
}

/**
 * The step in which a silent build hangs: the one that spoke last, if it is still running, else the last that began of
 * those that are. Where several run, one that only waits is not to blame.
 */
export function hangingStep(log: BuildLog): Step | null {
  const running = log.steps.filter((step) => step.state === 'running');
  const working = running.filter((step) => !WAITING.has(step.kind));
  const among = working.length > 0 ? working : running;
  return among.find((step) => step.id === log.lastEventStep) ?? among.at(-1) ?? null;
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
