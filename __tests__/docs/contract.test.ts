import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { actionDefinition, dropInTable, inputsTable, outputsTable } from '../../scripts/docs/contract.ts';
import { INPUT_TABLE } from '../../src/inputs/table.ts';
import { settingsHelp, usage } from '../../src/cli-usage.ts';

test('action.yml says what the table of inputs says', async () => {
  expect(parse(await readFile('action.yml', 'utf8'))).toEqual(actionDefinition());
});

test.each([
  ['inputs', inputsTable()],
  ['drop-in-inputs', dropInTable()],
  ['outputs', outputsTable()],
])('the README has the table of %s', async (name, table) => {
  const readme = await readFile('README.md', 'utf8');
  const section = readme.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? '';
  expect(cells(section)).toEqual(cells(table));
});

test('the help names every input and every variable', () => {
  const help = usage() + settingsHelp();
  const words = INPUT_TABLE.flatMap((row) => [`--${row.name} `, ...(row.variable === null ? [] : [row.variable])]);
  expect(words.filter((word) => !help.includes(word))).toEqual([]);
});

/** A table's cells, whatever the width of its columns. */
function cells(table: string): readonly (readonly string[])[] {
  const rows = table.split('\n').filter((line) => line.startsWith('|') && !/^[|\s-]+$/.test(line));
  return rows.map((line) => line.split('|').map((cell) => cell.trim()));
}
