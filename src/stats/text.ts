import { columns } from '../report/columns.ts';
import { logLine } from '../report/clean.ts';
import { duration, latency, plural, serviceName } from '../report/words.ts';
import { shareOf } from './collector.ts';
import type { Stats } from './stats.ts';
import { percent } from './words.ts';

/** A table of plain texts; every rendering escapes them in its own way. */
export interface StatsTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What all renderings of the statistics say in their first lines. */
export function headlines(stats: Stats, skipped: number): readonly string[] {
  const { runs, ends, fromMs, toMs } = stats;
  const builds = ends.built + ends.recovered + ends.ownFault + ends.infrastructure;
  const time = fromMs === null || toMs === null ? '' : `, ${dayOf(fromMs)} to ${dayOf(toMs)}`;
  const left =
    skipped === 0 ? '' : `; ${plural(skipped, 'file')} skipped that ${skipped === 1 ? 'is' : 'are'} no report`;
  const wanted = builds - ends.ownFault;
  const good = ends.built + ends.recovered;
  return [
    `${plural(runs, 'run')}${time}${left}`,
    ...(builds === 0
      ? []
      : [
          `${good} of ${wanted} builds succeeded that could (${percent(shareOf(good, wanted))}), ${ends.recovered} of them after a recovery; ${plural(ends.infrastructure, 'build')} lost to the infrastructure, ${ends.ownFault} failed on their own.`,
        ]),
    ...(ends.recoveryCost === null || ends.recoveryCost.total === 0
      ? []
      : [
          `Recoveries cost ${duration(ends.recoveryCost.total)} in all, at most ${duration(ends.recoveryCost.max)} each.`,
        ]),
  ];
}

function dayOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().slice(0, 10);
}

/** Rows of the tables that could be long. */
const ROWS = 15;

/** The tables, without those that would be empty. */
export function statsTables(stats: Stats): readonly StatsTable[] {
  const tables: readonly StatsTable[] = [
    {
      title: 'By strategy',
      head: ['Strategy', 'Builds', 'Success', 'Stumbled', 'Median', '9 of 10 in'],
      rows: stats.strategies.map(({ strategy, runs, successRate, stumbled, seconds }) => [
        strategy,
        String(runs),
        percent(successRate),
        String(stumbled),
        ...(seconds === null ? ['', ''] : [duration(seconds.median), duration(seconds.p90)]),
      ]),
    },
    {
      title: 'Where the time goes',
      head: ['Phase', 'Builds', 'Median', '9 of 10 in', 'In all'],
      rows: stats.phases.map(({ phase, count, median, p90, total }) => [
        phase,
        String(count),
        duration(median),
        duration(p90),
        duration(total),
      ]),
    },
    {
      title: 'Slowest steps',
      head: ['In all', 'Ran', 'Cached', 'Median', '9 of 10 in', 'Step'],
      rows: stats.slowestSteps.map(({ name, runs, cached, seconds }) => [
        duration(seconds.total),
        String(runs),
        String(cached),
        duration(seconds.median),
        duration(seconds.p90),
        name,
      ]),
    },
    {
      title: 'Caches',
      head: ['Backend', 'Asked', 'Hits', 'Failed', 'With a hit', 'Without', 'Exports', 'Lost exports'],
      rows: stats.caches.map(({ backend, imports, hitRate, exports, withHit, withoutHit }) => [
        backend,
        String(imports.asked),
        imports.asked === 0 ? '' : percent(hitRate),
        String(imports.failed),
        withHit === null ? '' : duration(withHit.median),
        withoutHit === null ? '' : duration(withoutHit.median),
        String(exports.asked),
        String(exports.failed + exports.cutShort),
      ]),
    },
    {
      title: 'What failed',
      head: ['Class', 'At', 'Attempts', 'Recovered', 'Cost each', 'In all'],
      rows: stats.failures
        .slice(0, ROWS)
        .map((failure) => [
          failure.class,
          failure.component === null ? '' : serviceName(failure.component),
          String(failure.attempts),
          failure.ownFault ? 'own fault' : String(failure.recovered),
          duration(failure.cost.median),
          duration(failure.cost.total),
        ]),
    },
    {
      title: 'Services',
      head: ['Service', 'Checks', 'Down', 'Out of pulls', 'Slow', 'Median', '9 of 10 in'],
      rows: stats.sources.services
        .slice(0, ROWS)
        .map(({ name, checks, down, limited, slow, latencyMs }) => [
          serviceName(name),
          String(checks),
          String(down),
          String(limited),
          String(slow),
          ...(latencyMs === null ? ['', ''] : [latency(latencyMs.median), latency(latencyMs.p90)]),
        ]),
    },
    {
      title: 'Mirrors',
      head: ['Mirror', 'Of', 'Asked', 'Served', 'Other digest', 'Used', 'Median'],
      rows: stats.sources.mirrors
        .slice(0, ROWS)
        .map(({ host, upstream, asked, up, stale, chosen, latencyMs }) => [
          host,
          upstream,
          String(asked),
          percent(shareOf(up, asked)),
          String(stale),
          String(chosen),
          latencyMs === null ? '' : latency(latencyMs.median),
        ]),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

/** The statistics for a terminal. */
export function statsText(stats: Stats, skipped: number): string {
  const tables = statsTables(stats).map(({ title, head, rows }) => [title, ...columns([head, ...rows]).map(indented)]);
  const advice = stats.recommendations.flatMap(({ advice: what, evidence, setting, value }) => [
    indented(logLine(`${what} ${setting}${value === null ? '' : `=${value}`}`)),
    indented(indented(logLine(evidence))),
  ]);
  const sections = [
    headlines(stats, skipped),
    ...tables,
    ...(advice.length === 0 ? [] : [['Recommendations', ...advice]]),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function indented(line: string): string {
  return `  ${line}`;
}
