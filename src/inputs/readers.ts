import type { RawValue } from './raw.ts';

/**
 * Readers of single values. Each takes the list of problems along and adds to it instead of throwing, so that a user
 * sees everything that is wrong at once; the value that is returned then only serves to go on reading.
 */
export type Problems = string[];

/** Longest time that a timer of Node can hold: a larger one would fire at once. */
const MAX_SECONDS = 2_147_483;

export function readSeconds(raw: RawValue, problems: Problems): number {
  return readWhole(raw, problems, 1, MAX_SECONDS, 'a whole number of seconds') * 1000;
}

export function readWhole(
  raw: RawValue,
  problems: Problems,
  min: number,
  max: number,
  what = 'a whole number',
): number {
  const value = /^\d+$/.test(raw.text) ? Number(raw.text) : Number.NaN;
  if (Number.isNaN(value) || value < min || value > max) {
    problems.push(`${raw.label}: "${raw.text}" is not ${what} from ${min} to ${max}`);
    return min;
  }
  return value;
}

/** A time as `date +%s` or `date --iso-8601=seconds` print it, in milliseconds since the epoch; null where none is given. */
export function readTime(raw: RawValue, problems: Problems): number | null {
  if (raw.text === '') return null;
  const ms = /^\d{9,11}$/.test(raw.text) ? Number(raw.text) * 1000 : Date.parse(raw.text);
  if (!Number.isNaN(ms)) return ms;
  problems.push(
    `${raw.label}: "${raw.text}" is no time such as 2026-09-01T12:30:00Z, and no number of seconds since 1970`,
  );
  return null;
}

const AGES: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** An age such as `12h`, `7d`, `2w` or a number of seconds, in milliseconds. */
export function readAge(raw: RawValue, problems: Problems): number {
  const [, number = '', unit = 's'] = /^(\d{1,9})\s*([smhdw]?)$/i.exec(raw.text) ?? [];
  if (number === '') problems.push(`${raw.label}: "${raw.text}" is not an age such as 12h or 7d`);
  return Number(number) * (AGES[unit.toLowerCase() || 's'] ?? 1) * 1000;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** A size such as `2GB`, `500 MB`, `1.5GiB` or a number of bytes; null where none is given. */
export function readBytes(raw: RawValue, problems: Problems): number | null {
  if (raw.text === '') return null;
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?$/i.exec(raw.text);
  if (match === null) {
    problems.push(`${raw.label}: "${raw.text}" is not a size such as 2GB or 500MB`);
    return null;
  }
  const [, number = '', unit = '', binary = ''] = match;
  const factor = UNITS[unit.toUpperCase()] ?? 1;
  // KiB, MiB, GiB, TiB are powers of 1024.
  const bytes = Number(number) * (binary === '' ? factor : 1024 ** (Math.log10(factor) / 3));
  return Math.floor(bytes);
}

/** The booleans of GitHub's `core.getBooleanInput` (YAML 1.2 core schema), and 1/0 as environment variables have them. */
export function readBoolean(raw: RawValue, problems: Problems): boolean {
  if (/^(true|True|TRUE|1)$/.test(raw.text)) return true;
  if (/^(false|False|FALSE|0|)$/.test(raw.text)) return false;
  problems.push(`${raw.label}: "${raw.text}" is neither true nor false`);
  return false;
}

export function readChoice<T extends string>(raw: RawValue, choices: readonly T[], problems: Problems): T {
  const found = choices.find((choice) => choice === raw.text.toLowerCase());
  if (found === undefined) problems.push(`${raw.label}: "${raw.text}" is not one of ${choices.join(', ')}`);
  return found ?? (choices[0] as T);
}

export function optional(raw: RawValue): string | null {
  return raw.text === '' ? null : raw.text;
}

/** Comma- or line-separated, trimmed, empty items dropped. */
export function readList(raw: RawValue): readonly string[] {
  return raw.text
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
