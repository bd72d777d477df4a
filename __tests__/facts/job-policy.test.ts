import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJobPolicy } from '../../src/facts/job-policy.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'job-policy-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

test('names and numbers of the protocol are read, and everything else is kept', async () => {
  const rules = [
    { action: 2, selector: { identifier: 'a', match_type: 1 }, updates: { identifier: 'b' } },
    { selector: { identifier: 'c' } },
  ];
  await writeFile(join(folder, 'policy.json'), JSON.stringify({ version: 1, rules, more: true }));
  expect(await readJobPolicy('policy.json', folder)).toMatchObject({
    kind: 'read',
    rules: [
      { action: 'CONVERT', selector: { identifier: 'a', match_type: 'EXACT' }, updates: { identifier: 'b' } },
      { action: 'ALLOW', selector: { identifier: 'c', match_type: 'WILDCARD' } },
    ],
    whole: { version: 1, more: true },
  });
});

test.each([
  ['no JSON', 'rules:'],
  ['no rules', '{"rules":{"action":"DENY"}}'],
  ['an unknown action', '{"rules":[{"action":"SHRUG","selector":{"identifier":"a"}}]}'],
])('%s: buildx will say it', async (name, text) => {
  await writeFile(join(folder, name), text);
  expect(await readJobPolicy(name, folder)).toMatchObject({ kind: 'unreadable', path: name });
});

test('there is none, or it is not there', async () => {
  expect(await readJobPolicy(null, folder)).toBeNull();
  expect(await readJobPolicy('nowhere.json', folder)).toMatchObject({ kind: 'unreadable' });
});
