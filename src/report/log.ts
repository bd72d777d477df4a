import type { Plan } from '../plan/plan.ts';
import { cleanLine, cleanLines, logLine, withoutCommands } from './clean.ts';
import { timed } from './log-health.ts';
import type { AttemptRecord } from '../build/record.ts';
import type { Result } from './result.ts';
import { adviceOf, lostImages } from './advice.ts';
import { arrival, failureTitle, imageName, innocence, lastFailure, problemOf } from './story.ts';
import { clause, listed, plural } from './words.ts';

/*
 * The log's lines, to be written by the caller while the run goes on. Each is free of runner commands and of newlines.
 */

export { healthHeadline, healthLines } from './log-health.ts';
export { changedPlanLines, commandLines, planLines } from './log-plan.ts';

/** Lines of a failed step's own output that are repeated at the end of the log. */
const REPEATED_LINES = 12;

/** `Attempt 1 of 3 (optimal)`. */
export function attemptHeadline(number: number, of: number, plan: Plan): string {
  return `Attempt ${number} of ${Math.max(number, of)} (${plan.strategy})`;
}

/**
 * What follows a failed attempt: `attempt 2 of 3 (resilient): Docker Hub answered 503 on golang:1.24-alpine, now from
 * mirror.gcr.io, same digest`.
 */
export function nextLine(failed: AttemptRecord, of: number, nextPlan: Plan): string {
  const { outcome, next } = failed;
  const headline = outcome.kind === 'failed' ? clause(outcome.failure.headline) : outcome.kind;
  const reason = next === null ? '' : clause(next.reason);
  const text = [headline, reason].filter((part) => part !== '').join('; ');
  const number = failed.number + 1;
  return logLine(`attempt ${number} of ${Math.max(number, of)} (${nextPlan.strategy}): ${text}`);
}

/** The last line of a build that succeeded: what is where, under which digest, and how long it took. */
export function resultLine(result: Result): string {
  const { image } = result;
  const what = `${capital(arrival(result))} ${imageName(result)}${image?.digest ? `@${image.digest}` : ''}`;
  const platforms = (image?.platforms ?? []).map(({ platform }) => platform).join(', ');
  const attempts = result.attempts.length > 1 ? `after ${plural(result.attempts.length, 'attempt')}` : '';
  const parts = [what, platforms, attempts].filter((part) => part !== '').map((part) => logLine(part));
  return timed(parts.join('  '), result.seconds);
}

/**
 * A failed run's last words, without the runner's `Error: `: the first line for an annotation on the Dockerfile, the last
 * one, `buildx failed with: …`, for the step's error, and between them what a reader needs.
 */
export function failureLines(result: Result): readonly string[] {
  const failed = lastFailure(result);
  const first = logLine(failureTitle(result));
  // What went wrong before any attempt is told in its own words, which are the ones that people search for.
  if (failed === null && result.problem !== undefined) return [logLine(result.problem)];
  if (failed === null) return [first, logLine(`buildx failed with: ${problemOf(result)}`)];
  return [
    first,
    ...failureEvidence(result).map((line) => withoutCommands(`  ${line}`)),
    ...failureContext(result).map((line) => `  ${logLine(line)}`),
    logLine(failed.message ?? `buildx failed with: ${failed.lastLine || 'unknown error'}`),
  ];
}

/** The lines that prove it, which the title has not said yet. */
export function failureEvidence(result: Result): readonly string[] {
  const failed = lastFailure(result);
  if (failed === null) return [];
  const title = failureTitle(result);
  const lines = failed.failure.evidence.flatMap((text) => cleanLines(text).split('\n'));
  const fresh = lines
    .map((line) => cleanLine(line))
    .filter((line) => line !== '' && !title.includes(line) && !cleanLine(failed.lastLine).includes(line));
  return [...new Set(fresh)].slice(-REPEATED_LINES);
}

/** Whose fault it is; where a service is at fault, what was tried and what to do next. */
function failureContext(result: Result): readonly string[] {
  const failure = lastFailure(result)?.failure;
  if (failure === undefined) return [];
  if (failure.class === 'user-code') return [innocence(result)];
  const advice = adviceOf(result);
  return [
    ...lostImages(result).map(({ name, tried }) => `No source of ${name}: ${tried}`),
    `${triedText(result)}.`,
    ...(advice === '' ? [] : [advice]),
  ];
}

/** `Not tried again: …`, `Tried 3 times (optimal and resilient): …`. */
function triedText({ attempts }: Result): string {
  const strategies = [...new Set(attempts.map(({ plan }) => plan.strategy))];
  const what =
    attempts.length === 1 ? 'Not tried again' : `Tried ${plural(attempts.length, 'time')} (${listed(strategies)})`;
  const reason = attempts.at(-1)?.next?.reason;
  return reason === undefined ? what : `${what}: ${clause(reason)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
