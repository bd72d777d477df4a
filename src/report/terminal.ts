import { adviceOf } from './advice.ts';
import { cleanLines, logLine, withoutCommands } from './clean.ts';
import { columns } from './columns.ts';
import { diagnostics } from './diagnostics.ts';
import { healthLines } from './log-health.ts';
import { failureLines } from './log.ts';
import {
  attemptTable,
  binaryTable,
  detailRows,
  healthFacts,
  outageTable,
  warningTexts,
  type Cell,
  type Table,
} from './results.ts';
import { planText } from './plan-text.ts';
import type { Result } from './result.ts';
import { lastFailure, verdict } from './story.ts';
import { repositoryOf } from './words.ts';

export interface TerminalOptions {
  /** Colours and bold, for a terminal that shows them. */
  readonly colors: boolean;
}

type Paint = (text: string) => string;
interface Paints {
  readonly bold: Paint;
  readonly verdict: Paint;
}

/** The summary for a terminal: the same words as on GitHub, without markup and without what is folded there. */
export function renderTerminal(result: Result, options: TerminalOptions): string {
  if (result.planned !== undefined) return `${planText(result, result.planned)}\n`;
  const paints = paintsFor(result, options.colors);
  const { icon, subject, text } = verdict(result);
  const title = [icon, paints.bold(logLine(subject)), logLine(text)].filter((part) => part !== '').join(' ');
  const sections = result.verdict === 'health' ? healthSections(result) : buildSections(result);
  const shown = sections.filter(({ lines }) => lines.length > 0).map((section) => sectionText(section, paints));
  return `${[paints.verdict(title), ...shown].join('\n\n')}\n`;
}

interface Section {
  readonly title: string | null;
  readonly lines: readonly string[];
}

function healthSections(result: Result): readonly Section[] {
  return [
    { title: 'Health', lines: healthLines(result.health) },
    { title: null, lines: healthFacts(result).slice(1) },
  ];
}

function buildSections(result: Result): readonly Section[] {
  const failed = result.verdict === 'failed';
  return [
    { title: null, lines: failed ? excerptLines(result) : [] },
    { title: null, lines: failed ? cardLines(result) : pullLines(result) },
    { title: null, lines: warningTexts(result).map((text) => `⚠️ ${logLine(text)}`) },
    { title: 'Build Results', lines: tableLines(binaryTable(result)) },
    { title: null, lines: columns(detailRows(result).map((row) => row.map(cellText))) },
    { title: null, lines: healthFacts(result) },
    { title: 'What was down', lines: tableLines(outageTable(result)) },
    { title: 'Attempts', lines: tableLines(attemptTable(result)) },
    { title: null, lines: failed ? diagnostics(result).split('\n') : [] },
  ];
}

function pullLines(result: Result): readonly string[] {
  const { image } = result;
  if (image?.where !== 'registry' || image.digest === null) return [];
  return [`docker pull ${repositoryOf(image.reference)}@${image.digest}`];
}

function excerptLines(result: Result): readonly string[] {
  const excerpt = lastFailure(result)?.failure.dockerfile?.excerpt ?? [];
  return excerpt.flatMap((line) => cleanLines(line).split('\n')).map((line) => withoutCommands(line));
}

/** The failure's own lines, and what to do next. */
function cardLines(result: Result): readonly string[] {
  const advice = logLine(adviceOf(result));
  const [, ...rest] = failureLines(result).map((line) => line.trim());
  return [...rest.filter((line) => line !== advice), ...(advice === '' ? [] : [`Next: ${advice}`])];
}

function tableLines(table: Table | null): readonly string[] {
  return table === null ? [] : columns([table.head, ...table.rows].map((row) => row.map(cellText)));
}

function cellText(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.code;
}

function sectionText({ title, lines }: Section, paints: Paints): string {
  const body = lines.map((line) => `  ${line}`);
  return [...(title === null ? [] : [paints.bold(title)]), ...body].join('\n');
}

function paintsFor(result: Result, colors: boolean): Paints {
  const paint =
    (open: number, close: number): Paint =>
    (text) =>
      colors ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  const green = paint(32, 39);
  const red = paint(31, 39);
  const isGood = result.verdict === 'built' || result.verdict === 'health';
  return { bold: paint(1, 22), verdict: isGood ? green : red };
}
