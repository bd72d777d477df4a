import { fitSummary } from './fit.ts';
import { blocks, code, fence, prose } from './markdown.ts';
import { diagnostics } from './diagnostics.ts';
import type { Result } from './result.ts';
import { planText } from './plan-text.ts';
import { verdict } from './story.ts';
import { failureCard } from './summary-failure.ts';
import { folded } from './summary-folded.ts';
import { healthSummary } from './summary-health.ts';
import { scanSection } from './summary-scan.ts';
import { attemptsSection, buildResults, downSection, pushSection, warnings } from './summary-results.ts';
import { timeline } from './timeline.ts';
import { repositoryOf } from './words.ts';

/**
 * The job summary: its first line answers the question, the rest proves it.
 *
 * @param trend a section about earlier builds, as markdown; null for none
 */
export function renderSummary(result: Result, trend: string | null = null): string {
  const { head, rest } = summaryParts(result, trend);
  return fitSummary(`${blocks(head, rest)}\n`);
}

/** The summary in two: what must be seen, which a failure's card is a part of, and what can be folded. */
export function summaryParts(result: Result, trend: string | null): { readonly head: string; readonly rest: string } {
  const first = headline(result);
  if (result.planned !== undefined) return { head: first, rest: fence(planText(result, result.planned)) };
  if (result.verdict === 'health') return { head: first, rest: healthSummary(result) };
  const chart = timeline(result);
  return {
    head: blocks(first, result.verdict === 'failed' ? failureCard(result) : pullCommand(result), warnings(result)),
    rest: blocks(
      buildResults(result),
      pushSection(result),
      downSection(result),
      scanSection(result),
      attemptsSection(result),
      chart === null ? null : blocks('### Timeline', fence(chart, 'mermaid')),
      trend,
      result.verdict === 'failed' ? fence(diagnostics(result)) : null,
      folded(result),
    ),
  };
}

function headline(result: Result): string {
  const { icon, subject, text } = verdict(result);
  return `### ${[icon, code(subject), inWords(text)].filter((part) => part !== '').join(' ')}`;
}

/** A failed instruction is one piece of code, however many of its words markdown would leave alone. */
const INSTRUCTION = /^(.*?)\b((?:RUN|COPY|ADD|FROM|WORKDIR) .+?)( failed\b.*)$/;

function inWords(text: string): string {
  const [, before = '', instruction, after = ''] = INSTRUCTION.exec(text) ?? [];
  if (instruction === undefined) return prose(text);
  return [prose(before), code(instruction), prose(after)].filter((part) => part !== '').join(' ');
}

/** The image as others get it, by what cannot change. */
function pullCommand(result: Result): string | null {
  const { image } = result;
  if (image?.where !== 'registry' || image.digest === null) return null;
  return fence(`docker pull ${repositoryOf(image.reference)}@${image.digest}`, 'sh');
}
