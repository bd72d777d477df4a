import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/failure/diagnose.ts';
import { asPrinted } from '../../src/failure/paste.ts';
import { parseCorpus } from './measure.ts';

const rows = ['corpus', 'unseen'].flatMap((name) =>
  parseCorpus(readFileSync(path.join(import.meta.dirname, `${name}.jsonl`), 'utf8')),
);
const long = rows.filter((row) => row.log.split('\n').filter((line) => line.trim() !== '').length >= 3);
const answers = long.map((row) => diagnose(row.log));

function eachLine(change: (line: string, index: number) => string): (text: string) => string {
  return (text) => text.split('\n').map(change).join('\n');
}

/** What people do to a log before they show it. */
const pasted: Readonly<Record<string, (text: string) => string>> = {
  'a quote': eachLine((line) => `> ${line}`),
  'a frame': eachLine((line) => `| ${line}`),
  'numbered lines': eachLine((line, i) => `${i + 101} ${line}`),
  'a table of numbered lines': eachLine((line, i) => `${i + 101}  |  ${line}`),
  'a clock': eachLine((line) => `2026-01-01 10:00:00,123 ${line}`),
  'a stream’s name': eachLine((line) => `[stderr] ${line}`),
  'the entities of a page': (text) =>
    text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;'),
  'a word processor': (text) => text.replace(/"([^"\n]*)"/g, '“$1”').replace(/'([^'\n]*)'/g, '‘$1’'),
};

describe('a pasted log', () => {
  test.each(Object.entries(pasted))('%s', (_, change) => {
    const changed = long.flatMap((row, i) => {
      const here = answers[i];
      const there = diagnose(change(row.log));
      return here?.class === there.class && here.retryable === there.retryable ? [] : [row.id];
    });
    expect(long.length).toBeGreaterThan(500);
    expect(changed).toEqual([]);
  });
});

/** Breaks lines as a terminal of this width does for a program that breaks between words. */
function wrap(text: string, width: number): string {
  const pieces = (line: string): readonly string[] => {
    if (line.length <= width) return [line];
    const space = line.lastIndexOf(' ', width);
    const cut = space < width / 2 ? width : space;
    return [line.slice(0, cut), ...pieces(line.slice(cut).replace(/^ /, ''))];
  };
  return text.split('\n').flatMap(pieces).join('\n');
}

describe('a narrow window', () => {
  test.each([80, 100, 120])('of %i columns makes no final error look passing', (width) => {
    const narrow = rows.map((row) => ({ row, retryable: diagnose(wrap(row.log, width)).retryable }));
    const retried = narrow.filter(({ row, retryable }) => retryable && !row.retryable).map(({ row }) => row.id);
    const right = narrow.filter(({ row, retryable }) => retryable === row.retryable).length;
    expect(retried).toEqual([]);
    expect(right / rows.length).toBeGreaterThan(0.95);
  });
});

describe('as it was printed', () => {
  test('what only some lines have stays', () => {
    const text = '> [2/3] RUN x:\n0.5 E: y\n------';
    expect(asPrinted(text)).toBe(text);
  });

  test('lines that a window broke are whole again', () => {
    const line = `WARNING: Retrying after connection broken by ${'x'.repeat(200)}: /simple/a/`;
    const broken = line.replace(/.{80}/g, '$&\n');
    expect(asPrinted(broken)).toBe(line);
  });
});
