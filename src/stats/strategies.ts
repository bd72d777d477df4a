import { STRATEGIES, type Strategy } from '../inputs/types.ts';
import { shareOf, spreadOf, type Collector, type Spread } from './collector.ts';
import { endOf, isBuild, isOwnFault } from './judge-run.ts';

/** How builds went that began under one strategy. */
export interface StrategyStats {
  readonly strategy: Strategy;
  readonly runs: number;
  readonly built: number;
  /** Built, of those whose failure was not their own fault; 0 to 1. */
  readonly successRate: number;
  /** Runs whose first attempt failed on the infrastructure. */
  readonly stumbled: number;
  /** Seconds of the runs that built. */
  readonly seconds: Spread | null;
  /** Seconds of the runs that reached their deadline, and the deadline itself as last seen. */
  readonly timedOut: number;
  readonly deadlineSeconds: number | null;
}

/** Points of the health score that are counted together. */
export const SCORE_STEP = 5;

/** Builds that began at about the same health score, strategy not forced. */
export interface ScoreBand {
  /** The lowest score of the band. */
  readonly from: number;
  readonly runs: number;
  readonly stumbled: number;
  readonly medianSeconds: number | null;
}

interface Tally {
  runs: number;
  built: number;
  ownFaults: number;
  stumbled: number;
  timedOut: number;
  deadlineSeconds: number | null;
  seconds: number[];
}

export function collectStrategies(): Collector<readonly StrategyStats[]> {
  const tallies = new Map<Strategy, Tally>();
  return {
    add: (run) => {
      const [first] = run.attempts;
      if (first === undefined || !isBuild(run)) return;
      const tally = tallies.get(first.strategy) ?? newTally();
      tallies.set(first.strategy, tally);
      tally.runs += 1;
      tally.deadlineSeconds = first.deadlineSeconds ?? tally.deadlineSeconds;
      if (run.verdict === 'built') {
        tally.built += 1;
        tally.seconds.push(run.seconds);
      }
      if (endOf(run) === 'own-fault') tally.ownFaults += 1;
      if (first.failure !== null && !isOwnFault(first.failure.class)) tally.stumbled += 1;
      if (run.attempts.some(({ failure }) => failure?.rule === 'ended-by-deadline')) tally.timedOut += 1;
    },
    result: () =>
      STRATEGIES.flatMap((strategy) => {
        const tally = tallies.get(strategy);
        return tally === undefined ? [] : [statsOf(strategy, tally)];
      }),
  };
}

function newTally(): Tally {
  return { runs: 0, built: 0, ownFaults: 0, stumbled: 0, timedOut: 0, deadlineSeconds: null, seconds: [] };
}

function statsOf(strategy: Strategy, tally: Tally): StrategyStats {
  const { runs, built, ownFaults, stumbled, timedOut, deadlineSeconds, seconds } = tally;
  const successRate = shareOf(built, runs - ownFaults);
  return { strategy, runs, built, successRate, stumbled, seconds: spreadOf(seconds), timedOut, deadlineSeconds };
}

export function collectScores(): Collector<readonly ScoreBand[]> {
  const bands = new Map<number, { runs: number; stumbled: number; seconds: number[] }>();
  return {
    add: (run) => {
      const [first] = run.attempts;
      if (first === undefined || run.forced || !isBuild(run)) return;
      const from = Math.floor(run.score / SCORE_STEP) * SCORE_STEP;
      const band = bands.get(from) ?? { runs: 0, stumbled: 0, seconds: [] };
      bands.set(from, band);
      band.runs += 1;
      if (first.failure !== null && !isOwnFault(first.failure.class)) band.stumbled += 1;
      if (run.verdict === 'built') band.seconds.push(run.seconds);
    },
    result: () =>
      [...bands]
        .toSorted(([a], [b]) => a - b)
        .map(([from, { runs, stumbled, seconds }]) => {
          return { from, runs, stumbled, medianSeconds: spreadOf(seconds)?.median ?? null };
        }),
  };
}
