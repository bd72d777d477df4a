import { blocks, fence } from '../report/markdown.ts';
import { duration, plural } from '../report/words.ts';
import { spreadOf } from './collector.ts';
import { endOf } from './judge-run.ts';
import type { RunRecord } from './run-record.ts';

/** Builds in the chart. */
export const TREND_RUNS = 20;
/** Fewer builds are no trend. */
const MIN_RUNS = 3;

/** GitHub's own green, amber and red, readable on its light and its dark page, and the grey of the base line. */
const PALETTE = '#2da44e, #bf8700, #cf222e, #8c959f';

/**
 * How this build does beside the last ones of the same image, for the job summary; null while there are too few.
 *
 * @param runs builds of the same image, oldest first, this one last
 */
export function trendSection(runs: readonly RunRecord[]): string | null {
  const builds = runs.filter((run) => isCounted(run)).slice(-TREND_RUNS);
  const last = builds.at(-1);
  if (builds.length < MIN_RUNS || last === undefined) return null;
  const built = builds.filter(({ verdict }) => verdict === 'built');
  const recovered = builds.filter((run) => endOf(run) === 'recovered').length;
  const median = spreadOf(built.map(({ seconds }) => seconds))?.median ?? null;
  const text = [
    `Of the last ${plural(builds.length, 'build')} ${built.length} succeeded`,
    recovered === 0 ? '' : `, ${recovered} of them after a recovery`,
    median === null ? '' : `; half of them took ${duration(median)} or less, this one ${duration(last.seconds)}`,
    '.',
  ].join('');
  return blocks('### Trend', text, fence(chart(builds), 'mermaid'));
}

function isCounted(run: RunRecord): boolean {
  return run.verdict === 'built' || run.verdict === 'failed';
}

/** One bar a build; of the three series at each place two are nothing. */
function chart(builds: readonly RunRecord[]): string {
  const series = (of: (run: RunRecord) => boolean): string =>
    builds.map((run) => (of(run) ? Math.max(0.1, Math.round(run.seconds * 10) / 10) : 0)).join(', ');
  const labels = builds.map((_, index) => (index === builds.length - 1 ? 'this' : `"${index - builds.length + 1}"`));
  return [
    `%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "${PALETTE}"}}}}%%`,
    'xychart-beta',
    '  title "Seconds: green built, amber recovered, red failed"',
    `  x-axis [${labels.join(', ')}]`,
    '  y-axis "seconds"',
    `  bar [${series((run) => endOf(run) === 'built')}]`,
    `  bar [${series((run) => endOf(run) === 'recovered')}]`,
    `  bar [${series((run) => run.verdict === 'failed')}]`,
    // Mermaid draws a nothing as a strip in its series' colour: the last one covers them all.
    `  bar [${series(() => false)}]`,
  ].join('\n');
}
