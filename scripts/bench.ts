/**
 * Whole-process figures of the action, in the outage lab: beside a bare `docker buildx build` with the same flags, and the
 * time to a plan in every outage. Ratios of one run; absolute times say little about another machine.
 *
 *   npm run bench                     prints
 *   npm run bench -- --write          and writes docs/benchmarks.md
 *   npm run bench -- --beside PATH    also beside a checkout of docker/build-push-action
 *   npm run bench -- --only finals,recovery   these of start, beside, overhead, plan, sources, finals, recovery, stats
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startLab } from '../__tests__/lab/lab.ts';
import { benchFinals } from './bench/finals.ts';
import { benchBeside } from './bench/beside.ts';
import { benchOverhead } from './bench/overhead.ts';
import { benchPlan } from './bench/plan.ts';
import { benchRecovery } from './bench/recovery.ts';
import { benchSources } from './bench/sources.ts';
import { benchStart } from './bench/start.ts';
import { benchStats } from './bench/stats.ts';

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    beside: { type: 'string' },
    only: { type: 'string' },
    lab: { type: 'string', default: 'bench' },
  },
});
const runs = Number(values.runs);

const lab = await startLab({ name: values.lab });
/** The sections of the page by their headings, in order; one that needs more than a lab is left out where it is not there. */
const sections: readonly (readonly [name: string, heading: string, run: () => Promise<string> | null])[] = [
  ['start', 'Start-up', () => benchStart(runs)],
  [
    'beside',
    'Beside docker/build-push-action',
    () => (values.beside === undefined ? null : benchBeside(values.beside, runs * 10)),
  ],
  ['overhead', 'Overhead in a healthy world', () => benchOverhead(lab, runs)],
  ['plan', 'From start to plan', () => benchPlan(lab)],
  ['sources', 'Sources', () => benchSources(lab, runs)],
  ['finals', 'Final errors', () => benchFinals(lab, runs)],
  ['recovery', 'Cost of an outage', () => benchRecovery(lab, Math.min(runs, 3))],
  ['stats', 'Statistics', () => benchStats(runs)],
];
const HEAD =
  '# Measurements\n\nWritten by `npm run bench -- --write`, section by section: medians, with the smallest and the largest run in brackets.';
const PAGE = 'docs/benchmarks.md';

try {
  const before = (await readFile(PAGE, 'utf8')).split(/^(?=## )/m).map((text) => text.trim());
  const texts: string[] = [];
  for (const [name, heading, run] of sections) {
    const isWanted = values.only === undefined || values.only.split(',').includes(name);
    const measured = isWanted ? await run() : null;
    if (measured !== null) process.stdout.write(`${measured}\n\n`);
    texts.push(measured ?? before.find((text) => text.startsWith(`## ${heading}\n`)) ?? '');
  }
  const page = `${[HEAD, ...texts.filter((text) => text !== '')].join('\n\n')}\n`;
  if (values.write) await writeFile(PAGE, page);
} finally {
  await lab.stop();
}
