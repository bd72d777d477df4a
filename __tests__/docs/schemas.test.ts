import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { reportSchema, schemaFiles } from '../../scripts/docs/schemas.ts';
import { reportOf } from '../../src/report/report.ts';
import * as built from '../report/fixtures/built.ts';
import * as failed from '../report/fixtures/failed.ts';

/* What a real plan and a real report look like is asked in __tests__/e2e/sources-plan.test.ts. */

test.each(Object.entries(schemaFiles()))('%s is made from its schema', async (file, text) => {
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(text));
});

test.each(
  Object.entries({ ...built, ...failed }).flatMap(([name, value]) => (isResult(value) ? [[name, value] as const] : [])),
)('the report of %s fits the schema', (_, result) => {
  const report: unknown = JSON.parse(JSON.stringify(reportOf(result)));
  expect(reportSchema.safeParse(report).error?.issues ?? []).toEqual([]);
});

function isResult(value: unknown): value is Parameters<typeof reportOf>[0] {
  return typeof value === 'object' && value !== null && 'verdict' in value;
}
