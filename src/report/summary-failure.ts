import { adviceOf, lostImages } from './advice.ts';
import { blocks, code, fence, prose, table } from './markdown.ts';
import { failureEvidence } from './log.ts';
import type { Result } from './result.ts';
import { innocence, lastFailure, problemOf } from './story.ts';
import { clause, duration, plural, serviceName } from './words.ts';

/** Lines of the failed step's own output. */
const SHOWN_LINES = 20;

/** The card of a failed build: what to do, what failed where, in its own words, and why it was or was not tried again. */
export function failureCard(result: Result): string {
  const failed = lastFailure(result);
  if (failed === null) return blocks(`**What to do next:** ${prose(adviceOf(result))}`, fence(problemOf(result)));
  const { failure } = failed;
  const advice = adviceOf(result);
  const spot = failure.dockerfile;
  return blocks(
    advice === '' ? null : `**What to do next:** ${prose(advice)}`,
    table(
      ['Class', code(failure.class)],
      [
        ...(failure.step === null ? [] : [['Step', code(failure.step.name)]]),
        ...(failure.component === null ? [] : [['Service', prose(serviceName(failure.component))]]),
        ...lostImages(result).map(({ name, tried }) => [`Sources of ${code(name)}`, prose(tried)]),
        ['Retried', prose(retryText(result))],
      ],
    ),
    spot === null || spot.excerpt.length === 0
      ? null
      : blocks(`**${prose(`${spot.file}:${spot.line}`)}**`, fence(spot.excerpt.join('\n'))),
    ...lastLines(result),
  );
}

/** What the step itself printed; without that, what the failure was recognised by. */
function lastLines(result: Result): readonly string[] {
  const failed = lastFailure(result);
  const own = (failed?.stepLog ?? []).slice(-SHOWN_LINES);
  const proof = failureEvidence(result);
  if (own.length > 0) return ['**Last lines of this step**', fence(own.join('\n'))];
  return ['**Evidence**', fence(proof.length > 0 ? proof.join('\n') : (failed?.lastLine ?? ''))];
}

/** Why it was, or was not, tried again. */
function retryText(result: Result): string {
  const failure = lastFailure(result)?.failure;
  const reason = result.attempts.at(-1)?.next?.reason ?? '';
  const tail = reason === '' ? '' : `: ${clause(reason)}`;
  if (failure?.class === 'user-code') return `no${tail}. ${innocence(result)}`;
  const attempts = result.attempts.length;
  if (attempts < 2) return `no${tail}`;
  const seconds = result.attempts.reduce((sum, attempt) => sum + attempt.seconds, 0);
  return `yes, ${plural(attempts, 'attempt')} in ${duration(seconds)}${tail}`;
}
