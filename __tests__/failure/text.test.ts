import { describe, expect, test } from 'vitest';
import { diagnose, renderDiagnosis } from '../../src/failure/diagnose.ts';
import { engineRules } from '../../src/failure/patterns.ts';
import { fetchers } from '../../src/failure/fetchers.ts';
import { consequences, diskFull, guards, outOfMemory, ownFaults, refusals } from '../../src/failure/finals.ts';
import { textOf } from '../../src/failure/text.ts';
import { troublePhrases } from '../../src/failure/trouble.ts';
import { voices } from '../../src/failure/voices.ts';

const line = 'ERROR: failed to solve: “x”';

describe('the text of a file', () => {
  test.each([
    ['UTF-8', Buffer.from(line)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${line}`)],
    ['UTF-16, as Windows PowerShell writes it', Buffer.from(`\uFEFF${line}`, 'utf16le')],
    ['UTF-16, the other way round', Buffer.from(`\uFEFF${line}`, 'utf16le').swap16()],
  ])('%s', (_, bytes) => {
    expect(textOf(bytes)).toBe(line);
  });

  test('what is packed is none', () => {
    expect(textOf(Buffer.from([0x1f, 0x8b, 8, 0, 0x61]))).toBeNull();
  });
});

describe('for people', () => {
  test('somebody else’s text cannot steer the terminal', () => {
    const shown = renderDiagnosis(diagnose('ERROR: failed to solve: \u001b[2Jx: \u0007\u009b31mnope\u0008\n'));
    expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(shown).toContain('nope');
  });

  test.each(['', ' \n\n'])('nothing (%j) is told to be nothing', (text) => {
    expect(diagnose(text)).toMatchObject({ rule: 'empty', retryable: false });
    expect(renderDiagnosis(diagnose(text))).toBe(
      'There is nothing in this log\n\n  next       Give the output of the build, from its first line to its last.\n',
    );
  });

  test('a build without a failure has no class', () => {
    const shown = renderDiagnosis(diagnose('Step 1/1 : FROM alpine\n ---> abc\nSuccessfully built abc\n'));
    expect(shown).toBe('No failure found in this log\n\n  next       Nothing to do, or give more of the log.\n');
  });
});

test('every line of the tables has its source', () => {
  const tables = [engineRules, voices, fetchers, guards, ownFaults, refusals, consequences, troublePhrases];
  const sources = [
    ...tables.flatMap((table) => table.map((entry) => entry.source)),
    diskFull.source,
    outOfMemory.source,
  ];
  expect(sources.filter((source) => source.trim().length < 3)).toEqual([]);
  expect(sources.length).toBeGreaterThan(160);
});
