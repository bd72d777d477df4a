import type { RawValue } from '../raw.ts';
import type { Problems } from '../readers.ts';

/** The truth values of YAML 1.2's core schema, all that `core.getBooleanInput` takes; null for anything else. */
export function yamlBoolean(text: string): boolean | null {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  return /^(false|False|FALSE)$/.test(text) ? false : null;
}

/** Go's `strconv.ParseBool`, which docker's tools read their variables with; null for anything else. */
export function goBoolean(text: string): boolean | null {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  return /^(0|f|F|false|FALSE|False)$/.test(text) ? false : null;
}

/** A boolean as `core.getBooleanInput` reads it: an empty text, as of an unset expression, is no boolean either. */
export function readStrictly(raw: RawValue, name: string, problems: Problems): boolean {
  const text = (raw.given ?? raw.text).trim();
  const value = yamlBoolean(text);
  if (value === null) {
    const rule = `Input does not meet YAML 1.2 "Core Schema" specification: ${name}`;
    problems.push(`${raw.label}: "${text}" is neither true nor false (${rule})`);
  }
  return value ?? false;
}
