import { expect, test } from 'vitest';
import { countDown, waitMs, waitPolicy } from '../../src/build/waits.ts';

test.each([
  ['the first', 1, 0.5, 1000],
  ['the second', 2, 0.5, 2000],
  ['a late one, not more than the longest', 20, 1, 30_000],
  ['one that jitter makes nothing of', 3, 0, 0],
])('exponential, with full jitter: %s', (_, failures, random, wait) => {
  expect(waitMs('push-failed-transient', failures, null, random)).toBe(wait);
});

test('a service that names a time is believed', () => {
  expect(waitMs('registry-rate-limit', 1, 17_000, 0.1)).toBe(17_000);
});

test('every class has a budget', () => {
  expect(waitPolicy('network').budgetMs).toBeGreaterThan(waitPolicy('network').maxMs);
  expect(waitPolicy('push-failed-transient').budgetMs).toBeGreaterThan(waitPolicy('push-failed-transient').maxMs);
});

test('a short wait says nothing', async () => {
  const told: string[] = [];
  await countDown(20, new AbortController().signal, (text) => told.push(text));
  expect(told).toEqual([]);
});

test('a wait ends with the signal', async () => {
  const abort = new AbortController();
  const waiting = countDown(60_000, abort.signal, () => undefined);
  abort.abort();
  await expect(waiting).rejects.toThrow('aborted');
});
