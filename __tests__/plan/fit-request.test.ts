import { describe, expect, test } from 'vitest';
import { fit, planFor, type Step, type Tools } from '../inputs/drop-in/given.ts';

const problemOf = (step: Step, tools: Tools): string | null => {
  const fitted = fit(step, tools);
  return fitted.kind === 'refused' ? fitted.problem : null;
};
const warningsOf = (step: Step, tools: Tools): readonly string[] => {
  const fitted = fit(step, tools);
  return fitted.kind === 'fits' ? fitted.warnings : [];
};

describe('refused before anything is built', () => {
  test.each<[string, Step, Tools, string]>([
    [
      'no buildx',
      {},
      { kind: 'missing' },
      'Docker buildx is required. See https://github.com/docker/setup-buildx-action to set up buildx.',
    ],
    [
      'a builder that there is not',
      {},
      { refusal: 'ERROR: no builder "mine" found' },
      'ERROR: no builder "mine" found',
    ],
    [
      'call before 0.15',
      { inputs: { call: 'check' } },
      { buildx: 'v0.14.1' },
      'Buildx >= 0.15.0 is required to use the call flag.',
    ],
    [
      'a variable that is no boolean',
      { env: { BUILDX_NO_DEFAULT_ATTESTATIONS: 'maybe' } },
      {},
      'BUILDX_NO_DEFAULT_ATTESTATIONS: parseBool syntax error: maybe',
    ],
  ])('%s', (_, step, tools, problem) => {
    expect(problemOf(step, tools)).toBe(problem);
  });

  test.each<[Step, Tools]>([
    [{ inputs: { call: 'check' } }, { buildx: 'v0.15.0' }],
    [{ inputs: { call: 'check' } }, { buildx: '28c90ea' }],
    [{ env: { BUILDX_NO_DEFAULT_ATTESTATIONS: 'maybe' }, inputs: { provenance: 'false' } }, {}],
    [{ env: { BUILDX_NO_DEFAULT_ATTESTATIONS: 'maybe' } }, { buildx: 'v0.9.0' }],
    [{ inputs: { image: 'a/b', context: 'https://github.com/a/b.git' } }, { refusal: 'ERROR: no builder' }],
  ])('%j is fine', (step, tools) => {
    expect(problemOf(step, tools)).toBeNull();
  });
});

test.each<[Record<string, string>, string, readonly string[]]>([
  [
    { annotations: 'a=b' },
    'v0.11.2',
    ["Annotations are only supported by buildx >= 0.12.0; the input 'annotations' is ignored."],
  ],
  [
    { 'build-contexts': 'a=b' },
    'v0.7.1',
    ["Build contexts are only supported by buildx >= 0.8.0; the input 'build-contexts' is ignored."],
  ],
  [
    { provenance: 'true' },
    'v0.9.1',
    ["Attestations are only supported by buildx >= 0.10.0; the inputs 'attests', 'provenance' and 'sbom' are ignored."],
  ],
  [{}, 'v0.4.0', []],
  [{ annotations: 'a=b', 'build-contexts': 'a=b', provenance: 'true' }, 'v0.12.0', []],
])('%j with buildx %s', (inputs, buildx, warnings) => {
  expect(warningsOf({ inputs: { context: '.', ...inputs } }, { buildx })).toEqual(warnings);
});

test('nothing of the user’s is changed for a builder that cannot do it', async () => {
  const inputs = { context: '.', platforms: 'linux/amd64,linux/arm64', 'cache-to': 'type=gha' };
  const plan = await planFor({ inputs }, { driver: 'docker' });
  expect(plan.builder).toEqual({ kind: 'current', name: null, driver: 'docker' });
  expect(plan.argv).toEqual(
    expect.arrayContaining(['--platform', 'linux/amd64,linux/arm64', '--cache-to', 'type=gha,ignore-error=true']),
  );
  expect(plan.missing).toEqual([]);
});
