import type { CatalogueEntry } from '../registry/catalogue.ts';
import type { Proposal } from './judge.ts';

/** The keys in the order of the file. */
const KEYS = [
  ...(['kind', 'upstream', 'mirror', 'mapping', 'operator', 'trust', 'region', 'state', 'since', 'evidence'] as const),
];

/** The catalogue as its file has it, to the letter: an entry a block, its mapping in one line. */
export function catalogueText(entries: readonly CatalogueEntry[]): string {
  const blocks = entries.map((entry) => {
    const lines = KEYS.map((key) => `    ${JSON.stringify(key)}: ${inline(entry[key])}`);
    return `  {\n${lines.join(',\n')}\n  }`;
  });
  return `[\n${blocks.join(',\n')}\n]\n`;
}

function inline(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${JSON.stringify(part)}`);
  return `{ ${parts.join(', ')} }`;
}

/** An entry as a proposal would have it: the reason comes before the evidence there was. */
export function proposed(entry: CatalogueEntry, { state, trust, reason }: Proposal, day: string): CatalogueEntry {
  const evidence = `${reason.replace(/\.$/, '')}. ${entry.evidence}`;
  const changed = { ...entry, state: state ?? entry.state, since: state === undefined ? entry.since : day, evidence };
  return trust === undefined || changed.kind !== 'registry' ? changed : { ...changed, trust };
}

const CONTEXT = 3;

/**
 * A unified diff of two texts with the same number of lines, as `git apply` takes it; empty where they are equal.
 *
 * @param path of the file, from the root of the repository
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  const [old, now] = [before, after].map((text) => text.replace(/\n$/, '').split('\n')) as [string[], string[]];
  const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]));
  if (changed.length === 0) return '';
  const hunks: { from: number; to: number }[] = [];
  for (const index of changed) {
    const from = Math.max(0, index - CONTEXT);
    const to = Math.min(old.length, index + CONTEXT + 1);
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  const texts = hunks.map(({ from, to }) => {
    const head = `@@ -${from + 1},${to - from} +${from + 1},${to - from} @@`;
    return [head, ...hunkLines(old.slice(from, to), now.slice(from, to))].join('\n');
  });
  return `--- a/${path}\n+++ b/${path}\n${texts.join('\n')}\n`;
}

/** Changed lines in a row are taken out together and put in together. */
function hunkLines(old: readonly string[], now: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let added: string[] = [];
  for (const [index, line] of old.entries()) {
    const replaced = now[index] ?? '';
    if (line === replaced) {
      lines.push(...added, ` ${line}`);
      added = [];
    } else {
      lines.push(`-${line}`);
      added.push(`+${replaced}`);
    }
  }
  return [...lines, ...added];
}
