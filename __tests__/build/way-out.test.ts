import { expect, test } from 'vitest';
import { fetchTrouble, type FetchTrouble } from '../../src/build/fetch-trouble.ts';
import { createSignsOfLife } from '../../src/build/signs-of-life.ts';
import { createWayOut, type AskWayOut, type WayOut } from '../../src/build/way-out.ts';
import { readLog } from '../../src/failure/progress.ts';

const fetching = '#2 [build 1/3] FROM docker.io/library/golang:1.24@sha256:0f\n';
const seen = (text: string, silentMs = 0): FetchTrouble | null =>
  fetchTrouble({ log: readLog(text), silentMs, ageMs: () => 1000, signs: createSignsOfLife() });
const failed = (seconds: number): FetchTrouble | null =>
  seen(`${fetching}#2 0.1 error: EOF\n#2 0.1 retrying in ${seconds}s\n`);
const silent = seen(fetching, 2000);
const leave = (reason: string): WayOut => ({ kind: 'leave', reason });
const stay = (untilSilentMs: number | null = null): WayOut => ({ kind: 'stay', untilSilentMs });

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
  const { watch, asked } = asking(async () => await Promise.resolve(leave('mirror.gcr.io has it')));
  expect(watch(failed(1))).toBeNull();
  await settled();
  expect(watch(failed(1))).toBeNull();
  expect(watch(null)).toBeNull();
  expect(watch(failed(2))).toMatchObject({ reason: 'mirror.gcr.io has it', trouble: { failures: 2 } });
  expect(asked()).toBe(1);
});

test('a silence is left as soon as something speaks for it', async () => {
  const { watch } = asking(async () => await Promise.resolve(leave('no answer from docker.io')));
  expect(watch(silent)).toBeNull();
  await settled();
  expect(watch(silent)).toMatchObject({ reason: 'no answer from docker.io' });
});

test('while nothing speaks for another source the build goes on, and is asked about again after a while', async () => {
  const { watch, asked, pass } = asking(async () => await Promise.resolve(stay()));
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

test('a fetch that may be silent for longer is asked about again when it was', async () => {
  const { watch, asked } = asking(async ({ silentMs }) => {
    return await Promise.resolve(silentMs < 4000 ? stay(4000) : leave('it is dead'));
  });
  for (const silentMs of [2000, 3900, 4000, 4250]) {
    watch(seen(fetching, silentMs));
    await settled();
  }
  expect(asked()).toBe(2);
  expect(watch(seen(fetching, 4500))).toMatchObject({ reason: 'it is dead' });
});

test('what was found out about a silence ends with it', async () => {
  const { watch, asked } = asking(async () => await Promise.resolve(leave('no answer from docker.io')));
  watch(silent);
  await settled();
  watch(null);
  expect(watch(silent)).toBeNull();
  expect(asked()).toBe(2);
});
