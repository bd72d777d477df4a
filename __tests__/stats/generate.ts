import { createRandom, type Random } from '../../scripts/chaos/random.ts';
import { reportOf } from '../../src/report/report.ts';
import type { AttemptRecord } from '../../src/build/record.ts';
import type { Result } from '../../src/report/result.ts';
import { attempt, healthy, pushFailure, recovered } from '../report/fixtures/built.ts';
import { failedInfrastructure, failedUserCode } from '../report/fixtures/failed.ts';
import { answer, plan } from '../report/fixtures/plans.ts';
import { health, hubDown, startedAtMs } from '../report/fixtures/world.ts';

/*
 * Reports of a repository over months, made from a seed: most builds are well, some days Docker Hub is down, some builds
 * are at fault themselves. They are real results, varied, and go through the same `reportOf` as a run's own.
 */

const DAY_MS = 86_400_000;

export interface Month {
  readonly seed: number;
  readonly count: number;
  readonly days?: number;
}

/** Reports in the order of their time, each as report.json has it. */
export function* generateReports({ seed, count, days = 120 }: Month): Generator<string> {
  const random = createRandom(seed);
  const badDays = new Set(Array.from({ length: Math.ceil(days / 12) }, () => random.between(0, days - 1)));
  for (let index = 0; index < count; index++) {
    const at = (index / count) * days;
    const result = resultOf(random, badDays.has(Math.floor(at)));
    yield JSON.stringify(reportOf({ ...result, startedAtMs: Math.floor(startedAtMs + at * DAY_MS) }));
  }
}

function resultOf(random: Random, isBadDay: boolean): Result {
  if (random.chance(0.08)) return varied(failedUserCode, random);
  if (!isBadDay) return varied(random.chance(0.03) ? pushedAgain() : healthy, random);
  if (random.chance(0.15)) return varied(failedInfrastructure, random);
  return varied(random.chance(0.3) ? recovered : viaMirror(), random);
}

function viaMirror(): Result {
  const last = recovered.attempts.at(-1);
  return { ...recovered, attempts: last === undefined ? [] : [{ ...attempt, plan: last.plan }] };
}

function pushedAgain(): Result {
  const failed: AttemptRecord = {
    ...attempt,
    outcome: { kind: 'failed', exitCode: 1, failure: pushFailure, lastLine: 'ERROR: 502' },
    next: { decision: 'again', reason: 'waiting 4 s for ghcr.io', waitMs: 4000 },
  };
  return { ...healthy, attempts: [failed, { ...attempt, number: 2, seconds: 12 }] };
}

/** The same with times of its own; every third import of the Actions cache finds something. */
function varied(result: Result, random: Random): Result {
  const factor = 0.6 + random.next() + (random.chance(0.05) ? 2 : 0);
  const found = random.chance(0.34);
  const attempts = result.attempts.map((one): AttemptRecord => ({
    ...one,
    seconds: one.seconds * factor,
    steps: one.steps.map((step) => ({ ...step, seconds: step.seconds * factor })),
    caches: one.caches.map((cache) =>
      cache.backend === 'gha' && cache.direction === 'import' ? { ...cache, result: found ? 'found' : 'empty' } : cache,
    ),
  }));
  const seconds = result.seconds * factor * (found ? 0.6 : 1);
  return { ...result, seconds, attempts };
}

/** A run whose images were asked for at a mirror of the user's own that is mostly down. */
export function withDeadMirror(index: number): string {
  const images = plan.images.map((image) => ({
    ...image,
    answers: [
      ...image.answers,
      answer({
        host: 'registry.corp.example',
        kind: 'custom-mirror',
        state: index % 10 === 0 ? 'up' : 'down',
        digest: null,
      }),
    ],
  }));
  const result: Result = {
    ...healthy,
    health: health({ 'docker.io': hubDown }),
    startedAtMs: startedAtMs + index * 60_000,
    attempts: [{ ...attempt, plan: { ...plan, images } }],
  };
  return JSON.stringify(reportOf(result));
}
