import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BuildEntry } from '../report/build-entry.ts';

/*
 * A runner uploads a step's summary when the step ends and shows all of a job when the job ends (actions/runner,
 * FileCommandManager.cs): no step can change what an earlier one has said. So the builds of a job leave what they have to
 * say beside their reports, and the first post step says it once for all.
 */

/** The folder of a build's report, in the runner's folder for temporary files. */
export const REPORT_FOLDER = 'smart-docker-build-report-';
const FILE = 'summary.json';

const Kept = z.object({ job: z.string(), entry: BuildEntry });

/** Which job this is, and where its builds leave their entries. */
export interface Job {
  readonly id: string;
  readonly temp: string;
}

/** The job of a runner; null elsewhere. */
export function jobOf(env: Readonly<Record<string, string | undefined>>): Job | null {
  const { RUNNER_TEMP: temp, GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: job } = env;
  return temp && run && job ? { id: [run, attempt ?? '1', job].join('/'), temp } : null;
}

/** Leaves an entry in a report's folder. */
export async function keepEntry(folder: string, job: Job, entry: BuildEntry): Promise<void> {
  await writeFile(join(folder, FILE), JSON.stringify({ job: job.id, entry }));
}

/** The job's builds so far, the oldest first. What cannot be read is passed over: it is only told less. */
export async function entriesOf(job: Job): Promise<readonly { readonly folder: string; readonly entry: BuildEntry }[]> {
  const names = await readdir(job.temp).catch(() => []);
  const folders = names.filter((name) => name.startsWith(REPORT_FOLDER)).map((name) => join(job.temp, name));
  const found = await Promise.all(folders.map(async (folder) => ({ folder, kept: await read(join(folder, FILE)) })));
  return found
    .flatMap(({ folder, kept }) => (kept?.job === job.id ? [{ folder, entry: kept.entry }] : []))
    .sort((a, b) => a.entry.startedAtMs - b.entry.startedAtMs);
}

async function read(file: string): Promise<z.infer<typeof Kept> | null> {
  try {
    return Kept.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
