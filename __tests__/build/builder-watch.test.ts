import { expect, test } from 'vitest';
import { createBuilderWatch } from '../../src/build/builder-watch.ts';

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** A builder whose answers come in this order, the last one for ever; looked at every so many seconds of silence. */
async function watched(
  answers: readonly (string | null)[],
  silences: readonly number[],
): Promise<{ readonly lost: readonly (string | null)[]; readonly asked: number }> {
  let asked = 0;
  let nowMs = 0;
  const watch = createBuilderWatch(
    async () => await Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? null),
    () => nowMs,
  );
  const lost: (string | null)[] = [];
  for (const silence of silences) {
    nowMs += 1000;
    lost.push(watch(silence * 1000));
    await settled();
  }
  return { lost, asked };
}

const silent = 'it did not answer in 10 s';

test.each<[string, readonly (string | null)[], readonly number[], readonly (string | null)[], number]>([
  ['one that talks is not asked', [silent], [0, 5, 19], [null, null, null], 0],
  ['silence without an answer, twice', [silent], [20, 21, 22], [null, null, silent], 2],
  ['one question may be missed', [silent, null], [20, 21, 22, 23], [null, null, null, null], 2],
  ['who answers is asked again after a while only', [null], [20, 21, 49, 60], [null, null, null, null], 1],
  ['a word of the build settles it', [silent], [20, 0, 1, 20], [null, null, null, null], 2],
])('%s', async (_, answers, silences, lost, asked) => {
  expect(await watched(answers, silences)).toEqual({ lost, asked });
});

test('a question that is still open is not asked twice', () => {
  let asked = 0;
  const watch = createBuilderWatch(
    async () => {
      asked += 1;
      return await new Promise(() => undefined);
    },
    () => 0,
  );
  for (const silentMs of [20_000, 30_000, 90_000]) expect(watch(silentMs)).toBeNull();
  expect(asked).toBe(1);
});
