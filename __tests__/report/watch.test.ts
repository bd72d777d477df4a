import { expect, test } from 'vitest';
import { watchHealth } from '../../src/commands/watch.ts';
import type { Health } from '../../src/health/health.ts';
import { watchLines, watchTable } from '../../src/report/watch.ts';
import { health, hubDown } from './fixtures/world.ts';

const at = (minute: number, state: Health): Health => ({ ...state, checkedAtMs: Date.UTC(2026, 8, 1, 10, minute) });
const well = health();
const bad = health({ 'docker.io': hubDown });
const page = {
  service: 'docker.io',
  page: 'www.dockerstatus.com',
  state: 'outage',
  text: 'Docker Hub Registry: service disruption',
  sinceMs: Date.UTC(2026, 8, 1, 9, 58),
} as const;

test('a table shows what is, since when, and what was', () => {
  const lines = watchTable([at(0, well), at(1, bad), at(2, { ...bad, statusPages: [page] })], 30_000);
  expect(lines[0]).toBe('Infrastructure health 85/100   check 3 at 10:02:00, next in 30 s');
  const hub = lines.find((line) => line.startsWith('Docker Hub'));
  expect(hub?.split(/\s{2,}/)).toEqual([
    'Docker Hub',
    'down',
    '▁██',
    '10:01:00',
    'Docker Hub Registry: service disruption since 09:58 UTC',
  ]);
  expect(lines.find((line) => line.startsWith('gcr.io'))).toMatch(/up +96 ms +▁▁▁$/);
});

test('lines say what changed', () => {
  expect(watchLines(at(0, well), null)).toEqual(['10:00:00  100/100  all well']);
  expect(watchLines(at(1, bad), at(0, well))).toEqual([
    '10:01:00  85/100  Docker Hub down',
    '10:01:00  Docker Hub is down now: 503 from registry-1.docker.io on library/golang:1.24-alpine',
  ]);
  expect(watchLines(at(2, well), at(1, bad))).toEqual([
    '10:02:00  100/100  all well',
    expect.stringMatching(/^10:02:00 {2}Docker Hub is up now: /),
  ]);
});

test('nothing from outside moves the cursor', () => {
  const evil = health({ 'docker.io': { ...hubDown, evidence: 'no\u001b[2Janswer\nscore 100' } });
  expect(watchLines(at(1, evil), at(0, well))[1]).toBe('10:01:00  Docker Hub is down now: noanswer score 100');
});

async function watched(isTerminal: boolean, options: { stopAfter?: number; checks: number | null }): Promise<string[]> {
  const abort = new AbortController();
  const written: string[] = [];
  const answers = [well, bad, well];
  let count = 0;
  await watchHealth(
    { intervalMs: 1, checks: options.checks },
    {
      check: async () => await Promise.resolve(at(count, answers[count++] ?? well)),
      write: (text) => {
        written.push(text);
        if (written.length === options.stopAfter) abort.abort();
      },
      isTerminal,
      signal: abort.signal,
    },
  );
  return written;
}

test('as many checks as asked for', async () => {
  const written = await watched(false, { checks: 3 });
  expect(written).toHaveLength(3);
  expect(written.join('')).not.toContain('\u001b');
});

test('a terminal is drawn anew, until it is ended', async () => {
  const written = await watched(true, { checks: null, stopAfter: 2 });
  expect(written).toHaveLength(2);
  expect(written.every((text) => text.startsWith('\u001b[H\u001b[J'))).toBe(true);
});
