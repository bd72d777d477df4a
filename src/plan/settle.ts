import type { Board } from '../health/board.ts';
import { haveTargetsAnswered, scoreBounds, type HealthQuestion } from '../health/check.ts';
import type { HealthPorts } from '../health/ports.ts';
import { isUsable } from '../health/observation.ts';
import {
  answersFor,
  probeMirrors,
  probeUpstream,
  upstreamKey,
  upstreamAnswer,
  wantedDigest,
  type ImageNeed,
  type ImageProbeOptions,
} from '../health/probe-image.ts';
import type { Thresholds } from '../inputs/types.ts';
import { strategyFor } from './strategy.ts';

/** Milliseconds after which a silent upstream is no longer waited for alone: its mirrors are asked too. */
const HEDGE_MS = 600;
/** What everybody else's answers leave of the time for a look at blob stores. */
const BLOBS_MS = 200;
/** A service that cannot change the plan may still answer until then, for the report's sake. */
const COURTESY_MS = 1000;
/** Nothing is waited for longer than this before a plan is made: silence is an answer, too. */
export const PATIENCE_MS = 2500;

export interface SettleQuestion {
  readonly health: HealthQuestion;
  /** Images of the Dockerfile that is built in good times. */
  readonly primary: readonly ImageNeed[];
  /** Images of its fallbacks, asked for only where something is wrong. */
  readonly secondary: readonly ImageNeed[];
  readonly thresholds: Thresholds;
  /** Whether all images of the fallbacks are wanted whatever the score, as for a forced strategy. */
  readonly wantsFallbacks: boolean;
  /** The Go proxy that the build would ask first: whether it is well decides over its GOPROXY. Default: none. */
  readonly goProxy?: string | null;
  readonly probe: ImageProbeOptions;
}

/** Milliseconds that have passed since the checks began. */
export type Clock = () => number;

/**
 * Waits until the plan can no longer change, or patience ends: with one service silent, a plan stands as soon as neither
 * its strategy nor its sources could be other ones. Mirrors and fallbacks are asked only once something is wrong.
 */
export async function settle(question: SettleQuestion, board: Board, ports: HealthPorts, clock: Clock): Promise<void> {
  const left = (untilMs: number): number => Math.max(0, Math.min(untilMs, question.probe.timeoutMs) - clock());
  await board.waitFor(() => question.primary.some((need) => isBad(question, board, need)), left(HEDGE_MS));
  await board.linger(Math.min(BLOBS_MS, left(HEDGE_MS)));
  if (question.wantsFallbacks || board.pending().length > 0 || !isAllWell(question, board))
    widen(question, board, ports);
  await board.waitFor(() => isDecided(question, board), left(PATIENCE_MS));
  await board.waitFor(() => false, left(COURTESY_MS));
}

/** Asks for what a healthy world makes unnecessary. */
function widen(question: SettleQuestion, board: Board, ports: HealthPorts): void {
  const { registry } = ports;
  for (const need of question.primary) {
    if (!isUp(question, board, need)) probeMirrors(registry, board, need, question.probe);
  }
  for (const need of question.secondary) {
    if (board.has(upstreamKey(need))) continue;
    probeUpstream(registry, board, need, question.probe);
    probeMirrors(registry, board, need, question.probe);
  }
}

function isAllWell(question: SettleQuestion, board: Board): boolean {
  const { worst } = scoreBounds(question.health, board);
  return (
    strategyFor(worst, question.thresholds) === 'optimal' &&
    question.primary.every((need) => isUp(question, board, need))
  );
}

function isDecided(question: SettleQuestion, board: Board): boolean {
  const { best, worst } = scoreBounds(question.health, board);
  const strategy = strategyFor(worst, question.thresholds);
  if (strategyFor(best, question.thresholds) !== strategy) return false;
  if (question.health.cacheService !== null && !board.has('gha-cache')) return false;
  if (!haveTargetsAnswered(question.health, board)) return false;
  if (question.goProxy != null && !board.has(question.goProxy)) return false;
  const standard = strategy === 'optimal' && !question.wantsFallbacks;
  const needs = standard ? question.primary : [...question.primary, ...question.secondary];
  return needs.every((need) => isRouted(question, board, need)) || !stillHopes(question, board);
}

/** An image has its route: its own registry is up, or that has failed and a mirror has it that can be believed. */
function isRouted(question: SettleQuestion, board: Board, need: ImageNeed): boolean {
  if (isUp(question, board, need)) return true;
  if (!board.has(upstreamKey(need))) return false;
  const { knownDown } = question.probe;
  const claims = answersFor(board, need).filter(
    (answer) => isUsable(answer) && answer.digest !== null && !knownDown.has(answer.host),
  );
  const digest = wantedDigest(board, need);
  if (digest !== null) return claims.some((claim) => claim.digest === digest);
  return claims.some((one) => claims.some((other) => other.digest === one.digest && other.operator !== one.operator));
}

/** Whether any probe of an image is still out. */
function stillHopes(question: SettleQuestion, board: Board): boolean {
  const keys = [...question.primary, ...question.secondary].map((need) => need.key);
  return board.pending().some((pending) => keys.some((key) => pending.endsWith(` ${key}`)));
}

/** A host that failed the build itself is not up, whatever it answered before. */
function isUp(question: SettleQuestion, board: Board, need: ImageNeed): boolean {
  const answer = upstreamAnswer(board, need);
  return answer !== undefined && isUsable(answer) && !question.probe.knownDown.has(answer.host);
}

function isBad(question: SettleQuestion, board: Board, need: ImageNeed): boolean {
  return board.has(upstreamKey(need)) && !isUp(question, board, need);
}
