import { duration, serviceName } from '../../report/words.ts';
import { shareOf } from '../collector.ts';
import type { Stats } from '../stats.ts';
import { headlines, statsTables, type StatsTable } from '../text.ts';
import type { TrendDay } from '../trend.ts';
import { percent } from '../words.ts';
import { STYLE } from './style.ts';
import { barList, line, stackedColumns, textOf, type Column, type Tone } from './svg.ts';

/** Columns of a chart over time; more days are put together. */
const MAX_COLUMNS = 60;

/** The statistics as one HTML file that needs nothing else, runs nothing and asks nobody. */
export function statsPage(stats: Stats, skipped: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>smart-docker-build: builds in numbers</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Builds in numbers</h1>
${headlines(stats, skipped)
  .map((text) => `<p class="quiet">${textOf(text)}</p>`)
  .join('\n')}
${figures(stats)}
${recommendations(stats)}
${charts(stats).join('\n')}
${tables(stats)}
</main>
</body>
</html>
`;
}

function figures({ ends, failures, strategies }: Stats): string {
  const good = ends.built + ends.recovered;
  const wanted = good + ends.infrastructure;
  const lost = failures.filter(({ ownFault }) => !ownFault).reduce((sum, { cost }) => sum + cost.total, 0);
  const usual = strategies.find(({ seconds }) => seconds !== null)?.seconds ?? null;
  const shown: readonly (readonly [string, string])[] = [
    [wanted === 0 ? '–' : percent(shareOf(good, wanted)), 'of the builds that could succeeded'],
    [String(ends.recovered), 'recovered'],
    [String(ends.infrastructure), 'lost to the infrastructure'],
    [usual === null ? '–' : duration(usual.median), 'a usual build'],
    [duration(lost), 'cost of outages'],
  ];
  return `<div class="figures">${shown.map(([value, name]) => `<section><b>${textOf(value)}</b>${textOf(name)}</section>`).join('')}</div>`;
}

function recommendations({ recommendations: all }: Stats): string {
  if (all.length === 0) return '';
  const items = all.map(({ advice, evidence, setting, value }) => {
    const change = value === null ? setting : `${setting}=${value}`;
    return `<li>${textOf(advice)} <code>${textOf(change)}</code><br><span class="quiet">${textOf(evidence)}</span></li>`;
  });
  return `<section class="wide"><h2>What to change</h2><ol>${items.join('')}</ol></section>`;
}

function charts(stats: Stats): readonly string[] {
  const days = grouped(stats.trend);
  const wide = stats.trend.length === 0 ? [] : [card('Builds over time', `${buildsOverTime(days)}${legend()}`, 'wide')];
  const small = [
    stats.trend.length < 2 ? '' : card('Seconds of a build (median)', secondsOverTime(days)),
    stats.strategies.length === 0 ? '' : card('Time by strategy (median, and nine of ten)', strategyBars(stats)),
    stats.phases.length === 0 ? '' : card('Where the time goes (median, and nine of ten)', phaseBars(stats)),
    stats.caches.some(({ imports }) => imports.asked > 0) ? card('Cache hits', cacheBars(stats)) : '',
    stats.failures.length === 0 ? '' : card('What failures cost', failureBars(stats)),
  ];
  const steps = stats.slowestSteps.length === 0 ? '' : card('Slowest steps (in all)', stepBars(stats), 'wide');
  return [...wide, `<div class="grid-2">${small.join('')}</div>`, steps];
}

function card(title: string, body: string, kind = ''): string {
  return `<section class="${kind}"><h2>${textOf(title)}</h2>${body}</section>`;
}

interface Group extends Omit<TrendDay, 'day'> {
  readonly label: string;
}

/** Days in the order of the calendar, several in one column where there are many. */
function grouped(trend: readonly TrendDay[]): readonly Group[] {
  const size = Math.max(1, Math.ceil(trend.length / MAX_COLUMNS));
  return Array.from({ length: Math.ceil(trend.length / size) }, (_, index) => {
    const days = trend.slice(index * size, (index + 1) * size);
    const total = (of: (day: TrendDay) => number): number => days.reduce((sum, day) => sum + of(day), 0);
    const times = days.flatMap(({ medianSeconds }) => medianSeconds ?? []).toSorted((a, b) => a - b);
    return {
      label: days[0]?.day ?? '',
      built: total(({ built }) => built),
      recovered: total(({ recovered }) => recovered),
      failed: total(({ failed }) => failed),
      ownFault: total(({ ownFault }) => ownFault),
      medianSeconds: times[Math.floor((times.length - 1) / 2)] ?? null,
      lowestScore: Math.min(...days.map(({ lowestScore }) => lowestScore)),
    };
  });
}

const PARTS: readonly { readonly key: 'built' | 'recovered' | 'failed' | 'ownFault'; name: string; tone: Tone }[] = [
  { key: 'built', name: 'built', tone: 'good' },
  { key: 'recovered', name: 'recovered', tone: 'warn' },
  { key: 'failed', name: 'lost to the infrastructure', tone: 'bad' },
  { key: 'ownFault', name: 'failed on their own', tone: 'own' },
];

function buildsOverTime(days: readonly Group[]): string {
  const columns = days.map((day): Column => ({
    label: day.label,
    parts: PARTS.map(({ key, name, tone }) => ({ name, tone, value: day[key] })),
  }));
  return stackedColumns('Builds over time', columns, 'whole');
}

function legend(): string {
  const items = PARTS.map(
    ({ name, tone }) =>
      `<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="s-${tone}" width="10" height="10" rx="2"/></svg>${textOf(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function secondsOverTime(days: readonly Group[]): string {
  const points = days.map(({ label, medianSeconds }) => {
    return { label, value: medianSeconds, text: medianSeconds === null ? '' : duration(medianSeconds) };
  });
  return line('Seconds of a build', points, (seconds) => duration(seconds), 'half');
}

function strategyBars({ strategies }: Stats): string {
  const bars = strategies.flatMap(({ strategy, seconds, successRate }) =>
    seconds === null ? [] : [spread(strategy, seconds, `, ${percent(successRate)} succeed`)],
  );
  return barList('Time by strategy', bars, 'half');
}

function phaseBars({ phases }: Stats): string {
  return barList(
    'Where the time goes',
    phases.map((phase) => spread(phase.phase, phase)),
    'half',
  );
}

function spread(
  label: string,
  { median, p90 }: { median: number; p90: number },
  more = '',
): Parameters<typeof barList>[1][number] {
  return { label, value: median, mark: p90, tone: 'plain', text: `${duration(median)}${more}` };
}

function cacheBars({ caches }: Stats): string {
  const bars = caches
    .filter(({ imports }) => imports.asked > 0)
    .map(({ backend, hitRate, imports }) => {
      const tone: Tone = hitRate >= 0.5 ? 'good' : hitRate >= 0.2 ? 'warn' : 'bad';
      return { label: backend, value: hitRate, tone, text: `${percent(hitRate)} of ${imports.asked}` };
    });
  return barList('Cache hits', bars, 'half', 1);
}

/** Rows of a chart. */
const ROWS = 10;

function failureBars({ failures }: Stats): string {
  const bars = failures.slice(0, ROWS).map(({ class: kind, component, cost, attempts, ownFault }) => {
    const label = component === null ? kind : `${serviceName(component)}: ${kind}`;
    const tone: Tone = ownFault ? 'own' : 'bad';
    return { label, value: cost.total, tone, text: `${duration(cost.total)}, ${attempts} times` };
  });
  return barList('What failures cost', bars, 'half');
}

function stepBars({ slowestSteps }: Stats): string {
  const bars = slowestSteps.map(({ name, seconds, runs }) => {
    return {
      label: name,
      value: seconds.total,
      tone: 'soft' as const,
      text: `${duration(seconds.total)}, ${runs} times`,
    };
  });
  return barList('Slowest steps', bars, 'whole');
}

function tables(stats: Stats): string {
  const all = statsTables(stats).map((table) => `<h2>${textOf(table.title)}</h2>${tableOf(table)}`);
  return `<section class="wide"><details><summary>All numbers</summary>${all.join('')}</details></section>`;
}

function tableOf({ head, rows }: StatsTable): string {
  const isNumber = (column: number): boolean =>
    rows.every((row) => /^[\d.]*( ?(%|ms|s|m|h|d|\d)[\d smhd]*)?$/.test(row[column] ?? ''));
  const cell = (tag: 'th' | 'td', text: string, column: number): string =>
    `<${tag}${isNumber(column) ? '' : ' class="name"'}>${textOf(text)}</${tag}>`;
  const lineOf = (tag: 'th' | 'td', cells: readonly string[]): string =>
    `<tr>${cells.map((text, column) => cell(tag, text, column)).join('')}</tr>`;
  return `<div class="scroll"><table>${lineOf('th', head)}${rows.map((row) => lineOf('td', row)).join('')}</table></div>`;
}
