import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inMs, sampleOf, table } from './measure.ts';

/** Start-up of the bundles up to the end of input parsing (bad input ends them there), beside an empty Node. */
export function benchStart(runs: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const time = (args: readonly string[]): number => {
    const startedAt = performance.now();
    spawnSync(process.execPath, args, { env: { PATH: process.env['PATH'], RUNNER_TEMP: folder }, stdio: 'ignore' });
    return performance.now() - startedAt;
  };
  const times: Record<'empty' | 'action' | 'cli', number[]> = { empty: [], action: [], cli: [] };
  for (let run = 0; run <= runs * 2; run++) {
    const sample = { empty: time(['-e', '0']), action: time(['dist/index.js']), cli: time(['dist/cli.js', '--help']) };
    // The first round warms the disk cache.
    if (run > 0) for (const key of ['empty', 'action', 'cli'] as const) times[key].push(sample[key]);
  }
  rmSync(folder, { recursive: true });
  const size = (file: string): string => `${(statSync(file).size / 1e6).toFixed(2)} MB`;
  const version = /"version": "([^"]+)"/.exec(readFileSync('package.json', 'utf8'))?.[1] ?? '';
  const rows = [
    ['empty Node', inMs(sampleOf(times.empty)), ''],
    ['dist/index.js (bad input)', inMs(sampleOf(times.action)), size('dist/index.js')],
    ['dist/cli.js (--help)', inMs(sampleOf(times.cli)), size('dist/cli.js')],
  ];
  const text = table([`Start-up of version ${version}, Node ${process.versions.node}`, 'whole process', 'size'], rows);
  return Promise.resolve(`## Start-up\n\nTarget: under 200 ms.\n\n${text}`);
}
