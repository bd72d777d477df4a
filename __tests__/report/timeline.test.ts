import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyText } from './any-text.ts';
import { chartText, timeline } from '../../src/report/timeline.ts';
import { recovered } from './fixtures/built.ts';
import { healthOnly } from './fixtures/failed.ts';
import { hostile, hostileTexts } from './fixtures/hostile.ts';

it('shows health, attempts, waits and the slowest steps', () => {
  expect(timeline(recovered)).toBe(`gantt
  dateFormat x
  axisFormat %s s
  tickInterval 10second
  section Health
    1.1 s checks, score 85 :done, 40, 1140
  section Attempt 1
    1m 10s optimal, push-failed-transient :crit, 1300, 71700
    9.3 s amd64 build 3/5 RUN go mod download :3400, 12700
    32 s amd64 build 5/5 RUN CGO_ENABLED=0 go buil… :12900, 44600
    38 s amd64→arm64 build 5/5 RUN CGO_ENABLED=0 g… :12900, 51100
    13 s exporting to image :51400, 64300
    4 s wait :done, 71700, 75700
  section Attempt 2
    15 s optimal, built :done, 75700, 90900
    14 s exporting to image :76900, 90700`);
});

it('tells the program of a step, not what is mounted for it', () => {
  const [attempt] = recovered.attempts;
  if (attempt === undefined) throw new Error('the fixture has changed');
  const name = '[build 2/2] RUN --mount=type=cache,target=/root/.cache --network=none go build .';
  const steps = [{ name, state: 'done' as const, seconds: 12, offsetSeconds: 1 }];
  expect(timeline({ ...recovered, attempts: [{ ...attempt, steps }] })).toContain(
    '    12 s build 2/2 RUN go build . :',
  );
});

it('is nothing without an attempt', () => {
  expect(timeline(healthOnly)).toBeNull();
});

const line = /^ {4}[^:;#%\n]+ :(?:(?:done|crit), )?\d+, \d+$/;

it('is valid Mermaid with any step name', () => {
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...hostileTexts), anyText()), (text) => {
      const chart = timeline(hostile(text)) ?? '';
      const bars = chart
        .split('\n')
        .slice(4)
        .filter((row) => !row.startsWith('  section '));
      for (const bar of bars) expect(bar).toMatch(line);
      expect(chartText(text)).not.toMatch(/[:;#%<>"'`{}\n]/);
    }),
  );
});
