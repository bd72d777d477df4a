import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawInputs } from '../inputs/raw.ts';
import { statsPage } from '../stats/page/page.ts';
import { readReports } from '../stats/read-reports.ts';
import { statsText } from '../stats/text.ts';
import type { Streams } from './streams.ts';

/** What `smart-docker-build stats` was asked for. */
export interface StatsQuestion {
  readonly folder: string | null;
  readonly json: boolean;
  /** Where to write the page, or null. */
  readonly html: string | null;
}

/** Counts the reports of a directory and prints what comes of it; gives back the exit code. */
export function printStats(asked: StatsQuestion, raw: RawInputs, { stdout, stderr }: Streams): number {
  const folder = asked.folder ?? (raw('reports-path').text || join(raw('cache-local-path').text, 'reports'));
  if (!existsSync(folder)) {
    stderr.write(`stats: there is no ${folder}; name the directory with the reports\n`);
    return 2;
  }
  try {
    const { stats, skipped } = readReports(folder);
    if (asked.html !== null) {
      writeFileSync(asked.html, statsPage(stats, skipped));
      stderr.write(`Written to ${asked.html}\n`);
    }
    if (asked.json) stdout.write(`${JSON.stringify({ ...stats, skipped }, null, 2)}\n`);
    else if (asked.html === null) stdout.write(statsText(stats, skipped));
    return 0;
  } catch (error) {
    stderr.write(`stats: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}
