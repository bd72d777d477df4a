import { expect, test } from 'vitest';
import { cutOff, type Surroundings } from '../../src/build/hopeless.ts';
import { down } from '../../src/health/observation.ts';
import type { SourceAnswer } from '../../src/health/source-answer.ts';
import { golang, planOf } from '../plan/question.ts';
import { answerOf, deadUpstream, failureOf, upstream } from '../plan/world.ts';

const dead = { state: 'down', digest: null } as const;
const mirror = answerOf('mirror.gcr.io', { ...dead, operator: 'google' });
const out = { dns: null, internet: down('') };
const refused = 'dial tcp 10.0.0.1:443: connect: connection refused';

test.each<[string, readonly SourceAnswer[], Surroundings, string, string | null]>([
  [
    'everything is refused',
    [deadUpstream('docker.io'), mirror],
    out,
    refused,
    'nothing outside of this network answers',
  ],
  [
    'no names',
    [deadUpstream('docker.io'), mirror],
    { dns: down(''), internet: null },
    refused,
    'no name server answers',
  ],
  ['there is a way out', [deadUpstream('docker.io'), mirror], { dns: null, internet: null }, refused, null],
  ['a registry that answers', [deadUpstream('docker.io'), mirror], out, '503 Service Unavailable', null],
  ['a mirror that has it', [deadUpstream('docker.io'), answerOf('mirror.gcr.io')], out, refused, null],
  ['a registry without any mirror may be back in a moment', [deadUpstream('docker.io')], out, refused, null],
  [
    'so may a mirror of the user',
    [deadUpstream('docker.io'), { ...mirror, kind: 'custom-mirror' }],
    out,
    refused,
    null,
  ],
])('%s', async (_, answers, around, evidence, said) => {
  const known = answers.some(({ digest }) => digest !== null) ? [...answers, answerOf('public.ecr.aws')] : answers;
  const plan = await planOf({ answers: { [golang]: known } });
  const failure = failureOf({ class: 'registry-unavailable', cause: 'base-image', evidence: [evidence] });
  expect(cutOff({ plan, failure }, around)).toBe(said);
});

test('what does not fetch an image is not about the way out', async () => {
  const plan = await planOf({ answers: { [golang]: [deadUpstream('docker.io'), mirror] } });
  const about = (changes: Parameters<typeof failureOf>[0]): string | null =>
    cutOff({ plan, failure: failureOf({ evidence: [refused], ...changes }) }, out);
  expect(about({ cause: 'push' })).toBeNull();
  expect(about({ cause: 'base-image', evidence: [], rule: 'no-source' })).not.toBeNull();
  const well = await planOf({ answers: { [golang]: [upstream('docker.io')] } });
  const failure = failureOf({ cause: 'base-image', evidence: [refused] });
  expect(cutOff({ plan: well, failure }, out)).toBeNull();
  expect(cutOff(undefined, out)).toBeNull();
});
