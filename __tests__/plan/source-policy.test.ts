import { expect, test } from 'vitest';
import { forbidden } from '../../src/plan/forbidden.ts';
import { policyObstacle } from '../../src/plan/source-policy.ts';
import { answerOf, blueprints, deadUpstream, digestA, factsOf, inputsOf } from './world.ts';
import { planOf, golang } from './question.ts';

const dead = deadUpstream('docker.io');
const gcr = answerOf('mirror.gcr.io', { operator: 'google' });
const ecr = answerOf('public.ecr.aws', { operator: 'amazon' });

test('a source policy takes buildx 0.11 and BuildKit 0.12, and none of the job itself; unknown versions are new', () => {
  const buildx = { kind: 'plugin', refusal: null } as const;
  const obstacle = (version: string | null, nodes: readonly (string | null)[]): string | null =>
    policyObstacle(factsOf({ buildx: { ...buildx, version, nodes } }));
  expect(obstacle('v0.29.1', ['v0.25.1'])).toBeNull();
  expect(obstacle(null, [null])).toBeNull();
  expect(obstacle('v0.0.0+unknown', ['v0.0.0+unknown'])).toBeNull();
  expect(obstacle('v0.10.4', ['v0.25.1'])).toBe('buildx before 0.11 takes no source policy');
  expect(obstacle('v0.29.1', ['v0.25.1', 'v0.11.6'])).toBe('BuildKit before 0.12 resolves tags past a source policy');
  expect(policyObstacle(factsOf({ runner: { sourcePolicy: '/policy.json' } }))).toContain('a source policy of its own');
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
  expect(forbidden(plan, inputs.settings)).toBeNull();
});

test('locked without an entry, and mirrors-only without a mirror, are not built at all', async () => {
  const locked = inputsOf({ locked: 'true' });
  const plan = await planOf({ inputs: locked, answers: { [golang]: [gcr] } });
  expect(forbidden(plan, locked.settings)).toMatch(
    /^locked: true leaves no source for golang:1\.24: docker-build\.lock has no entry for golang:1\.24; run /,
  );
  const only = inputsOf({ 'mirrors-only': 'true', mirrors: 'gcr.io=registry.corp.example/gcr' });
  const alone = await planOf({ inputs: only, answers: { [golang]: [dead] } });
  expect(forbidden(alone, only.settings)).toMatch(/^mirrors-only: true leaves no source for golang:1\.24: /);
  expect(forbidden(alone, inputsOf().settings)).toBeNull();
});
