import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord, type RunRecord } from './run-record.ts';
import { collectStats, type Stats } from './stats.ts';

/** What a folder of reports held. */
export interface ReadReports {
  readonly stats: Stats;
  /** Files that are no report: broken, foreign, or too large. */
  readonly skipped: number;
}

/** A report has some ten thousand bytes; what is larger than this is no report. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Counts every report below a folder. One file after the other, and without waiting in between: thousands of small files
 * are read three times as fast as through promises, and only one is in memory at a time.
 *
 * @throws where the folder itself cannot be read
 */
export function readReports(folder: string): ReadReports {
  const collector = collectStats();
  let skipped = 0;
  for (const file of filesBelow(folder)) {
    const record = file === null ? null : readReport(file);
    if (record === null) skipped += 1;
    else collector.add(record);
  }
  return { stats: collector.result(), skipped };
}

/** One report; null for whatever is none. */
export function readReport(file: string): RunRecord | null {
  try {
    const text = readSmallFile(file);
    return text === null ? null : readRecord(JSON.parse(text));
  } catch {
    return null;
  }
}

function readSmallFile(file: string): string | null {
  // A pipe would wait for its writer.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(descriptor);
    return found.isFile() && found.size <= MAX_BYTES ? readFileSync(descriptor, 'utf8') : null;
  } finally {
    closeSync(descriptor);
  }
}

/** Every file below a folder, by folder and name; null for a folder below it that cannot be read. */
function* filesBelow(folder: string): Generator<string | null> {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      yield path;
      continue;
    }
    try {
      yield* filesBelow(path);
    } catch {
      yield null;
    }
  }
}
