import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateReports } from '../../__tests__/stats/generate.ts';
import { inMegabytes, inMs, sampleOf, table } from './measure.ts';

const REPORTS = 10_000;

/** Says on stderr what the process took when it ends: kilobytes at most, microseconds of the processor. */
const TELL_USE = `data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('rss='+u.maxRSS+' cpu='+(u.userCPUTime+u.systemCPUTime))})`;

/** The whole process of `smart-docker-build stats` over many generated reports. */
export function benchStats(runs: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-stats-'));
  const reports = join(folder, 'reports');
  mkdirSync(reports);
  let bytes = 0;
  let index = 0;
  for (const text of generateReports({ seed: 1, count: REPORTS })) {
    const file = join(reports, `${index++}.json`);
    writeFileSync(file, text);
    bytes += statSync(file).size;
  }
  const times: number[] = [];
  const memory: number[] = [];
  const processor: number[] = [];
  // The first round warms the disk cache.
  for (let run = 0; run <= runs; run++) {
    const startedAt = performance.now();
    const ended = spawnSync(
      process.execPath,
      ['--import', TELL_USE, 'dist/cli.js', 'stats', reports, '--html', join(folder, 'page.html')],
      { encoding: 'utf8' },
    );
    if (ended.status !== 0) throw new Error(ended.stderr);
    if (run === 0) continue;
    times.push(performance.now() - startedAt);
    const [, kilobytes, microseconds] = /rss=(\d+) cpu=(\d+)/.exec(ended.stderr) ?? [];
    memory.push(Number(kilobytes) * 1024);
    processor.push(Number(microseconds) / 1000);
  }
  rmSync(folder, { recursive: true });
  const title = `${REPORTS.toLocaleString('en')} reports, ${(bytes / 1e6).toFixed(0)} MB`;
  const text = table(
    [title, 'whole process', 'of it on the processor', 'memory'],
    [['stats --html', inMs(sampleOf(times)), inMs(sampleOf(processor)), inMegabytes(sampleOf(memory))]],
  );
  return Promise.resolve(`## Statistics\n\nTarget: under 2 s and 200 MB.\n\n${text}`);
}
