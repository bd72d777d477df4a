import { expect, test } from 'vitest';
import { reportOf } from '../../src/report/report.ts';
import { readRecord, type RunRecord } from '../../src/stats/run-record.ts';
import { statsPage } from '../../src/stats/page/page.ts';
import { statsText } from '../../src/stats/text.ts';
import { trendSection } from '../../src/stats/trend-section.ts';
import { healthy, recovered } from '../report/fixtures/built.ts';
import { failedInfrastructure } from '../report/fixtures/failed.ts';
import { hostile, hostileTexts } from '../report/fixtures/hostile.ts';
import type { Result } from '../../src/report/result.ts';
import { generatedStats, statsOf } from './collected.ts';

const stats = generatedStats({ seed: 7, count: 300 });

test('the page needs nothing from elsewhere and runs nothing', () => {
  const page = statsPage(stats, 2);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).toContain('@media (prefers-color-scheme: dark)');
  expect(page).not.toMatch(/<script|<link|<img|url\(|@import|\son\w+=|href=/i);
});

test('what reports say is text on the page, never markup', () => {
  const reports = [...hostileTexts, '"><script>alert(1)</script>', "' onload='alert(1)", '<svg/onload=alert(1)>'];
  const page = statsPage(statsOf(reports.map((text) => JSON.stringify(reportOf(hostile(text))))), 0);
  expect(page).not.toMatch(/<script|<img|<a[ >]|<iframe|<svg\/|<g\s+on/i);
  // Every tag is one of the page's own.
  const tags = new Set([...page.matchAll(/<\/?([^\s>/]+)/g)].map(([, name = '']) => name));
  const known =
    '!doctype html head meta title style body main h1 h2 p div section b br code span ol li ul svg g text rect line path circle details summary table tr th td'.split(
      ' ',
    );
  expect([...tags].filter((tag) => !known.includes(tag))).toEqual([]);
});

test('nothing on the page is not a number', () => {
  for (const text of [statsPage(stats, 0), statsPage(statsOf([]), 0), statsText(stats, 1)])
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
});

test('the text in a terminal', () => {
  const text = statsText(stats, 1);
  expect(text.split('\n')[0]).toBe('300 runs, 2026-09-24 to 2027-01-21; 1 file skipped that is no report');
  for (const title of ['By strategy', 'Where the time goes', 'Slowest steps', 'Caches', 'What failed', 'Services'])
    expect(text).toContain(`\n${title}\n`);
});

function runOf(result: Result): RunRecord {
  const record = readRecord(JSON.parse(JSON.stringify(reportOf(result))));
  if (record === null) throw new Error('no report');
  return record;
}

test('a trend needs three builds', () => {
  expect(trendSection([runOf(healthy), runOf(healthy)])).toBeNull();
});

test('the trend of a job summary', () => {
  const runs = [healthy, recovered, failedInfrastructure, healthy].map(runOf);
  expect(trendSection(runs)).toBe(`### Trend

Of the last 4 builds 3 succeeded, 1 of them after a recovery; half of them took 1m 12s or less, this one 1m 12s.

\`\`\`mermaid
%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#2da44e, #bf8700, #cf222e, #8c959f"}}}}%%
xychart-beta
  title "Seconds: green built, amber recovered, red failed"
  x-axis ["-3", "-2", "-1", this]
  y-axis "seconds"
  bar [72.2, 0, 0, 72.2]
  bar [0, 91.3, 0, 0]
  bar [0, 0, 74.9, 0]
  bar [0, 0, 0, 0]
\`\`\``);
});
