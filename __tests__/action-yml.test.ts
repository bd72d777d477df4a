import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { INPUT_TABLE } from '../src/inputs/table.ts';
import { prewarmOutputs } from '../src/report/prewarm.ts';
import { outputsOf } from '../src/report/outputs.ts';
import { recovered } from './report/fixtures/built.ts';
import { failedInfrastructure } from './report/fixtures/failed.ts';
import { warmed } from './report/fixtures/prewarmed.ts';

const text = readFileSync(new URL('../action.yml', import.meta.url), 'utf8');
const input = z.strictObject({ description: z.string(), required: z.literal(false), default: z.string() });
const action = z
  .object({
    inputs: z.record(z.string(), input),
    outputs: z.record(z.string(), z.strictObject({ description: z.string() })),
    runs: z.object({ using: z.string(), main: z.string(), post: z.string() }),
  })
  .parse(parse(text));

describe('inputs', () => {
  test('are those of the table, in its order', () => {
    expect(Object.keys(action.inputs)).toEqual(INPUT_TABLE.map((row) => row.name));
  });

  test.each(INPUT_TABLE)('$name', (row) => {
    // GitHub passes a default as if the user had given it, which would win over the variable: so the code keeps it.
    const inherited = row.expression ?? (row.variable === null ? row.fallback : '');
    const named =
      row.variable === null ? [] : [row.variable, ...(row.fallback === '' ? [] : [`default ${row.fallback}`])];
    const description = named.length === 0 ? row.description : `${row.description} (variable ${named.join(', ')})`;
    expect(action.inputs[row.name]).toEqual({ description, required: false, default: inherited });
  });
});

test('outputs are those that a run can have', () => {
  const names = [recovered, failedInfrastructure].flatMap((result) => Object.keys(outputsOf(result)));
  // Where the report was written is known to the entry point alone; another base and a scan are nothing that these two runs have.
  expect(new Set(Object.keys(action.outputs))).toEqual(
    new Set([...Object.keys(prewarmOutputs(warmed)), ...names, 'report', 'substitutions', 'sarif', 'badge', 'issue']),
  );
});

test('it runs on Node 24, and once more afterwards', () => {
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js', post: 'dist/index.js' });
});
