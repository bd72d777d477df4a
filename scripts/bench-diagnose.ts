/*
 * How well failures are attributed: `npm run bench:diagnose [FILE] [-- --write]`.
 * FILE is JSON lines with id, source, class, retryable, component and log; default: the project's own corpora.
 * `--write` keeps the result in docs/diagnose.md. Ends with 1 if a final error would be retried.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, parseCorpus, percent, type Score } from '../__tests__/failure/measure.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const corpora = [
  { file: '__tests__/failure/corpus.jsonl', what: 'real failures the rules were developed on' },
  { file: '__tests__/failure/cases.jsonl', what: 'own cases: every tool, and the traps' },
  {
    file: '__tests__/failure/unseen.jsonl',
    what: 'real failures from other threads; for what they prove see above',
  },
] as const;

function matrix(score: Score): string {
  const answers = [...new Set([...score.confusion.values()].flatMap((counts) => [...counts.keys()]))].sort();
  const rows = [...score.confusion]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([label, counts]) => {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const cells = answers.map((answer) => String(counts.get(answer) ?? '·'));
      return [label, ...cells, String(total)];
    });
  return markdownTable([['label \\ answer', ...answers, 'rows'], ...rows]);
}

function markdownTable(table: readonly (readonly string[])[]): string {
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head, ...body] = table.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

function summary(score: Score): readonly string[] {
  return [
    `class right:          ${score.classRight} of ${score.total} (${percent(score.classRight, score.total)})`,
    `retrying right:       ${score.retryRight} of ${score.total} (${percent(score.retryRight, score.total)})`,
    `final errors retried: ${score.retriedFinals.length}${score.retriedFinals.length === 0 ? '' : ` (${score.retriedFinals.join(', ')})`}`,
  ];
}

async function scoreOf(file: string): Promise<Score> {
  return measure(parseCorpus(await readFile(path.resolve(root, file), 'utf8')));
}

function document(parts: readonly { readonly file: string; readonly what: string; readonly score: Score }[]): string {
  const lines = parts.map(({ file, what, score }) => {
    const right = [percent(score.classRight, score.total), percent(score.retryRight, score.total)];
    return [path.basename(file), what, String(score.total), ...right, String(score.retriedFinals.length)];
  });
  const table = [['corpus', 'what', 'rows', 'class right', 'retrying right', 'final errors retried'], ...lines];
  const matrices = parts.map(({ file, score }) => `### ${path.basename(file)}\n\n${matrix(score)}`);
  return ['## Measured', 'Made by `npm run bench:diagnose -- --write`.', markdownTable(table), ...matrices].join(
    '\n\n',
  );
}

const marker = '<!-- measured -->';

async function main(args: readonly string[]): Promise<number> {
  const named = args.filter((arg) => !arg.startsWith('--'));
  const chosen =
    named.length > 0 ? named.map((file) => ({ file: path.resolve(file), what: 'given by path' })) : corpora;
  const parts = await Promise.all(chosen.map(async (corpus) => ({ ...corpus, score: await scoreOf(corpus.file) })));
  for (const { file, score } of parts) {
    console.log([`\n${file}`, ...summary(score), '', matrix(score)].join('\n'));
    for (const miss of score.misses)
      console.log(`  ${miss.id} (${miss.source}): wanted ${miss.wanted}; got ${miss.got}: ${miss.headline}`);
  }
  if (args.includes('--write')) {
    const page = path.join(root, 'docs/diagnose.md');
    const prose = (await readFile(page, 'utf8')).split(marker)[0] ?? '';
    await writeFile(page, `${prose}${marker}\n\n${document(parts)}\n`);
  }
  return parts.some(({ score }) => score.retriedFinals.length > 0) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
