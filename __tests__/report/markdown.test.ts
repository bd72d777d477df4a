import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from './any-text.ts';
import { cleanLine, cleanLines, logLine } from '../../src/report/clean.ts';
import { code, fence, prose, table } from '../../src/report/markdown.ts';
import { hostileTexts } from './fixtures/hostile.ts';

const pieces = [
  '`',
  '``',
  '|',
  '\\',
  '*',
  '_',
  'a_b',
  'x',
  ' ',
  '\n',
  '<b>',
  '</details>',
  '&lt;',
  '&',
  '[a](b)',
  '![',
  '://',
];
const more = [
  'https://e.example',
  'GH-1',
  'www.e.example',
  '@me',
  'a@b.example',
  '#1',
  '$',
  '~',
  ':x:',
  '\r',
  '\u001b[1m',
  '\u202e',
  'é',
  '\ud800',
];
const nasty = fc.oneof(
  fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.constantFrom(...hostileTexts),
  anyText(),
);

/** Takes inline markdown apart into text and code, as CommonMark reads it; only as much of it as we write. */
function read(markdown: string): { readonly text: string; readonly plain: string } {
  const spans = /(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)|<code>(.*?)<\/code>/g;
  const decode = (html: string): string =>
    html
      .replaceAll('<!-- -->', '')
      .replace(/&#(\d+);/g, (_, number: string) => String.fromCharCode(Number(number)))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&');
  const text = markdown.replace(
    spans,
    (_, ticks: string | undefined, span: string | undefined, html: string | undefined) =>
      ticks === undefined ? decode(html ?? '') : (span ?? '').replace(/^ (.*`.*) $/, '$1'),
  );
  return { text, plain: markdown.replace(spans, '') };
}

describe('code', () => {
  it.each([
    ['linux/amd64', '`linux/amd64`'],
    ['a`b', '`` a`b ``'],
    ['``', '` `` `'],
    ['a | b', '<code>a &#124; b</code>'],
    ['a|https://x_y', '<code>a&#124;https:<!-- -->//x&#95;y</code>'],
    ['', ''],
  ])('%j', (text, markdown) => {
    expect(code(text)).toBe(markdown);
  });

  it('shows any text as it is, and lets nothing end a table cell', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(read(code(text))).toEqual({ text: cleanLine(text), plain: '' });
        expect(code(text)).not.toMatch(/[|\n]/);
      }),
    );
  });
});

describe('prose', () => {
  it.each([
    [
      '503 from registry-1.docker.io on library/golang:1.24-alpine',
      '503 from registry-1.docker.io on library/golang:1.24-alpine',
    ],
    ['see https://x.example, ask @me', 'see `https://x.example,` ask `@me`'],
    ['set GHA_CACHE and *this* <b>', 'set GHA_CACHE and `*this* <b>`'],
    ['run `docker info`, then again', 'run `docker info`, then again'],
    [
      'main.go:4:2: undefined, and :100: for x_www.y.example',
      'main.go:4:2: undefined, and `:100:` for `x_www.y.example`',
    ],
    ['costs $5 or a|b', 'costs `$5` or <code>a&#124;b</code>'],
  ])('%j', (text, markdown) => {
    expect(prose(text)).toBe(markdown);
  });

  it('leaves nothing outside of code that markdown or GitHub could take a meaning from', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const { text: shown, plain } = read(prose(text));
        expect(plain).not.toMatch(/[\\`*[\]{}<>|~$#@&\n]|\/\/|www\.|(?:^|[^\p{L}\p{N}])GH-\d/iu);
        const bare = (line: string): string => line.replace(/[`\s]/g, '');
        expect(bare(shown)).toBe(bare(cleanLine(text)));
      }),
    );
  });
});

describe('fence', () => {
  it('is longer than any run of backticks within', () => {
    expect(fence('a\n````\nb')).toBe('`````text\na\n````\nb\n`````');
  });

  it('holds any text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const lines = fence(text).split('\n');
        const ticks = (lines[0] ?? '').replace('text', '');
        expect(lines.slice(1, -1).join('\n')).toBe(cleanLines(text).replace(/\n+$/, ''));
        expect(lines.slice(1, -1)).not.toContain(ticks);
        expect(lines.at(-1)).toBe(ticks);
      }),
    );
  });
});

describe('table', () => {
  it('keeps its columns whatever is in its cells', () => {
    fc.assert(
      fc.property(nasty, nasty, (one, two) => {
        const rows = table(['A', 'B'], [[code(one), prose(two)]]).split('\n');
        expect(rows.map((row) => row.split('|').length)).toEqual([4, 4, 4]);
      }),
    );
  });
});

describe('clean', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['10%\r50%\r100%\r\nnext', '100% next'],
    ['a\u202eb\u200bc\u0007', 'abc'],
    ['  a \t b\n\nc ', 'a b c'],
  ])('%j', (text, line) => {
    expect(cleanLine(text)).toBe(line);
  });

  it('is fast on long lines', () => {
    const started = performance.now();
    cleanLines('x'.repeat(2_000_000));
    cleanLines('\u001b]'.repeat(500_000));
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('gives the runner no orders', () => {
    expect(logLine('::add-mask::x ##[group]y')).toBe(': :add-mask::x ## [group]y');
  });
});
