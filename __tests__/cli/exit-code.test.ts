import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/exit-code.ts';
import type { Result } from '../../src/report/result.ts';
import { healthy, recovered } from '../report/fixtures/built.ts';
import { cancelled, failedInfrastructure, failedUserCode, healthOnly, noEngine } from '../report/fixtures/failed.ts';

test.each<[string, Result, number]>([
  ['built', healthy, 0],
  ['built after all', recovered, 0],
  ['a look at the health', healthOnly, 0],
  ["the user's own fault", failedUserCode, 1],
  ['infrastructure', failedInfrastructure, 3],
  ['no engine', noEngine, 3],
  ['cancelled', cancelled, 130],
])('%s', (_, result, code) => {
  expect(exitCodeOf(result)).toBe(code);
});
