import { expect, test } from 'vitest';
import { chooseBuilder } from '../../src/plan/builder-choice.ts';
import { hangsBuilder, learn, NO_LESSONS } from '../../src/plan/lessons.ts';
import { planOf } from './question.ts';
import { factsOf, failureOf, inputsOf } from './world.ts';

const importStep = {
  kind: 'import',
  name: 'importing cache manifest from gha:4796644334130027385',
  number: 5,
} as const;
const stalled = failureOf({
  rule: 'ended-by-stall',
  class: 'timeout',
  cause: 'cache-import',
  step: importStep,
  headline: 'no sign of life',
});

test('an import from the Actions cache that hangs takes the builder with it', async () => {
  expect(hangsBuilder(stalled)).toBe(true);
  expect(hangsBuilder({ ...stalled, rule: 'registry-503' })).toBe(false);
  expect(
    hangsBuilder({ ...stalled, step: { ...importStep, name: 'importing cache manifest from ghcr.io/acme/api:cache' } }),
  ).toBe(false);
  const lessons = learn([{ plan: await planOf(), failure: stalled }]);
  expect(lessons.hung).toBe('no sign of life');
  expect([...lessons.imports.keys()]).toEqual(['gha']);
});

const { request } = inputsOf();

test("in place of the engine's own one of ours is booted", () => {
  const decision = chooseBuilder(factsOf(), request, 'optimal', null, 'own-1', {
    ...NO_LESSONS,
    hung: 'no sign of life',
  });
  expect(decision.builder).toEqual({
    kind: 'own',
    name: 'own-1',
    image: null,
    reason: "the engine's own builder is still busy with the build that hung",
  });
});

test('one that cannot be booted leaves what is there', () => {
  const lessons = { ...NO_LESSONS, hung: 'no sign of life', boot: 'no image' };
  expect(chooseBuilder(factsOf(), request, 'optimal', null, 'own-1', lessons).builder.kind).toBe('current');
});

test('a container builder is started anew in its place, and a builder that the user named stays', () => {
  const lessons = { ...NO_LESSONS, hung: 'no sign of life' };
  const container = factsOf({ builder: { driver: 'docker-container' } });
  expect(chooseBuilder(container, request, 'optimal', null, 'own-1', lessons).builder.kind).toBe('current');
  expect(
    chooseBuilder(factsOf(), { ...request, builder: 'mine' }, 'optimal', null, 'own-1', lessons).builder.kind,
  ).toBe('current');
});
