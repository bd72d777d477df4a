import { expect, test } from 'vitest';
import { createLineWriter } from '../../src/build/line-writer.ts';

function written(...chunks: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const writer = createLineWriter((text) => lines.push(text));
  for (const chunk of chunks) writer.push(chunk);
  writer.end();
  return lines;
}

test.each([
  ['a line', ['a\n'], ['a\n']],
  ['several lines go together', ['a\nb\nc\n'], ['a\nb\nc\n']],
  ['a line in two halves', ['sec', 'ret\n'], ['secret\n']],
  ['a half waits for its other half', ['a\nsec', 'ret\nb'], ['a\n', 'secret\n', 'b\n']],
  ['nothing', [''], []],
  ['an empty line', ['\n'], ['\n']],
])('%s', (_, chunks, lines) => {
  expect(written(...chunks)).toEqual(lines);
});

test('a line that never ends is passed on in pieces, parted between its words', () => {
  const long = 'x '.repeat(35_000);
  expect(written(`${long}sec`, 'ret\n')).toEqual([long, 'secret\n']);
});

test('a line without gaps is kept together for longer, and not for ever', () => {
  const word = 'x'.repeat(70_000);
  expect(written(word, 'y\n')).toEqual([`${word}y\n`]);
  expect(written(word.repeat(4), 'y\n')).toEqual([word.repeat(4), 'y\n']);
});
