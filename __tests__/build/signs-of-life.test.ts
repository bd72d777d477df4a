import { expect, test } from 'vitest';
import { createSignsOfLife } from '../../src/build/signs-of-life.ts';

test('a download that stands where it stood is no sign of life', () => {
  const isAlive = createSignsOfLife();
  const said = [
    '#7 [1/2] FROM docker.io/library/alpine:3.22\n#7 sha256:bbef 0B / 1.06MB 0.2s\n',
    '#7 sha256:bbef 0B / 1.06MB 5.3s\n',
    '#7 sha256:bbef 0B / 1.06MB 10.4s\n\n',
    '#7 sha256:bbef 0B / 1.06MB 15.5s\n#8 sha256:bbef 0B / 1.06MB 0.1s\n',
    '#7 sha256:bbef 32.00kB / 1.06MB 20.6s\n',
    '#7 sha256:bbef 32.00kB / 1.06MB 25.7s\n',
    '#7 sha256:bbef 1.06MB / 1.06MB 26.0s done\n',
    '#7 extracting sha256:bbef 5.1s\n',
    '#7 extracting sha256:bbef 10.2s\n',
  ];
  expect(said.map(isAlive)).toEqual([true, false, false, true, true, false, true, true, true]);
});
