import { describe, expect, test } from 'vitest';
import type { ImageRoute } from '../../src/plan/plan.ts';
import { adviceOf, lostImages } from '../../src/report/advice.ts';
import type { Result } from '../../src/report/result.ts';
import { failedInfrastructure, failedUserCode, noEngine } from './fixtures/failed.ts';
import { answer } from './fixtures/plans.ts';

const remedy = 'pin the image by digest in the Dockerfile';

/** The failed run, its image's sources answering like this. */
function withSources(answers: ImageRoute['answers']): Result {
  const attempts = failedInfrastructure.attempts.map((attempt) => {
    const choice = { kind: 'none', reason: 'nobody has it.', remedy } as const;
    const images = attempt.plan.images.map((image) => ({ ...image, choice, answers }));
    return { ...attempt, plan: { ...attempt.plan, images } };
  });
  return { ...failedInfrastructure, attempts };
}

const dead = answer({ host: 'quay.io', kind: 'upstream', state: 'down', digest: null });
const own = failedInfrastructure.attempts.at(-1)?.outcome;

describe('what to do next', () => {
  test('a mirror has the image and nobody vouches for it: what would make it believed', () => {
    const result = withSources([dead, answer({ host: 'quay.m.daocloud.io', kind: 'mirror' })]);
    expect(adviceOf(result)).toBe('Pin the image by digest in the Dockerfile; or try again when quay.io is back.');
  });

  test('nobody has it: what is true of every outage', () => {
    expect(adviceOf(withSources([dead]))).toBe(own?.kind === 'failed' ? own.failure.advice : null);
  });

  test('there is no engine: start one', () => {
    expect(adviceOf(noEngine)).toMatch(/^Start a Docker engine that this job can reach/);
  });
});

test('images that nobody could serve are named where the build failed for the want of one', () => {
  const [route] = failedInfrastructure.attempts.at(-1)?.plan.images ?? [];
  expect(lostImages(withSources([dead]))).toContainEqual({ name: route?.name, tried: 'nobody has it' });
  expect(lostImages(failedUserCode)).toEqual([]);
});
