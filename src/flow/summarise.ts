import { buildEntry } from '../report/build-entry.ts';
import { renderJob, renderNext } from '../report/job-summary.ts';
import type { Result } from '../report/result.ts';
import { renderSummary } from '../report/summary.ts';
import { entriesOf, jobOf, keepEntry } from './job-builds.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Write = (text: string) => Promise<void>;

/**
 * Writes the step's summary, which of a later build shows the earlier ones as well. In the form of
 * docker/build-push-action it is left to the post step, as there: one block for all builds of the job.
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
  if (job === null || entry === null) {
    await write(renderSummary(safe, trend));
    return;
  }
  const before = (await entriesOf(job)).map((build) => build.entry);
  const isLater = safe.inputs.form === 'drop-in';
  await keepEntry(folder, job, { ...entry, shown: !isLater });
  if (!isLater) await write(renderNext(before, entry));
}

/** What the builds of this job have left to say; the first post step says it for all of them. */
export async function summariseJob(env: Env, write: Write): Promise<void> {
  const job = jobOf(env);
  if (job === null) return;
  const builds = await entriesOf(job);
  const text = renderJob(builds.map(({ entry }) => entry));
  if (text === '') return;
  await write(text);
  for (const { folder, entry } of builds) await keepEntry(folder, job, { ...entry, shown: true });
}
