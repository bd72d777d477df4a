import { describe, expect, it } from 'vitest';
import { buildEntry, type BuildEntry } from '../../src/report/build-entry.ts';
import { SUMMARY_LIMIT_BYTES } from '../../src/report/fit.ts';
import { renderJob } from '../../src/report/job-summary.ts';
import { recordLine } from '../../src/report/summary-record.ts';
import { renderSummary } from '../../src/report/summary.ts';
import type { Result } from '../../src/report/result.ts';
import { healthy, recovered } from './fixtures/built.ts';
import { failedUserCode, healthOnly } from './fixtures/failed.ts';
import { hostile, hostileTexts } from './fixtures/hostile.ts';

function entry(result: Result): BuildEntry {
  const made = buildEntry(result, null);
  if (made === null) throw new Error('the fixture has changed');
  return made;
}

const web = entry(healthy);
const worker = entry({ ...recovered, tags: ['ghcr.io/acme/worker:v2', 'ghcr.io/acme/worker:latest'] });
const cron = entry({ ...failedUserCode, tags: ['ghcr.io/acme/cron:v3'] });

describe('one block for a job', () => {
  it('of one build is its summary', () => {
    expect(renderJob([web])).toBe(renderSummary(healthy));
  });

  it('has all builds in a table, failures as they are, and everything else folded', () => {
    const lines = renderJob([web, worker, cron]).split('\n');
    expect(lines.slice(0, 9)).toEqual([
      '### ❌ 1 of 3 builds failed · 1 recovered',
      '',
      '| Build | Result | Time | Steps cached | Size | Digest |',
      '| --- | --- | --- | --- | --- | --- |',
      '| ✅\u00a0`ghcr.io/acme/api:v1.4.2` | pushed | 1m\u00a012s | 1 of 4 (25%) | 8.12\u00a0MB linux/amd64<br>7.65\u00a0MB linux/arm64 | `sha256:1f3c8a0b1f3c…` |',
      expect.stringMatching(
        /^\| ✅\u00a0`ghcr\.io\/acme\/worker:v2` \| pushed, with 1 more tag · recovered from Docker Hub, ghcr\.io, Registry cache and Actions cache \|/,
      ),
      '| ❌\u00a0`ghcr.io/acme/cron:v3` | not built: user-code | 22\u00a0s | 1 of 3 (33%) | – | – |',
      '',
      expect.stringMatching(/^### ❌ `ghcr\.io\/acme\/cron:v3` not built: /),
    ]);
    expect(lines.filter((line) => /^<details><summary>. <code>/u.test(line))).toEqual([
      '<details><summary>✅ <code>ghcr.io/acme/api:v1.4.2</code></summary>',
      '<details><summary>✅ <code>ghcr.io/acme/worker:v2</code></summary>',
      '<details><summary>❌ <code>ghcr.io/acme/cron:v3</code></summary>',
    ]);
    expect(renderJob([web, worker])).toMatch(/^### ✅ 2 builds in 2m 44s · 1 recovered\n/);
  });

  it('of no build is empty', () => {
    expect(renderJob([])).toBe('');
  });

  it('is within what GitHub takes, and the failures stay', () => {
    const large = { ...web, rest: 'é'.repeat(200).concat('\n').repeat(2000) };
    const text = renderJob([large, large, { ...cron, rest: large.rest }]);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
    // The same step says behind it where the build record is.
    const record = { name: 'x'.repeat(200), artifactId: '1', sizeBytes: 1, builds: 1, of: 'y'.repeat(5000) };
    expect(Buffer.byteLength(`${text}\n${recordLine(record, '1')}`)).toBeLessThanOrEqual(1024 * 1024);
    expect(text).toContain('undefined: nope');
    expect(text).toContain('The rest is left out');
  });

  it('has the same structure with any text from outside', () => {
    const skeleton = (text: string): readonly string[] =>
      renderJob([web, entry(hostile(text))])
        .replace(/^(`{3,})[a-z]*\n[^]*?\n\1$/gm, 'FENCE')
        .split('\n')
        .map((row) => /^(?:#+ |<details>|<\/details>|FENCE|\| --- |- |$)/.exec(row)?.[0] ?? `${row.split('|').length}`);
    for (const text of hostileTexts) expect(skeleton(text)).toEqual(skeleton('harmless'));
  });
});

it('a run that was not to build is no build', () => {
  expect(buildEntry(healthOnly, null)).toBeNull();
});
