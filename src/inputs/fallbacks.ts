import { contextKey, parseReference } from '../registry/reference.ts';
import type { RawValue } from './raw.ts';
import type { Problems } from './readers.ts';

/** Bases that may stand in for one that cannot be had, in order of preference. */
export interface BaseFallback {
  /** As the user wrote it. */
  readonly image: string;
  /** The key of a named context for it, by which names that mean the same are equal. */
  readonly contextKey: string;
  readonly alternatives: readonly string[];
}

/** Reads `gcr.io/distroless/static:nonroot => debian:13-slim, alpine:3.22`, an image a line. */
export function readFallbacks(raw: RawValue, problems: Problems): readonly BaseFallback[] {
  const lines = raw.text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  return lines
    .filter((line) => line !== '')
    .flatMap((line): readonly BaseFallback[] => {
      const [image = '', list, ...more] = line.split('=>').map((part) => part.trim());
      const alternatives = (list ?? '')
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
      if (alternatives.length === 0 || more.length > 0) {
        problems.push(
          `${raw.label}: "${line}" is not like "gcr.io/distroless/static:nonroot => debian:13-slim, alpine:3.22"`,
        );
        return [];
      }
      const wrong = [image, ...alternatives].flatMap((name) => {
        const parsed = parseReference(name);
        return parsed.kind === 'invalid' ? [`${raw.label}: ${parsed.problem}`] : [];
      });
      problems.push(...wrong);
      const parsed = parseReference(image);
      if (wrong.length > 0 || parsed.kind === 'invalid') return [];
      return [{ image, contextKey: contextKey(parsed.reference), alternatives }];
    });
}
