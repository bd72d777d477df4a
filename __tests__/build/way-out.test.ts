import { expect, test } from 'vitest';
import { fetchTrouble, type FetchTrouble } from '../../src/build/fetch-trouble.ts';
import { createWayOut, type AskWayOut } from '../../src/build/way-out.ts';
import { readLog } from '../../src/failure/progress.ts';

const fetching = '#2 [build 1/3] FROM docker.io/library/golang:1.24@sha256:0f\n';
const seen = (text: string, silentMs = 0): FetchTrouble | null =>
  fetchTrouble({ log: readLog(text), silentMs, ageMs: () => 1000 });
const failed = (seconds: number): FetchTrouble | null =>
  seen(`${fetching}#2 0.1 error: EOF\n#2 0.1 retrying in ${seconds}s\n`);
const silent = seen(fetching, 2000);

interface Asking {
  readonly watch: ReturnType<typeof createWayOut>;
  readonly asked: () => number;
  readonly pass: (ms: number) => void;
}

function asking(answer: AskWayOut): Asking {
  let nowMs = 0;
  let asked = 0;
  const ask: AskWayOut = async (trouble) => {
    asked++;
    return await answer(trouble);
  };
  return { watch: createWayOut(ask, () => nowMs), asked: () => asked, pass: (ms) => (nowMs += ms) };
}

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

test('a fetch that only stumbled goes on; one that fails again is left', async () => {
  const { watch, asked } = asking(async () => await Promise.resolve('mirror.gcr.io has it'));
  expect(watch(failed(1))).toBeNull();
  await settled();
  expect(watch(failed(1))).toBeNull();
  expect(watch(null)).toBeNull();
  expect(watch(failed(2))).toMatchObject({ reason: 'mirror.gcr.io has it', trouble: { failures: 2 } });
  expect(asked()).toBe(1);
});

test('a silence is left as soon as something speaks for it', async () => {
  const { watch } = asking(async () => await Promise.resolve('no answer from docker.io'));
  expect(watch(silent)).toBeNull();
  await settled();
  expect(watch(silent)).toMatchObject({ reason: 'no answer from docker.io' });
});

test('while nothing speaks for another source the build goes on, and is asked about again after a while', async () => {
  const { watch, asked, pass } = asking(async () => await Promise.resolve(null));
  for (const waitMs of [0, 5000, 4000, 2000]) {
    pass(waitMs);
    expect(watch(silent)).toBeNull();
    await settled();
  }
  expect(asked()).toBe(2);
});

test('whoever cannot say is no reason to leave', async () => {
  const { watch } = asking(async () => await Promise.reject(new Error('no plan')));
  expect(watch(failed(2))).toBeNull();
  await settled();
  expect(watch(failed(2))).toBeNull();
});
