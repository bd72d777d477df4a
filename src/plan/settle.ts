import type { Board } from '../health/board.ts';
import { scoreBounds, type HealthQuestion } from '../health/check.ts';
import type { HealthPorts } from '../health/ports.ts';
import { isUsable } from '../health/observation.ts';
import { answersFor, probeMirrors, probeUpstream, upstreamKey, type ImageNeed, type ImageProbeOptions } from '../health/probe-image.ts';
import { strategyFor } from '../health/score.ts';
import type { SourceAnswer } from '../health/source-answer.ts';
import type { Thresholds } from '../inputs/types.ts';

/** Milliseconds after which a silent upstream is no longer waited for alone: its mirrors are asked too. */
const HEDGE_MS = 600;
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
  await board.waitFor(() => question.primary.some((need) => isBad(board, need)), left(HEDGE_MS));
  if (question.wantsFallbacks || board.pending().length > 0 || !isAllWell(question, board)) widen(question, board, ports);
  await board.waitFor(() => isDecided(question, board), left(PATIENCE_MS));
  await board.waitFor(() => false, left(COURTESY_MS));
}

/** Asks for what a healthy world makes unnecessary. */
function widen(question: SettleQuestion, board: Board, ports: HealthPorts): void {
  const { registry } = ports;
  for (const need of question.primary) {
    if (!isUp(board, need)) probeMirrors(registry, board, need, question.probe);
  }
  for (const need of question.secondary) {
    if (board.has(upstreamKey(need))) continue;
    probeUpstream(registry, board, need, question.probe);
    probeMirrors(registry, board, need, question.probe);
  }
}

function isAllWell(question: SettleQuestion, board: Board): boolean {
  const { worst } = scoreBounds(question.health, board);
  return strategyFor(worst, question.thresholds) === 'optimal' && question.primary.every((need) => isUp(board, need));
}

function isDecided(question: SettleQuestion, board: Board): boolean {
  const { best, worst } = scoreBounds(question.health, board);
  if (strategyFor(best, question.thresholds) !== strategyFor(worst, question.thresholds)) return false;
  if (question.health.cacheService !== null && !board.has('gha-cache')) return false;
  return question.primary.every((need) => isRouted(board, need)) || !stillHopes(question, board);
}

/** An image has its route: its own registry is up, or that has failed and a mirror has it. */
function isRouted(board: Board, need: ImageNeed): boolean {
  if (isUp(board, need)) return true;
  if (!board.has(upstreamKey(need))) return false;
  const digests = answersFor(board, need).flatMap((answer) => (isUsable(answer) && answer.digest !== null ? [answer.digest] : []));
  if (need.knownDigest !== null) return digests.includes(need.knownDigest);
  return digests.some((digest, index) => digests.indexOf(digest) !== index);
}

/** Whether any probe of an image is still out. */
function stillHopes(question: SettleQuestion, board: Board): boolean {
  const keys = [...question.primary, ...question.secondary].map((need) => need.key);
  return board.pending().some((pending) => keys.some((key) => pending.endsWith(` ${key}`)));
}

function isUp(board: Board, need: ImageNeed): boolean {
  const answer = board.get<SourceAnswer>(upstreamKey(need));
  return answer !== undefined && isUsable(answer) && !answer.missing;
}

function isBad(board: Board, need: ImageNeed): boolean {
  return board.has(upstreamKey(need)) && !isUp(board, need);
}
