import { expect, test } from 'vitest';
import type { AttemptResult } from '../../src/build/attempt.ts';
import { afterCheck } from '../../src/build/check-call.ts';
import { readLog } from '../../src/failure/progress.ts';
import type { AttemptOutcome } from '../../src/build/record.ts';
import { failureOf } from '../plan/world.ts';

const result = (stdout: string): AttemptResult => ({
  exit: { exitCode: 1, ended: null, startError: null, seconds: 1 },
  log: readLog(''),
  lastLine: 'ERROR: lint violation found',
  stdout,
  imageId: null,
  metadata: null,
  announcedDigest: null,
  spans: new Map(),
  pushedDigest: null,
  givenUp: null,
  builderProblem: null,
});
const failed: AttemptOutcome = {
  kind: 'failed',
  exitCode: 1,
  failure: failureOf({ retryable: true }),
  lastLine: 'ERROR: x',
};

test('what a check found is the error, and no reason to try again', () => {
  const outcome = afterCheck(failed, result('Check complete, 3 warnings have been found!\n\nWARNING: …\n'), 'check');
  expect(outcome).toMatchObject({
    message: 'Check complete, 3 warnings have been found!',
    failure: { class: 'user-code', retryable: false, headline: 'Check complete, 3 warnings have been found!' },
  });
});

test('a check that found nothing and failed is not tried again either', () => {
  const outcome = afterCheck(failed, result(''), 'check');
  expect(outcome).toEqual({ ...failed, failure: failureOf({ retryable: false }) });
});

test.each([[null], ['build'], ['outline']])('call %s is a build like any other', (call) => {
  expect(afterCheck(failed, result('some text'), call)).toBe(failed);
});

test('a check that passes has passed', () => {
  expect(afterCheck({ kind: 'built' }, result('Check complete, no warnings found.'), 'check')).toEqual({
    kind: 'built',
  });
});
