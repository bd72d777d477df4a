import { expect, test } from 'vitest';
import { planOf } from './question.ts';
import { inputsOf } from './world.ts';

test.each([
  ['is not known', '', 2_400_000],
  ['is far away', '2999-01-01T00:00:00Z', 2_400_000],
  ['is over', '2001-01-01T00:00:00Z', 0],
])("the job's own end %s", async (_, time, deadlineMs) => {
  const plan = await planOf({ inputs: inputsOf({ 'job-deadline': time }) });
  expect(plan.deadlineMs).toBe(deadlineMs);
});
