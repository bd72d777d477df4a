import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSummary, SUMMARY_LIMIT_BYTES } from '../../src/report/fit.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { recovered } from './fixtures/built.ts';
import { failedUserCode } from './fixtures/failed.ts';
import { hostile, hostileTexts } from './fixtures/hostile.ts';

/** What is still open at the end of a text. */
function openAtEnd(text: string): {
  readonly fence: boolean;
  readonly folds: number;
} {
  let fence: string | null = null;
  let folds = 0;
  for (const line of text.split('\n')) {
    const ticks = /^(`{3,})/.exec(line)?.[1];
    if (fence !== null) fence = line === fence ? null : fence;
    else if (ticks !== undefined) fence = ticks;
    else if (line.startsWith('<details>')) folds += 1;
    else if (line === '</details>') folds -= 1;
  }
  return { fence: fence !== null, folds };
}

describe('fitSummary', () => {
  it('leaves alone what fits', () => {
    expect(fitSummary('# é\n', 5)).toBe('# é\n');
  });

  it('closes what is open, in bytes', () => {
    const text = [
      '<details><summary>Log</summary>',
      '',
      '````text',
      ...Array.from({ length: 50 }, () => 'ééééé'),
      '````',
      '',
      '</details>',
    ].join('\n');
    const fitted = [
      '<details><summary>Log</summary>',
      '',
      '````text',
      'ééééé',
      '````',
      '',
      '</details>',
      '',
      '_The rest is left out: GitHub shows no more than 1 MiB a step. The log has it all._',
      '',
    ].join('\n');
    expect(fitSummary(text, Buffer.byteLength(fitted))).toBe(fitted);
    expect(fitSummary(text, Buffer.byteLength(fitted) + 10)).toBe(fitted);
  });

  it('is within any limit, and balanced', () => {
    const texts = [recovered, failedUserCode, ...hostileTexts.map(hostile)].map((result) => renderSummary(result));
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.integer({ min: 0, max: 20_000 }), (text, limit) => {
        const fitted = fitSummary(text, limit);
        expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(limit);
        expect(openAtEnd(fitted)).toEqual({ fence: false, folds: 0 });
      }),
    );
  });
});

describe('renderSummary', () => {
  it('is never larger than GitHub takes, and the card and the diagnostics of a failure stay', () => {
    const [record] = failedUserCode.attempts;
    if (record?.outcome.kind !== 'failed') throw new Error('the fixture has changed');
    const images = Array.from({ length: 20_000 }, (_, index) => ({
      ...record.plan.images[0]!,
      name: `é.example/${index}:1`,
    }));
    const long = '𝕏'.repeat(200_000);
    const stepLog = Array.from({ length: 20_000 }, () => long.slice(0, 1000));
    const { failure } = record.outcome;
    const spot = {
      file: 'Dockerfile',
      line: 7,
      excerpt: Array.from({ length: 5000 }, () => `>>> RUN ${long}`),
    };
    const told = {
      ...failure,
      headline: long,
      advice: long,
      evidence: [long, long],
      dockerfile: spot,
    };
    const outcome = {
      ...record.outcome,
      failure: told,
      stepLog,
      lastLine: long,
    };
    const argv = [
      ...record.plan.argv,
      ...Array.from({ length: 1000 }, (_, index) => `--label=${index}=${'x'.repeat(1000)}`),
    ];
    const summary = renderSummary({
      ...failedUserCode,
      attempts: [{ ...record, outcome, plan: { ...record.plan, images, argv } }],
    });
    expect(Buffer.byteLength(summary)).toBeGreaterThan(SUMMARY_LIMIT_BYTES * 0.9);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
    expect(openAtEnd(summary)).toEqual({ fence: false, folds: 0 });
    for (const part of ['| Class | `user-code` |', '**Last lines of this step**', '=== DIAGNOSTIC INFORMATION ==='])
      expect(summary).toContain(part);
    expect(summary.indexOf('=== DIAGNOSTIC INFORMATION ===')).toBeLessThan(200_000);
  });
});
