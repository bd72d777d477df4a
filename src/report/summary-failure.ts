import { adviceOf, lostImages } from './advice.ts';
import { blocks, code, fence, prose, table } from './markdown.ts';
import { failureEvidence } from './log.ts';
import type { Result } from './result.ts';
import { innocence, lastFailure, problemOf } from './story.ts';
import { clause, duration, plural, serviceName } from './words.ts';

/** Lines of the failed step's own output, and of the Dockerfile around it. */
const SHOWN_LINES = 20;
/** A line in the card ends here: a script that was minified must not push the rest out of the summary. */
const LINE_LENGTH = 500;

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
      : blocks(`**${prose(`${spot.file}:${spot.line}`)}**`, fence(shown(spot.excerpt))),
    ...lastLines(result),
  );
}

/** What the step itself printed; without that, what the failure was recognised by. */
function lastLines(result: Result): readonly string[] {
  const failed = lastFailure(result);
  const own = (failed?.stepLog ?? []).slice(-SHOWN_LINES);
  const proof = failureEvidence(result);
  if (own.length > 0) return ['**Last lines of this step**', fence(shown(own))];
  if (proof.length > 0) return ['**Evidence**', fence(shown(proof))];
  // The words of a build that was ended say nothing about why.
  const last = failed?.lastLine ?? '';
  return /context canceled$/.test(last) ? [] : ['**Evidence**', fence(shown([last]))];
}

/** As much of these lines as a reader takes in; a long instruction shows its beginning. */
function shown(lines: readonly string[]): string {
  const head = lines
    .slice(0, SHOWN_LINES)
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line));
  const rest = lines.length - head.length;
  return [...head, ...(rest > 0 ? [`… ${plural(rest, 'more line')}`] : [])].join('\n');
}

/** Why it was, or was not, tried again. */
function retryText(result: Result): string {
  const failure = lastFailure(result)?.failure;
  const reason = result.attempts.at(-1)?.next?.reason ?? '';
  const tail = reason === '' ? '' : `: ${clause(reason)}`;
  if (failure?.class === 'user-code') return `no${tail}. ${innocence(result)}`;
  const attempts = result.attempts.length;
  const pushes = result.attempts.at(-1)?.pushedAgain;
  if (attempts < 2 && pushes !== undefined && pushes.times > 0) {
    return `yes, pushed again ${plural(pushes.times, 'time')} from what was built${tail}`;
  }
  if (attempts < 2) return `no${tail}`;
  const seconds = result.attempts.reduce((sum, attempt) => sum + attempt.seconds, 0);
  return `yes, ${plural(attempts, 'attempt')} in ${duration(seconds)}${tail}`;
}
