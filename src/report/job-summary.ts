import type { BuildEntry } from './build-entry.ts';
import { fitSummary } from './fit.ts';
import { blocks, code, details, prose, table } from './markdown.ts';
import { duration, plural, shortDigest, size } from './words.ts';

/**
 * One block for the builds of a job: what came of each, the failures as they are, everything else folded. Of a single
 * build it is the summary as it is, and of none it is empty.
 */
export function renderJob(entries: readonly BuildEntry[]): string {
  const [first] = entries;
  if (first === undefined) return '';
  if (entries.length === 1) return fitSummary(`${blocks(first.head, first.rest)}\n`);
  const failed = entries.filter(({ isBuilt }) => !isBuilt);
  return fitSummary(
    `${blocks(headline(entries), buildsTable(entries), ...failed.map(({ head }) => head), ...entries.map(fold))}\n`,
  );
}

function headline(entries: readonly BuildEntry[]): string {
  const failed = entries.filter(({ isBuilt }) => !isBuilt).length;
  const recovered = entries.filter(({ isRecovered }) => isRecovered).length;
  const seconds = entries.reduce((sum, entry) => sum + entry.seconds, 0);
  const text =
    failed === 0
      ? `${plural(entries.length, 'build')} in ${duration(seconds)}`
      : `${failed} of ${plural(entries.length, 'build')} failed`;
  return `### ${failed === 0 ? '✅' : '❌'} ${text}${recovered === 0 ? '' : ` · ${recovered} recovered`}`;
}

function buildsTable(entries: readonly BuildEntry[]): string {
  const rows = entries.map((entry) => [
    // The icon stays on the name's line.
    `${entry.icon}\u00a0${code(entry.name)}`,
    prose(entry.outcome),
    unbroken(duration(entry.seconds)),
    prose(entry.cached ?? '–'),
    entry.sizes.length === 0 ? '–' : entry.sizes.map(sizeCell).join('<br>'),
    entry.digest === null ? '–' : code(shortDigest(entry.digest)),
  ]);
  return table(['Build', 'Result', 'Time', 'Steps cached', 'Size', 'Digest'], rows);
}

function sizeCell({ platform, sizeBytes }: BuildEntry['sizes'][number]): string {
  return `${unbroken(size(sizeBytes))} ${prose(platform)}`;
}

/** A narrow column would break a number from its unit. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** A failed build's card stands above; in its fold is what is left. */
function fold(entry: BuildEntry): string {
  const body = entry.isBuilt ? blocks(entry.head, entry.rest) : entry.rest;
  return details(entry.icon, body, entry.name);
}
