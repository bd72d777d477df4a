import { generateReports } from './generate.ts';
import { readRecord } from '../../src/stats/run-record.ts';
import { collectStats, type Stats } from '../../src/stats/stats.ts';

/** The statistics of generated reports. */
export function generatedStats(month: Parameters<typeof generateReports>[0]): Stats {
  return statsOf(generateReports(month));
}

export function statsOf(reports: Iterable<string>): Stats {
  const collector = collectStats();
  for (const text of reports) {
    const record = readRecord(JSON.parse(text));
    if (record === null) throw new Error('no report');
    collector.add(record);
  }
  return collector.result();
}
