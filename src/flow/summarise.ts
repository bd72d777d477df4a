import { buildEntry } from '../report/build-entry.ts';
import { renderJob } from '../report/job-summary.ts';
import type { Result } from '../report/result.ts';
import { renderSummary } from '../report/summary.ts';
import { entriesOf, jobOf, keepEntry } from './job-builds.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Write = (text: string) => Promise<void>;

/**
 * Leaves what this build has to say to the post step: one block for all builds of the job. What did not build, and what
 * runs in no job, is said at once.
 *
 * @param folder where the report of this build is
 */
export async function summarise(
  safe: Result,
  trend: string | null,
  folder: string,
  env: Env,
  write: Write,
): Promise<void> {
  const job = jobOf(env);
  const entry = buildEntry(safe, trend);
  if (job === null || entry === null) await write(renderSummary(safe, trend));
  else await keepEntry(folder, job, entry);
}

/** What the builds of this job have left to say; the first post step says it for all of them. */
export async function summariseJob(env: Env, write: Write): Promise<void> {
  const job = jobOf(env);
  if (job === null) return;
  const builds = (await entriesOf(job)).filter(({ entry }) => !entry.shown);
  if (builds.length === 0) return;
  await write(renderJob(builds.map(({ entry }) => entry)));
  for (const { folder, entry } of builds) await keepEntry(folder, job, { ...entry, shown: true });
}
