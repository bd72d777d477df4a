import { parse, type Options } from 'csv-parse/sync';

/** How one input is split: what each of docker/build-push-action's lists does (src/context.ts `getInputs`). */
export interface ListRules {
  /** Whether a comma separates items as a line end does, or belongs to the item. */
  readonly comma: 'separates' | 'kept';
  /** Whether double quotes around an item are syntax or text. */
  readonly quotes: 'syntax' | 'text';
  readonly trim: boolean;
}

export type List =
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'malformed'; readonly problem: string };

export const LINES: ListRules = { comma: 'kept', quotes: 'syntax', trim: true };
export const ITEMS: ListRules = { comma: 'separates', quotes: 'syntax', trim: true };
export const OUTPUTS: ListRules = { comma: 'kept', quotes: 'text', trim: true };
export const SECRETS: ListRules = { comma: 'kept', quotes: 'syntax', trim: false };

/**
 * Splits a list as docker/actions-toolkit does (src/util.ts `getList`), with the same parser and options: quotes count only
 * at the start of a line, `""` in them is a quote, a quoted item may span lines. Only a text that mixes CRLF and LF is
 * split at both here, where the original goes by whichever comes first.
 */
export function readList(text: string, rules: ListRules): List {
  if (text === '') return { kind: 'list', items: [] };
  const records = readRecords(text, {
    relaxQuotes: true,
    skipEmptyLines: true,
    quote: rules.quotes === 'syntax' ? '"' : false,
    ...(text.includes('\n') ? { recordDelimiter: ['\r\n', '\n'] } : {}),
  });
  if (records.kind === 'malformed') return records;
  const items = records.records.flatMap((record) => itemsOf(record, rules)).filter((item) => item !== '');
  return { kind: 'list', items: rules.trim ? items.map((item) => item.trim()) : items };
}

function itemsOf(record: readonly string[], rules: ListRules): readonly string[] {
  if (rules.comma === 'kept') return [record.join(',')];
  // A comma inside quotes separates as well when the quoted text is all there is on the line.
  return record.length === 1 ? (record[0] ?? '').split(',') : record;
}

export type Records =
  | { readonly kind: 'records'; readonly records: readonly (readonly string[])[] }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Comma-separated fields, as exporters, attestations and caches are written. */
export function readFields(text: string): Records {
  return readRecords(text, { trim: true });
}

function readRecords(text: string, options: Options): Records {
  try {
    return { kind: 'records', records: parse(text, { ...options, relaxColumnCount: true }) };
  } catch (error) {
    return { kind: 'malformed', problem: error instanceof Error ? error.message : String(error) };
  }
}
