import { STRATEGIES, type Inputs, type Strategy, type Thresholds } from '../inputs/types.ts';
import type { Lessons } from './lessons.ts';

export interface StrategyChoice {
  readonly strategy: Strategy;
  readonly reason: string;
}

/** The strategy before any look at images: forced, or by the score, or lower where an attempt has failed. */
export function chooseStrategy(inputs: Inputs, score: number, lessons: Lessons): StrategyChoice {
  const first = firstChoice(inputs, score);
  if (lessons.floor === null || isAtOrBelow(first.strategy, lessons.floor.strategy)) return first;
  return { strategy: lessons.floor.strategy, reason: `one strategy down: ${lessons.floor.reason}` };
}

/** The strategy that a score calls for. */
export function strategyFor(total: number, thresholds: Thresholds): Strategy {
  if (total >= thresholds.optimal) return 'optimal';
  if (total >= thresholds.resilient) return 'resilient';
  if (total >= thresholds.conservative) return 'conservative';
  return 'emergency';
}

function firstChoice(inputs: Inputs, score: number): StrategyChoice {
  if (inputs.strategy !== 'auto') return { strategy: inputs.strategy, reason: 'forced by the input strategy' };
  const { thresholds } = inputs.settings;
  const strategy = strategyFor(score, thresholds);
  if (strategy === 'emergency') return { strategy, reason: `score ${score} is below ${thresholds.conservative}` };
  return { strategy, reason: `score ${score} is at least ${thresholds[strategy]}` };
}

/** Whether `strategy` already leans on as little as `limit`. */
export function isAtOrBelow(strategy: Strategy, limit: Strategy): boolean {
  return STRATEGIES.indexOf(strategy) >= STRATEGIES.indexOf(limit);
}
