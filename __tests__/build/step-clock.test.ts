import { describe, expect, it } from 'vitest';
import { createStepClock } from '../../src/build/step-clock.ts';

function spansOf(lines: readonly (readonly [number, string])[]): object {
  let now = 1000;
  const clock = createStepClock(() => now);
  for (const [atMs, text] of lines) {
    now = 1000 + atMs;
    clock.lines(text);
  }
  return Object.fromEntries(clock.spans());
}

describe('when the steps of a build ran', () => {
  it('takes the first and the last word of each step', () => {
    expect(
      spansOf([
        [0, '#0 building with "default" instance using docker driver\n'],
        [100, '#1 [internal] load build definition from Dockerfile\n#1 transferring dockerfile: 66B done\n'],
        [120, '#1 DONE 0.0s\n'],
        [300, '#2 [2/2] RUN make\n'],
        [900, '#2 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2\n'],
      ]),
    ).toEqual({ 1: { startMs: 100, endMs: 120 }, 2: { startMs: 300, endMs: 900 } });
  });

  it('believes the seconds that a line carries where a step was shown late', () => {
    expect(spansOf([[6000, '#5 [b 2/2] RUN sleep 5\n#5 0.250 begun\n#5 DONE 5.5s\n']])).toEqual({
      5: { startMs: 500, endMs: 6000 },
    });
  });

  it('is not misled by what a program prints, nor by a number of seconds that cannot be', () => {
    expect(spansOf([[200, '#5 [2/2] RUN x\n#5 0.1 #6 DONE 9s\n#5 999.9 late\nplain words\n']])).toEqual({
      5: { startMs: 0, endMs: 200 },
    });
  });
});
