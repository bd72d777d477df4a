import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../process/write-whole.ts';
import { readReport } from './read-reports.ts';
import type { RunRecord } from './run-record.ts';

/** How many reports may be kept, and how large they may be together. */
export interface StoreLimits {
  readonly keep: number;
  readonly maxBytes: number;
}

/** Names of kept reports sort by time, and tell what was built without being opened. Nothing else is ever removed. */
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-[0-9a-f]{8}-[\w.-]+\.json$/;

export function reportName(startedAtMs: number, subject: string | null, runId: string): string {
  const time = new Date(startedAtMs).toISOString().replaceAll(/[:.]/g, '-');
  return `${time}-${subjectHash(subject)}-${runId.replaceAll(/[^\w.-]+/g, '-')}.json`;
}

function subjectHash(subject: string | null): string {
  return createHash('sha256')
    .update(subject ?? '')
    .digest('hex')
    .slice(0, 8);
}

/** Adds a report, in one step for whoever reads at the same time, and drops the oldest beyond the limits. */
export async function addReport(folder: string, name: string, text: string, limits: StoreLimits): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, name), text);
  await dropOldest(folder, limits);
}

async function dropOldest(folder: string, { keep, maxBytes }: StoreLimits): Promise<void> {
  let bytes = 0;
  for (const [index, name] of (await reportNames(folder)).toReversed().entries()) {
    const path = join(folder, name);
    // Another job may have dropped it meanwhile.
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    bytes += size;
    if (index >= keep || bytes > maxBytes) await rm(path, { force: true });
  }
}

/** The newest runs that built the same, oldest first. */
export async function recentRuns(folder: string, subject: string | null, count: number): Promise<readonly RunRecord[]> {
  const mark = `Z-${subjectHash(subject)}-`;
  const names = (await reportNames(folder)).filter((name) => name.includes(mark));
  return names.slice(-count).flatMap((name) => readReport(join(folder, name)) ?? []);
}

/** Oldest first. */
async function reportNames(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
}
