import { blocks, code, prose, table } from './markdown.ts';
import {
  attemptTable,
  binaryTable,
  detailRows,
  healthFacts,
  outageTable,
  pushTable,
  warningTexts,
  type Cell,
  type Table,
} from './results.ts';
import type { Result } from './result.ts';
import { imageName } from './story.ts';

/** What the user gets and did not ask for, or asked for and does not get. */
export function warnings(result: Result): string {
  return warningTexts(result)
    .map((text) => `⚠️ ${prose(text)}`)
    .join('\n\n');
}

/** The binaries, then everything about the image and how it came about. */
export function buildResults(result: Result): string {
  const details = { head: ['Image', { code: imageName(result) }], rows: detailRows(result) };
  return blocks('## Build Results', markdownTable(binaryTable(result)), markdownTable(details), healthList(result));
}

/** The health during the build, a line each. */
function healthList(result: Result): string {
  return healthFacts(result)
    .map((text) => `- ${text}`)
    .join('\n');
}

/** Each attempt with its end and what followed. */
export function attemptsSection(result: Result): string | null {
  const attempts = attemptTable(result);
  return attempts === null ? null : blocks('### Attempts', markdownTable(attempts));
}

/** Which tags arrived, where there is more to say than that the one did. */
export function pushSection(result: Result): string | null {
  const pushed = pushTable(result);
  return pushed === null ? null : blocks('### Tags', markdownTable(pushed));
}

/** What was not well, only if something was. */
export function downSection(result: Result): string | null {
  const outages = outageTable(result);
  return outages === null ? null : blocks('### What was down', markdownTable(outages));
}

function markdownTable({ head, rows }: Table): string {
  return table(
    head.map(markdownCell),
    rows.map((cells) => cells.map(markdownCell)),
  );
}

function markdownCell(cell: Cell): string {
  return typeof cell === 'string' ? prose(cell) : code(cell.code);
}
