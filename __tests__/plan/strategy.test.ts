import { expect, test } from 'vitest';
import { STRATEGIES } from '../../src/inputs/types.ts';
import { NO_LESSONS } from '../../src/plan/lessons.ts';
import { chooseStrategy, isAtOrBelow } from '../../src/plan/strategy.ts';
import { inputsOf } from './world.ts';

test.each([
  [100, 'optimal', 'score 100 is at least 80'],
  [80, 'optimal', 'score 80 is at least 80'],
  [79, 'resilient', 'score 79 is at least 60'],
  [60, 'resilient', 'score 60 is at least 60'],
  [59, 'conservative', 'score 59 is at least 40'],
  [40, 'conservative', 'score 40 is at least 40'],
  [39, 'emergency', 'score 39 is below 40'],
  [0, 'emergency', 'score 0 is below 40'],
] as const)('a score of %i is %s', (score, strategy, reason) => {
  expect(chooseStrategy(inputsOf(), score, NO_LESSONS)).toEqual({ strategy, reason });
});

test('thresholds are the user’s', () => {
  const inputs = inputsOf({ 'threshold-optimal': '95', 'threshold-resilient': '90', 'threshold-conservative': '10' });
  const strategies = [95, 94, 89, 9].map((score) => chooseStrategy(inputs, score, NO_LESSONS).strategy);
  expect(strategies).toEqual(['optimal', 'resilient', 'conservative', 'emergency']);
});

test.each(STRATEGIES)('%s can be forced, whatever the score', (strategy) => {
  for (const score of [0, 100]) {
    expect(chooseStrategy(inputsOf({ strategy }), score, NO_LESSONS)).toEqual({
      strategy,
      reason: 'forced by the input strategy',
    });
  }
});

test.each([
  ['auto', 100, 'resilient', 'resilient', 'one strategy down: it failed'],
  ['auto', 30, 'resilient', 'emergency', 'score 30 is below 40'],
  ['optimal', 100, 'conservative', 'conservative', 'one strategy down: it failed'],
  ['auto', 100, 'optimal', 'optimal', 'score 100 is at least 80'],
] as const)('%s at %i with the floor %s is %s', (forced, score, floor, strategy, reason) => {
  const lessons = { ...NO_LESSONS, floor: { strategy: floor, reason: 'it failed' } };
  expect(chooseStrategy(inputsOf({ strategy: forced }), score, lessons)).toEqual({ strategy, reason });
});

test('strategies lean on less from left to right', () => {
  expect(isAtOrBelow('emergency', 'optimal')).toBe(true);
  expect(isAtOrBelow('resilient', 'resilient')).toBe(true);
  expect(isAtOrBelow('optimal', 'resilient')).toBe(false);
});
