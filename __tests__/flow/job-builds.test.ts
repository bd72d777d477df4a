import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entriesOf, jobOf, keepEntry, REPORT_FOLDER, type Job } from '../../src/flow/job-builds.ts';
import { buildEntry, type BuildEntry } from '../../src/report/build-entry.ts';
import { healthy } from '../report/fixtures/built.ts';

const env = { GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '2', GITHUB_JOB: 'build' };
let temp = '';
beforeEach(async () => (temp = await mkdtemp(join(tmpdir(), 'job-builds-'))));
afterEach(async () => await rm(temp, { recursive: true, force: true }));

function job(more: Readonly<Record<string, string>> = {}): Job {
  const found = jobOf({ RUNNER_TEMP: temp, ...env, ...more });
  if (found === null) throw new Error('this is a job');
  return found;
}

async function keep(name: string, of: Job, startedAtMs: number): Promise<BuildEntry> {
  const entry = { ...buildEntry(healthy, null)!, startedAtMs };
  await mkdir(join(temp, REPORT_FOLDER + name));
  await keepEntry(join(temp, REPORT_FOLDER + name), of, entry);
  return entry;
}

test('the builds of this job, the oldest first', async () => {
  const second = await keep('a', job(), 2);
  const first = await keep('b', job(), 1);
  await keep('c', job({ GITHUB_RUN_ATTEMPT: '1' }), 3);
  expect((await entriesOf(job())).map(({ entry }) => entry)).toEqual([first, second]);
});

test('what is no entry is passed over', async () => {
  await mkdir(join(temp, `${REPORT_FOLDER}x`));
  await mkdir(join(temp, `${REPORT_FOLDER}y`));
  await writeFile(join(temp, `${REPORT_FOLDER}x`, 'summary.json'), '{"job":"7/2/build","entry":{}}');
  expect(await entriesOf(job())).toEqual([]);
  expect(await entriesOf({ ...job(), temp: join(temp, 'nothing') })).toEqual([]);
});

test('outside of a runner there is no job', () => {
  expect(jobOf({})).toBeNull();
  expect(jobOf({ RUNNER_TEMP: temp, GITHUB_RUN_ID: '7' })).toBeNull();
});
