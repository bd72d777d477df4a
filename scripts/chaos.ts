/**
 * Random outages over a small build: the answer must always be right. Green with the right image, or red with the true
 * cause where there was no way; never a secret told, never later than the deadline, nothing left behind.
 *
 *   npm run chaos -- --seed 7 --count 200     the cases 1 to 200 of a seed
 *   npm run chaos -- --seed 7 --only 42       one of them again, with its log
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startLab } from '../__tests__/lab/lab.ts';
import { runCase, type CaseResult } from './chaos/run-case.ts';
import { describeSchedule, scheduleOf } from './chaos/schedule.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    only: { type: 'string' },
    lab: { type: 'string', default: 'chaos' },
  },
});
const seed = Number(values.seed);
const first = Number(values.only ?? values.from);
const last = values.only === undefined ? first + Number(values.count) - 1 : first;

const lab = await startLab({ name: values.lab });
const logs = path.join(lab.paths.logs, `chaos-${seed}`);
let wrong = 0;
let green = 0;
try {
  await mkdir(logs, { recursive: true });
  for (let index = first; index <= last; index++) {
    const result = await runCase(lab, scheduleOf(seed, index));
    green += result.green ? 1 : 0;
    wrong += result.violations.length > 0 ? 1 : 0;
    await tell(result);
  }
} finally {
  await lab.stop();
}
console.log(
  `\nseed ${seed}: ${last - first + 1} cases, ${green} green, ${last - first + 1 - green} red, ${wrong} wrong`,
);
process.exitCode = wrong > 0 ? 1 : 0;

async function tell(result: CaseResult): Promise<void> {
  const { schedule, outputs, seconds, violations } = result;
  const verdict = result.green
    ? `green after ${outputs['attempts']}`
    : `red: ${outputs['failure-class']} ${outputs['failure-component'] ?? '-'}`;
  console.log(`${violations.length > 0 ? '✖' : '✓'} ${schedule.index}  ${seconds.toFixed(1)} s  ${verdict}`);
  if (violations.length === 0 && values.only === undefined) return;
  const file = path.join(logs, `${schedule.index}.log`);
  await writeFile(file, result.log);
  const told = [...violations.map((text) => `! ${text}`), ...describeSchedule(schedule).split('\n'), `log: ${file}`];
  const replay = `npm run chaos -- --seed ${schedule.seed} --only ${schedule.index}`;
  console.log([...told, `again: ${replay}`].map((line) => `    ${line}`).join('\n'));
}
