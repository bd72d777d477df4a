import { expect, test } from 'vitest';
import { guardedPlanner } from '../../src/flow/guarded-planner.ts';
import { NO_LESSONS } from '../../src/plan/lessons.ts';
import type { ImageRoute, Plan } from '../../src/plan/plan.ts';
import { planOf } from '../plan/question.ts';

const plain = await planOf();

/** A plan whose base is this one; every one but the first stands in for it. */
function planOn(base: string): Plan {
  const route: ImageRoute = {
    name: base,
    contextKey: null,
    purpose: 'base',
    uses: [],
    platforms: [],
    choice: { kind: 'upstream', digest: 'sha256:a', reason: '' },
    answers: [],
  };
  const substitution = { arg: 'FROM', from: 'static', to: base, reason: '', hosts: [] };
  return { ...plain, images: [route], substitutions: base === 'static' ? [] : [substitution] };
}

/** A planner that takes the first of these that is not unfit, and the first of all where none is left. */
const planner =
  (...bases: readonly string[]) =>
  (_: unknown, __: unknown, unfit: ReadonlyMap<string, string>): Promise<Plan> =>
    Promise.resolve(planOn(bases.find((base) => !unfit.has(base)) ?? bases[0] ?? ''));

async function chosen(objections: Readonly<Record<string, string>>, ...bases: readonly string[]): Promise<string> {
  const guarded = guardedPlanner(planner(...bases), {
    objectionTo: ({ name }) => Promise.resolve(objections[name] ?? null),
  });
  return (await guarded(NO_LESSONS, new Map())).images[0]?.name ?? '';
}

test('a fallback base that the policy objects to is not chosen; the next one is', async () => {
  expect(await chosen({}, 'debian', 'alpine')).toBe('debian');
  expect(await chosen({ debian: 'has findings' }, 'debian', 'alpine')).toBe('alpine');
});

test("the author's own choice is not given up for its findings", async () => {
  expect(await chosen({ static: 'has findings' }, 'static', 'debian')).toBe('static');
});

test('where nothing fit is left, planning ends', async () => {
  expect(await chosen({ debian: 'x', alpine: 'y' }, 'debian', 'alpine')).toBe('debian');
});
