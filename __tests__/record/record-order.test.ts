import { expect, test } from 'vitest';
import { DEFAULT_SWITCHES } from '../../src/inputs/drop-in/switches.ts';
import { readOrder } from '../../src/record/keep-record.ts';
import { expiryOf, orderRecord } from '../../src/record/record-order.ts';
import { factsOf, inputsOf } from '../plan/world.ts';
import type { Result } from '../../src/report/result.ts';

const ref = { builder: 'mybuilder', node: 'mybuilder0', id: 'abcdef7890' };
const github = { GITHUB_REPOSITORY: 'acme/api', GITHUB_RUN_ID: '1' };

function ordered(changes: {
  readonly buildx?: string | null;
  readonly call?: string;
  readonly switches?: Partial<typeof DEFAULT_SWITCHES>;
  readonly env?: Readonly<Record<string, string>>;
  readonly refs?: readonly (typeof ref)[];
}): ReturnType<typeof orderRecord> {
  const { buildx = 'v0.29.1', call, switches, env = github, refs = [ref] } = changes;
  const inputs = inputsOf();
  const result = {
    inputs: {
      ...inputs,
      switches: { ...DEFAULT_SWITCHES, ...switches },
      request: { ...inputs.request, call: call ?? null },
    },
    facts: factsOf({ buildx: { version: buildx } }),
  };
  return orderRecord(result as Result, refs, { env, buildx: ['docker', 'buildx'], of: 'acme/api:1' });
}

test('a record is ordered under the original’s name', () => {
  expect(ordered({})).toEqual({
    kind: 'record',
    order: {
      buildx: ['docker', 'buildx'],
      canFinalize: true,
      refs: [ref],
      name: 'acme~api~ABCDEF.dockerbuild',
      of: 'acme/api:1',
      retentionDays: null,
    },
  });
  const several = ordered({ buildx: 'v0.23.0', call: 'build', refs: [ref, { ...ref, id: 'second' }] });
  expect(several).toMatchObject({ order: { canFinalize: false, name: 'acme~api~ABCDEF+1.dockerbuild' } });
  if (several.kind === 'record') expect(readOrder(JSON.stringify(several.order))).toEqual(several.order);
});

test.each([
  [{ switches: { summary: false } }, 'Build summary disabled'],
  [{ switches: { recordUpload: false } }, 'Build record upload disabled'],
  [{ call: 'check' }, 'Build summary skipped for check subrequest'],
  [{ env: { ...github, GITHUB_SERVER_URL: 'https://ghe.corp.example' } }, 'Build summary is not yet supported on GHES'],
  [{ buildx: 'v0.22.0' }, 'Build summary requires Buildx >= 0.23.0'],
  // The version of the original's job summary-not-supported.
  [{ buildx: 'v0.12.1' }, 'Build summary requires Buildx >= 0.23.0'],
  [{ refs: [] }, 'Build summary requires a build reference'],
  [{ env: {} }, 'Build record is not kept outside of GitHub Actions'],
] as const)('%j: none', (changes, reason) => {
  expect(ordered(changes)).toEqual({ kind: 'none', reason });
});

test.each(['https://github.com', 'https://acme.ghe.com', 'http://github.localhost'])('%s keeps records', (server) => {
  expect(ordered({ env: { ...github, GITHUB_SERVER_URL: server } }).kind).toBe('record');
});

test.each([
  [null, undefined, null],
  [0, undefined, null],
  [-1, undefined, null],
  [2, undefined, '1970-01-03T00:00:00.000Z'],
  [30, '7', '1970-01-08T00:00:00.000Z'],
  [2, '7', '1970-01-03T00:00:00.000Z'],
] as const)('%s days where the repository allows %s end at %s', (days, limit, expires) => {
  expect(expiryOf(days, limit, 0)).toBe(expires);
});

test.each(['', 'null', '{}', '{"refs":1}'])('%s is no order', (text) => {
  expect(readOrder(text)).toBeNull();
});
