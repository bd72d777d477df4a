import { describe, expect, test } from 'vitest';

import { excerpt } from '../../../src/facts/dockerfile/excerpt.ts';
import { expandWord, splitWords } from '../../../src/facts/dockerfile/lexer.ts';
import { formatPlatform, normalizePlatform, parsePlatform } from '../../../src/facts/dockerfile/platform.ts';

describe('words', () => {
  const values: Readonly<Record<string, string>> = { A: 'abc.def.abc', E: '', S: 'x y', '1': 'one' };
  test.each([
    ['$A', 'abc.def.abc'],
    ['${A}x', 'abc.def.abcx'],
    ['$Ax', ''],
    ['$NOPE', ''],
    ['$1x', 'onex'],
    ['a$', 'a$'],
    ["'$A'", '$A'],
    ['"$A"', 'abc.def.abc'],
    ['\\$A', '$A'],
    ['"\\$A"', '$A'],
    ['"\\a"', '\\a'],
    ['${E:-x}${E-x}${E:+x}${E+x}', 'xx'],
    ['${NOPE:-${A#*.}}', 'def.abc'],
    ['${NOPE:-"a}b"}', 'a}b'],
    ['${A#abc}', '.def.abc'],
    ['${A##*.}', 'abc'],
    ['${A%.*}', 'abc.def'],
    ['${A%%.*}', 'abc'],
    ['${A#?}', 'bc.def.abc'],
    ['${A#nothing}', 'abc.def.abc'],
    ['${A/abc/x}', 'x.def.abc'],
    ['${A//abc/x}', 'x.def.x'],
    ['${A//./\\/}', 'abc\\/def\\/abc'],
    ['${A//*/x}', 'x'],
    ['${A//[/x}', 'abc.def.abc'],
    ['${S}', 'x y'],
  ])('%s is %s', (word, text) => {
    expect(expandWord(word, (name) => values[name], '\\')).toEqual({ kind: 'expanded', text });
  });

  test.each(['${', '${}', '${:x}', '${A', '${A:x}', '${A:#x}', '${A^}', '${A/x}', "'", '"', '${NOPE:?}', '${A#\\a}'])(
    '%s is refused',
    (word) => {
      expect(expandWord(word, (name) => values[name], '\\').kind).toBe('bad');
    },
  );

  test('the backtick as escape', () => {
    expect(expandWord('c:\\x`$A', (name) => values[name], '`')).toEqual({ kind: 'expanded', text: 'c:\\x$A' });
  });

  test('endless nesting is refused', () => {
    const word = '${A:-'.repeat(5000) + '}'.repeat(5000);
    expect(expandWord(word, () => undefined, '\\').kind).toBe('bad');
  });

  test('many stars take no time', () => {
    const word = `\${A//${'*a'.repeat(40)}b/x}`;
    expect(expandWord(word, () => 'a'.repeat(100), '\\')).toEqual({ kind: 'expanded', text: 'a'.repeat(100) });
  });

  test.each([
    ['a  b\tc', ['a', 'b', 'c']],
    [`a 'b c'`, ['a', `'b c'`]],
    ['cat << EOF', ['cat', '<< EOF']],
    ['$A ${B:-c}', ['$A', '${B:-c}']],
  ])('%j has the words %j', (line, words) => {
    expect(splitWords(line, { quotes: true, escapes: true })).toEqual({ kind: 'words', words });
  });
});

describe('platforms', () => {
  test.each([
    ['linux/amd64', 'linux/amd64'],
    ['Linux/X86_64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/i386', 'linux/386'],
    ['macos/arm64', 'darwin/arm64'],
    ['arm64', 'linux/arm64'],
    ['linux', 'linux/s390x'],
    ['windows(10.0.1)/amd64', 'windows/amd64'],
  ])('%s is %s', (text, expected) => {
    const platform = parsePlatform(text, { os: 'linux', architecture: 's390x' });
    expect(platform && formatPlatform(normalizePlatform(platform))).toBe(expected);
  });

  test.each(['', 'wat', 'linux/', 'linux/*', 'a/b/c/d', 'linux/amd 64'])('%j is none', (text) => {
    expect(parsePlatform(text, { os: 'linux', architecture: 'amd64' })).toBeNull();
  });
});

describe('excerpt', () => {
  const text = 'FROM a\r\nRUN one\nRUN two\n\nRUN three\n';
  test.each([
    { line: 3, around: 1, lines: ['2 |     RUN one', '3 | >>> RUN two', '4 |'] },
    { line: 1, around: 1, lines: ['1 | >>> FROM a', '2 |     RUN one'] },
    { line: 5, around: 0, lines: ['5 | >>> RUN three'] },
    { line: 99, around: 2, lines: [''] },
  ])('line $line, $around around', ({ line, around, lines }) => {
    expect(excerpt(text, line, around)).toBe(lines.join('\n'));
  });
});
