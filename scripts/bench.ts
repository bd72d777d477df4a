/**
 * Whole-process figures of the action, in the outage lab: beside a bare `docker buildx build` with the same flags, and the
 * time to a plan in every outage. Ratios of one run; absolute times say little about another machine.
 *
 *   npm run bench                     prints
 *   npm run bench -- --write          and writes docs/benchmarks.md
 *   npm run bench -- --beside PATH    also beside a checkout of docker/build-push-action
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startLab } from '../__tests__/lab/lab.ts';
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
  },
});
const runs = Number(values.runs);

const lab = await startLab({ name: 'bench' });
try {
  const sections = [
    await benchStart(runs),
    ...(values.beside === undefined ? [] : [await benchBeside(values.beside, runs * 10)]),
    await benchOverhead(lab, runs),
    await benchPlan(lab),
    await benchSources(lab, runs),
    await benchRecovery(lab),
    await benchStats(runs),
  ];
  const page = `# Measurements\n\nWritten by \`npm run bench -- --write\`: medians, with the smallest and the largest run in brackets.\n\n${sections.join('\n\n')}\n`;
  process.stdout.write(page);
  if (values.write) await writeFile('docs/benchmarks.md', page);
} finally {
  await lab.stop();
}
