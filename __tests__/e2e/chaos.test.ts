import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCase } from '../../scripts/chaos/run-case.ts';
import { describeSchedule, scheduleOf } from '../../scripts/chaos/schedule.ts';
import { startLab, type Lab } from '../lab/lab.ts';

/* The first cases of a fixed seed; `npm run chaos -- --seed N --count 200` runs others, and more of them. */
const SEED = 19;
const COUNT = 20;

let lab: Lab | undefined;
beforeAll(async () => {
  lab = await startLab({ name: process.env['LAB_NAME'] ?? 'e2e' });
});
afterAll(async () => await lab?.stop());

const indexes = Array.from({ length: COUNT }, (_, index) => index + 1);

test.each(indexes)('random outages, case %i: the answer is right', async (index) => {
  if (lab === undefined) throw new Error('no lab');
  const schedule = scheduleOf(SEED, index);
  const { violations, log } = await runCase(lab, schedule);
  expect(violations, `${describeSchedule(schedule)}\n${log}`).toEqual([]);
});
