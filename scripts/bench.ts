/**
 * Whole-process figures of the action, in the outage lab: beside a bare `docker buildx build` with the same flags, and the
 * time to a plan in every outage. Ratios of one run; absolute times say little about another machine.
 *
 *   npm run bench                     prints
 *   npm run bench -- --write          and writes docs/benchmarks.md
 *   npm run bench -- --beside PATH    also beside a checkout of docker/build-push-action
 *   npm run bench -- --only recovery  one of: start, beside, overhead, plan, sources, finals, recovery, stats
 */
import { writeFile } from 'node:fs/promises';
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
/** The sections of the page, in order; what needs more than a lab is left out where it is not there. */
const sections: Readonly<Record<string, () => Promise<string | null>>> = {
  start: () => benchStart(runs),
  beside: () => (values.beside === undefined ? Promise.resolve(null) : benchBeside(values.beside, runs * 10)),
  overhead: () => benchOverhead(lab, runs),
  plan: () => benchPlan(lab),
  sources: () => benchSources(lab, runs),
  finals: () => benchFinals(lab, runs),
  recovery: () => benchRecovery(lab, Math.min(runs, 3)),
  stats: () => benchStats(runs),
};
try {
  const texts: string[] = [];
  for (const [name, section] of Object.entries(sections)) {
    const text = values.only === undefined || values.only === name ? await section() : null;
    if (text !== null) texts.push(text);
  }
  const page = `# Measurements\n\nWritten by \`npm run bench -- --write\`: medians, with the smallest and the largest run in brackets.\n\n${texts.join('\n\n')}\n`;
  process.stdout.write(page);
  if (values.write) await writeFile('docs/benchmarks.md', page);
} finally {
  await lab.stop();
}
