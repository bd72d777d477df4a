import { parseReference } from '../registry/reference.ts';
import type { RawValue } from './raw.ts';
import type { Problems } from './readers.ts';

/** An image without a tag or digest, as the input `image` wants it. */
export function checkImage(raw: RawValue, problems: Problems): void {
  const parsed = parseReference(raw.text);
  if (parsed.kind === 'invalid') {
    problems.push(`${raw.label}: ${parsed.problem}`);
  } else if (parsed.reference.digest !== null) {
    problems.push(`${raw.label}: "${raw.text}" has a digest; name the image alone`);
  } else if (parsed.reference.tag !== null) {
    problems.push(`${raw.label}: "${raw.text}" has a tag; give it as version: ${parsed.reference.tag}`);
  }
}

/** A full reference, such as the one of the registry cache. */
export function checkReference(raw: RawValue, problems: Problems): void {
  const parsed = parseReference(raw.text);
  if (parsed.kind === 'invalid') problems.push(`${raw.label}: ${parsed.problem}`);
}

/** The grammar of a tag (distribution/reference, `TagRegexp`). */
export function checkTag(raw: RawValue, problems: Problems): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(raw.text)) return;
  problems.push(
    `${raw.label}: "${raw.text}" is not a tag; letters, digits, "_", "." and "-" make one, at most 128, not starting with "." or "-"`,
  );
}
