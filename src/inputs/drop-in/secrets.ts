import type { SecretText } from './asked.ts';

/** Secrets as far as they can be read, and a sentence for each that cannot. */
export interface ReadSecrets {
  readonly texts: readonly SecretText[];
  /** The values by the names of their files. */
  readonly values: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** `KEY=VALUE`, split at the first sign; null where either side is empty (docker/actions-toolkit `parseSecretKvp`). */
export function keyAndValue(text: string): { readonly key: string; readonly value: string } | null {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) return null;
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** Secrets given as text. What is not a secret may well be a part of one, so no warning quotes it. */
export function readSecretTexts(items: readonly string[]): ReadSecrets {
  const pairs = items.map(keyAndValue);
  const found = pairs.flatMap((pair, index) => (pair === null ? [] : [{ ...pair, file: `secret-${index + 1}` }]));
  return {
    texts: found.map(({ key, file }) => ({ id: key, file })),
    values: new Map(found.map(({ file, value }) => [file, value])),
    warnings: pairs.flatMap((pair, index) => {
      if (pair !== null) return [];
      const hint = 'KEY=VALUE is, and a value of several lines must be in double quotes together with its key';
      return [`input secrets: item ${index + 1} is not a valid secret and is left out; ${hint}`];
    }),
  };
}

/** `id=KEY,env=VARIABLE` of each. */
export function readSecretEnvs(items: readonly string[]): {
  readonly values: readonly string[];
  readonly warnings: readonly string[];
} {
  return collect(items, (item, number) => {
    const pair = keyAndValue(item);
    if (pair === null)
      return { warning: `input secret-envs: item ${number} is not a valid secret and is left out; KEY=VARIABLE is` };
    return { value: `id=${pair.key},env=${pair.value}` };
  });
}

/** `id=KEY,src=FILE` of each whose file there is. */
export function readSecretFiles(
  items: readonly string[],
  exists: (path: string) => boolean,
): { readonly values: readonly string[]; readonly warnings: readonly string[] } {
  return collect(items, (item, number) => {
    const pair = keyAndValue(item);
    if (pair === null)
      return { warning: `input secret-files: item ${number} is not a valid secret and is left out; KEY=FILE is` };
    if (!exists(pair.value))
      return { warning: `input secret-files: secret file ${pair.value} not found, so ${pair.key} is left out` };
    return { value: `id=${pair.key},src=${pair.value}` };
  });
}

/** Whether the secrets bring a token for Git of their own. */
export function hasGitToken(items: readonly string[]): boolean {
  return items.some((item) => item.startsWith('GIT_AUTH_TOKEN='));
}

function collect(
  items: readonly string[],
  read: (item: string, number: number) => { readonly value: string } | { readonly warning: string },
): { readonly values: readonly string[]; readonly warnings: readonly string[] } {
  const results = items.map((item, index) => read(item, index + 1));
  return {
    values: results.flatMap((result) => ('value' in result ? [result.value] : [])),
    warnings: results.flatMap((result) => ('warning' in result ? [result.warning] : [])),
  };
}
