import { expect, test } from 'vitest';
import { createSignsOfLife } from '../../src/build/signs-of-life.ts';

test('a download that stands where it stood is no sign of life', () => {
  const { isNews } = createSignsOfLife();
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
  expect(said.map(isNews)).toEqual([true, false, false, true, true, false, true, true, true]);
});

test('layers that began to come and are not there', () => {
  const { isNews, unfinished, isUnpacking } = createSignsOfLife();
  const layer = (letter: string): string => `sha256:${letter.repeat(64)}`;
  isNews(
    `#7 ${layer('a')} 0B / 1.06MB 0.2s\n#7 ${layer('b')} 0B / 242B 0.2s\n#9 transferring context: 1.2MB / 3MB 0.1s\n`,
  );
  isNews(`#7 ${layer('b')} 242B / 242B 0.3s done\n#7 ${layer('a')} 524.29kB / 1.06MB 5.3s\n`);
  isNews(`#8 0.251 ${layer('c')} 0B / 1.06MB 0.2s\n`);
  expect(unfinished()).toEqual([{ step: 7, digest: layer('a'), doneBytes: 524_290, totalBytes: 1_060_000 }]);
  isNews(`#7 extracting ${layer('b')}\n#7 extracting ${layer('b')} 5.1s\n`);
  expect([isUnpacking(7), isUnpacking(8)]).toEqual([true, false]);
  isNews(`#7 extracting ${layer('b')} 5.4s done\n`);
  expect(isUnpacking(7)).toBe(false);
});
