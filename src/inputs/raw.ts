import { INPUT_TABLE, type InputRow } from './table.ts';

/** One value as it was given, with the words in which its giver would recognise it. */
export interface RawValue {
  readonly text: string;
  /** `input platforms`, `MAX_RETRY_ATTEMPTS` or `--platforms`: how a problem names it. */
  readonly label: string;
  /** What stands in the input or flag itself, spaces included; null where it was not given at all. */
  readonly given: string | null;
  /** Neither the input nor its variable says anything else than the default. */
  readonly isDefault: boolean;
}

export type RawInputs = (name: string) => RawValue;

/** A place where values are given under their kebab-case names: the action's inputs, or the flags of the command line. */
export interface RawSource {
  readonly get: (name: string) => string | undefined;
  readonly label: (name: string) => string;
}

/** Input wins, then environment variable, then default; an empty text counts as not given, as in GitHub's inputs. */
export function layerInputs(source: RawSource, env: Readonly<Record<string, string | undefined>>): RawInputs {
  const rows = new Map(INPUT_TABLE.map((row) => [row.name, row]));
  return (name) => {
    const row = rows.get(name);
    if (row === undefined) throw new Error(`no input is called ${name}`);
    return readRow(row, source, env);
  };
}

function readRow(row: InputRow, source: RawSource, env: Readonly<Record<string, string | undefined>>): RawValue {
  const given = source.get(row.name) ?? null;
  const text = given?.trim() ?? '';
  const label = source.label(row.name);
  // The runner passes the defaults of action.yml as if they had been given; settings have none there.
  if (text !== '') return { text, label, given, isDefault: row.variable === null && text === row.fallback };
  const variable = row.variable === null ? '' : (env[row.variable]?.trim() ?? '');
  if (variable !== '') return { text: variable, label: String(row.variable), given, isDefault: false };
  return { text: row.fallback, label, given, isDefault: true };
}

/** The action's inputs as GitHub's runner passes them: `INPUT_` and the name in upper case, dashes kept. */
export function actionSource(env: Readonly<Record<string, string | undefined>>): RawSource {
  return {
    get: (name) => env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`],
    label: (name) => `input ${name}`,
  };
}

/** Flags of the command line, `--name value`. */
export function flagSource(flags: Readonly<Record<string, string | undefined>>): RawSource {
  return { get: (name) => flags[name], label: (name) => `--${name}` };
}
