import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReports } from '../../src/stats/read-reports.ts';
import { addReport, recentRuns, reportName } from '../../src/stats/store.ts';
import { generateReports } from './generate.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stats-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const reports = [...generateReports({ seed: 5, count: 12 })];

test('reports are found in folders below, and what is no report is counted', async () => {
  const mixed = join(folder, 'mixed');
  await mkdir(join(mixed, 'job', 'deep'), { recursive: true });
  for (const [index, text] of reports.entries()) {
    await writeFile(join(mixed, index % 2 === 0 ? 'job/deep' : '', `${index}.json`), text);
  }
  await writeFile(join(mixed, 'half.json'), reports[0]?.slice(0, 500) ?? '');
  await writeFile(join(mixed, 'empty.json'), '');
  await writeFile(join(mixed, 'binary.json'), Buffer.from([0xff, 0xfe, 0, 1]));
  await writeFile(join(mixed, 'notes.txt'), 'foreign');
  await writeFile(join(mixed, 'huge.json'), '');
  await truncate(join(mixed, 'huge.json'), 1_000_000_000);
  await symlink('/nowhere', join(mixed, 'broken-link.json'));
  await symlink(mixed, join(mixed, 'loop.json'));
  execFileSync('mkfifo', [join(mixed, 'pipe.json')]);
  const { stats, skipped } = readReports(mixed);
  expect([stats.runs, skipped]).toEqual([12, 8]);
});

test('an empty folder has no runs', async () => {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  expect(readReports(empty)).toMatchObject({ stats: { runs: 0, fromMs: null, recommendations: [] }, skipped: 0 });
});

test('the newest reports are kept, as many and as large as allowed, and nothing else is touched', async () => {
  const store = join(folder, 'store');
  await mkdir(store);
  await writeFile(join(store, 'mine.txt'), 'keep me');
  const limits = { keep: 3, maxBytes: 1_000_000 };
  for (const [index, text] of reports.entries()) {
    await addReport(store, reportName(index * 1000, 'ghcr.io/acme/api', `run ${index}`), text, limits);
  }
  const names = (await readdir(store)).toSorted();
  expect(names.filter((name) => name.endsWith('.json')).map((name) => /run-\d+/.exec(name)?.[0])).toEqual([
    'run-9',
    'run-10',
    'run-11',
  ]);
  expect(names).toContain('mine.txt');
  const bytes = reports[0]?.length ?? 0;
  await addReport(store, reportName(99_000, null, 'last'), reports[0] ?? '', { keep: 3, maxBytes: bytes + 10 });
  expect((await readdir(store)).filter((name) => name.endsWith('.json'))).toHaveLength(1);
});

test('runs of another image are no part of the trend', async () => {
  const store = join(folder, 'shared');
  for (const [index, text] of reports.entries()) {
    const subject = index % 3 === 0 ? 'ghcr.io/acme/web' : 'ghcr.io/acme/api';
    await addReport(store, reportName(index * 1000, subject, String(index)), text, { keep: 100, maxBytes: 1e9 });
  }
  expect(await recentRuns(store, 'ghcr.io/acme/api', 5)).toHaveLength(5);
  expect(await recentRuns(store, 'ghcr.io/acme/web', 5)).toHaveLength(4);
  expect(await recentRuns(store, 'ghcr.io/acme/other', 5)).toEqual([]);
});
