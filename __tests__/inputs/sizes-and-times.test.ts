import { describe, expect, test } from 'vitest';
import { inputsOf, problemsOf } from './given.ts';

describe('sizes', () => {
  test.each([
    ['', null],
    ['1000', 1000],
    ['500MB', 500_000_000],
    ['2 GB', 2_000_000_000],
    ['1.5g', 1_500_000_000],
    ['1GiB', 1_073_741_824],
    ['2KiB', 2048],
    ['0', 0],
  ])('%s', (text, bytes) => {
    expect(inputsOf({ 'cache-max-size': text }).settings.cacheMaxBytes).toBe(bytes);
  });

  test.each(['much', '-1', '1 EB', '1,5GB'])('%s is none', (text) => {
    expect(problemsOf({ 'cache-max-size': text })).toEqual([
      `input cache-max-size: "${text}" is not a size such as 2GB or 500MB`,
    ]);
  });
});

describe('times', () => {
  test.each([
    ['', null],
    ['1788265800', 1_788_265_800_000],
    ['2026-09-01T12:30:00Z', 1_788_265_800_000],
    ['2026-09-01T14:30:00+02:00', 1_788_265_800_000],
  ])('%s', (text, ms) => {
    expect(inputsOf({ 'job-deadline': text }).settings.jobDeadlineMs).toBe(ms);
  });

  test.each(['soon', '30m'])('%s is none', (text) => {
    expect(problemsOf({ 'job-deadline': text })).toEqual([
      `input job-deadline: "${text}" is no time such as 2026-09-01T12:30:00Z, and no number of seconds since 1970`,
    ]);
  });
});

describe('ages', () => {
  test.each([
    ['7d', 604_800_000],
    ['12h', 43_200_000],
    ['30 m', 1_800_000],
    ['2w', 1_209_600_000],
    ['90', 90_000],
    ['0', 0],
  ])('%s', (text, ms) => {
    expect(inputsOf({ 'warm-max-age': text }).settings.warmMaxAgeMs).toBe(ms);
  });

  test.each(['old', '-1d', '1.5d'])('%s is none', (text) => {
    expect(problemsOf({ 'warm-max-age': text })).toEqual([
      `input warm-max-age: "${text}" is not an age such as 12h or 7d`,
    ]);
  });
});

test('a pre-warm cannot be offline, and needs no image', () => {
  expect(inputsOf({ mode: 'prewarm', image: '' }).mode).toBe('prewarm');
  expect(problemsOf({ mode: 'prewarm', offline: 'true' })).toEqual([
    'input offline: the mode prewarm fetches images, so it cannot be offline',
  ]);
});
