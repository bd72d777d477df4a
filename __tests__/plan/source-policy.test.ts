import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import type { PolicyRule } from '../../src/facts/job-policy.ts';
import { forbidden } from '../../src/plan/forbidden.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { policyObstacle } from '../../src/plan/source-policy.ts';
import { answerOf, blueprints, deadUpstream, digestA, factsOf, inputsOf } from './world.ts';
import { golang, planOf, valuesOf } from './question.ts';

const dead = deadUpstream('docker.io');
const gcr = answerOf('mirror.gcr.io', { operator: 'google' });
const ecr = answerOf('public.ecr.aws', { operator: 'amazon' });

test('a source policy takes buildx 0.11 and BuildKit 0.12, and a readable one of the job; unknown versions are new', () => {
  const buildx = { kind: 'plugin', refusal: null } as const;
  const obstacle = (version: string | null, nodes: readonly (string | null)[]): string | null =>
    policyObstacle(factsOf({ buildx: { ...buildx, version, nodes } }));
  expect(obstacle('v0.29.1', ['v0.25.1'])).toBeNull();
  expect(obstacle(null, [null])).toBeNull();
  expect(obstacle('v0.0.0+unknown', ['v0.0.0+unknown'])).toBeNull();
  expect(obstacle('v0.10.4', ['v0.25.1'])).toBe('buildx before 0.11 takes no source policy');
  expect(obstacle('v0.29.1', ['v0.25.1', 'v0.11.6'])).toBe('BuildKit before 0.12 resolves tags past a source policy');
  const broken = { kind: 'unreadable', path: '/policy.json', problem: 'no JSON' } as const;
  expect(policyObstacle({ ...factsOf(), jobPolicy: broken })).toMatch(/the job's own source policy .*: no JSON$/);
});

test('an image that a stage is named like: a rule in place of a context', async () => {
  const plan = await planOf({
    blueprints: blueprints('FROM golang AS golang\nFROM golang\n'),
    answers: { 'docker.io/library/golang': [dead, gcr, ecr] },
  });
  expect(plan.argv).not.toContain('--build-context');
  expect(plan.env['EXPERIMENTAL_BUILDKIT_SOURCE_POLICY']).toBe('/run/source-policy.json');
  expect(JSON.parse(plan.policy?.text ?? '')).toEqual({
    version: 1,
    rules: [
      {
        action: 'CONVERT',
        selector: { identifier: 'docker-image://docker.io/library/golang:latest', match_type: 'WILDCARD' },
        updates: { identifier: `docker-image://mirror.gcr.io/library/golang@${digestA}` },
      },
    ],
  });
});

test('a healthy world carries neither rules nor variables of them', async () => {
  const plan = await planOf();
  expect(plan.policy).toBeUndefined();
  expect(plan.env).toEqual({ BUILDX_METADATA_WARNINGS: 'true' });
});

test('what was agreed on and nobody has is asked by digest, never by its tag', async () => {
  const inputs = inputsOf({ locked: 'true' });
  const entry = { digest: digestA, platforms: [], resolvedAt: '2026-08-01', from: 'docker.io' };
  const plan = await planOf({ inputs, lock: new Map([[golang, entry]]), answers: { [golang]: [dead] } });
  expect(plan.argv).toContain(`golang:1.24=docker-image://docker.io/library/golang@${digestA}`);
  expect(forbidden(plan, inputs.settings, null)).toBeNull();
});

test('locked without an entry, and mirrors-only without a mirror, are not built at all', async () => {
  const locked = inputsOf({ locked: 'true' });
  const plan = await planOf({ inputs: locked, answers: { [golang]: [gcr] } });
  expect(forbidden(plan, locked.settings, null)).toMatch(
    /^locked: true leaves no source for golang:1\.24: docker-build\.lock has no entry for golang:1\.24; run /,
  );
  const only = inputsOf({ 'mirrors-only': 'true', mirrors: 'gcr.io=registry.corp.example/gcr' });
  const alone = await planOf({ inputs: only, answers: { [golang]: [dead] } });
  expect(forbidden(alone, only.settings, null)).toMatch(/^mirrors-only: true leaves no source for golang:1\.24: /);
  expect(forbidden(alone, inputsOf().settings, null)).toBeNull();
});

test('what nobody could read is built neither locked nor with mirrors-only', async () => {
  const plan = await planOf();
  const problem = (flags: Readonly<Record<string, string>>): string | null =>
    forbidden(plan, inputsOf(flags).settings, 'only BuildKit will read it');
  expect(problem({})).toBeNull();
  expect(problem({ locked: 'true' })).toBe('locked: true cannot be kept: only BuildKit will read it');
  expect(problem({ 'mirrors-only': 'true' })).toBe('mirrors-only: true cannot be kept: only BuildKit will read it');
});

interface WrittenRule {
  readonly action: string;
  readonly selector: { readonly identifier: string };
}

function rulesOf(plan: Plan): readonly string[] {
  const { rules } = JSON.parse(plan.policy?.text ?? '{"rules":[]}') as { readonly rules: readonly WrittenRule[] };
  return rules.map(({ action, selector }) => `${action} ${selector.identifier.replace('docker-image://', '')}`);
}

test('locked and mirrors-only let in what was planned and what the user names, and nothing else', async () => {
  const entry = { digest: digestA, platforms: [], resolvedAt: '2026-08-01', from: 'docker.io' };
  const locked = await planOf({
    inputs: inputsOf({
      locked: 'true',
      'build-contexts': 'tools=docker-image://busybox:1.37\nmore=docker-image://alpine',
    }),
    lock: new Map([[golang, entry]]),
    answers: { [golang]: [dead, gcr, ecr] },
  });
  expect(rulesOf(locked)).toEqual([
    'DENY *',
    `ALLOW mirror.gcr.io/library/golang@${digestA}`,
    'ALLOW docker.io/library/busybox:1.37',
    'ALLOW docker.io/library/busybox:1.37@*',
    // Not alpine-of-somebody-else, which a star behind the name would let in.
    'ALLOW docker.io/library/alpine:latest',
    'ALLOW docker.io/library/alpine:latest@*',
  ]);
  const old = factsOf({ buildx: { kind: 'plugin', refusal: null, version: 'v0.10.4', nodes: ['v0.25.1'] } });
  const without = await planOf({ facts: old, inputs: inputsOf({ locked: 'true' }), lock: new Map([[golang, entry]]) });
  expect(without.policy).toBeUndefined();
});

const rule = (action: 'ALLOW' | 'DENY' | 'CONVERT', identifier: string): PolicyRule => ({
  action,
  selector: { identifier: `docker-image://${identifier}`, match_type: 'WILDCARD' },
});

/** Facts of a job with a source policy of its own. */
function withRules(...rules: readonly PolicyRule[]): Facts {
  return { ...factsOf(), jobPolicy: { kind: 'read', path: '/policy.json', rules, whole: { version: 1, rules } } };
}

test("the job's own rules come first, in one policy with ours", async () => {
  const plan = await planOf({
    facts: withRules(rule('DENY', 'quay.io/*')),
    blueprints: blueprints('FROM golang AS golang\nFROM golang\n'),
    answers: { 'docker.io/library/golang': [dead, gcr, ecr] },
  });
  expect(rulesOf(plan)).toEqual(['DENY quay.io/*', 'CONVERT docker.io/library/golang:latest']);
  const healthy = await planOf({ facts: withRules(rule('DENY', 'quay.io/*')) });
  expect([healthy.policy, healthy.env]).toEqual([undefined, { BUILDX_METADATA_WARNINGS: 'true' }]);
});

test.each<[string, readonly PolicyRule[], object, readonly string[]]>([
  [
    'a mirror that it keeps out is passed over',
    [rule('DENY', 'mirror.gcr.io/*')],
    { kind: 'mirror', host: 'public.ecr.aws' },
    [`golang:1.24=docker-image://public.ecr.aws/library/golang@${digestA}`],
  ],
  [
    'an image that it denies stays denied',
    [rule('DENY', '*'), rule('ALLOW', 'mirror.gcr.io/*')],
    { kind: 'upstream', reason: "denied by the job's own source policy" },
    [],
  ],
  [
    'an image that it redirects stays redirected',
    [rule('CONVERT', 'docker.io/library/*')],
    { kind: 'upstream', reason: "redirected by the job's own source policy" },
    [],
  ],
])("the job's own source policy: %s", async (_, rules, choice, contexts) => {
  const amazon = answerOf('public.ecr.aws', { operator: 'amazon', latencyMs: 400 });
  const plan = await planOf({
    facts: withRules(...rules),
    answers: { [golang]: [dead, gcr, amazon] },
    memory: new Map([[golang, { digest: digestA, atMs: 0 }]]),
  });
  expect(plan.images[0]?.choice).toMatchObject(choice);
  expect(valuesOf(plan, '--build-context')).toEqual(contexts);
});

describe('an image that the user has inspected is fetched by the digest that was looked at', () => {
  const verify = { verify: 'docker.io/library/* => key=cosign.pub' };
  const pin = `golang:1.24=docker-image://docker.io/library/golang@${digestA}`;

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['its signature', verify, [pin]],
    ["another image's signature", { verify: 'ghcr.io/* => key=cosign.pub' }, []],
    ['its findings', { scan: 'bases', 'scan-fail-on': 'high' }, [pin]],
    ['its findings, of which none ends a build', { scan: 'bases' }, []],
  ])('%s', async (_, flags, contexts) => {
    const plan = await planOf({ inputs: inputsOf(flags) });
    expect(plan.images[0]?.choice).toMatchObject({ kind: 'upstream', digest: digestA });
    expect(valuesOf(plan, '--build-context')).toEqual(contexts);
    expect(plan.policy).toBeUndefined();
  });

  test('by a rule where no named context reaches it, unless the rules of the job cannot be read', async () => {
    const answers = { 'docker.io/library/golang': [answerOf('docker.io', { kind: 'upstream' })] };
    const question = {
      blueprints: blueprints('FROM golang AS golang\nFROM golang\n'),
      inputs: inputsOf(verify),
      answers,
    };
    expect(rulesOf(await planOf(question))).toEqual(['CONVERT docker.io/library/golang:latest']);
    const facts: Facts = { ...factsOf(), jobPolicy: { kind: 'unreadable', path: '/policy.json', problem: 'no JSON' } };
    expect((await planOf({ ...question, facts })).policy).toBeUndefined();
  });
});

describe('what cannot take named contexts is given rules, or told why not', () => {
  const plain = 'FROM golang:1.24\nRUN true\n';
  const versions = (buildx: string, buildkit: string): Partial<Facts> => ({
    ...factsOf({ buildx: { kind: 'plugin', refusal: null, version: buildx, nodes: [buildkit] } }),
  });
  const planned = async (text: string, facts: Partial<Facts> = {}): Promise<Plan> =>
    await planOf({
      facts: { ...factsOf(), ...facts },
      blueprints: blueprints(text),
      answers: {
        [golang]: [dead, gcr, ecr],
        ...Object.fromEntries(
          ['1', '1.2', '1.3-labs', '1.4', 'experimental'].map((tag) => [
            `docker.io/docker/dockerfile:${tag}`,
            [dead, gcr, ecr],
          ]),
        ),
      },
    });

  test.each<[string, boolean]>([
    ['1', false],
    ['1.4', false],
    ['1.2', true],
    ['1.3-labs', true],
    ['experimental', true],
  ])('docker/dockerfile:%s', async (tag, isOld) => {
    const plan = await planned(`# syntax=docker/dockerfile:${tag}\n${plain}`);
    expect(plan.images.map(({ choice }) => choice.kind)).toEqual(['mirror', 'mirror']);
    expect(valuesOf(plan, '--build-context')).toHaveLength(isOld ? 0 : 2);
    const rules = plan.policy === undefined ? [] : (JSON.parse(plan.policy.text) as { rules: unknown[] }).rules;
    expect(rules).toHaveLength(isOld ? 2 : 0);
  });

  test.each<[string, string, string]>([
    ['v0.7.1', 'v0.9.3', 'buildx before 0.8 knows no named contexts, and buildx before 0.11 takes no source policy'],
    [
      'v0.29.1',
      'v0.9.3',
      'BuildKit before 0.10 knows no named contexts, and BuildKit before 0.12 resolves tags past a source policy',
    ],
  ])('buildx %s with BuildKit %s', async (buildx, buildkit, reason) => {
    const plan = await planned(plain, versions(buildx, buildkit));
    expect(plan.images[0]?.choice).toMatchObject({ kind: 'none', reason });
    expect(plan.argv).not.toContain('--build-context');
  });
});
