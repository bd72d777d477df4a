import { afterEach, expect, test } from 'vitest';
import { buildWithAttempts, type AttemptsPorts, type AttemptsResult } from '../../src/build/attempts.ts';
import type { Lessons } from '../../src/plan/lessons.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { CommandOutcome } from '../../src/process/run-command.ts';
import { golang, questionOf } from '../plan/question.ts';
import { answerOf, factsOf, inputsOf, upstream } from '../plan/world.ts';
import { createFakeDocker, type FakeCall, type FakeDocker } from './fake-docker.ts';

/* Real processes, the real planner and classifier; only docker is told what to say. */

let docker: FakeDocker | null = null;
afterEach(async () => await docker?.close());

const pull503 = `#1 [internal] load metadata for docker.io/library/golang:1.24
#1 ERROR: unexpected status from HEAD request to https://registry-1.docker.io/v2/library/golang/manifests/1.24: 503 Service Unavailable
------
 > [internal] load metadata for docker.io/library/golang:1.24:
------
ERROR: failed to build: failed to solve: golang:1.24: failed to resolve source metadata for docker.io/library/golang:1.24: unexpected status from HEAD request to https://registry-1.docker.io/v2/library/golang/manifests/1.24: 503 Service Unavailable
`;
const compileError = `#5 [2/2] RUN go build ./...
#5 1.2 ./main.go:7:2: undefined: fmt.Printl
#5 ERROR: process "/bin/sh -c go build ./..." did not complete successfully: exit code: 1
------
 > [2/2] RUN go build ./...:
1.2 ./main.go:7:2: undefined: fmt.Printl
------
ERROR: failed to build: failed to solve: process "/bin/sh -c go build ./..." did not complete successfully: exit code: 1
`;
const hanging = '#1 [internal] load metadata for docker.io/library/golang:1.24\n';
const mirrors = [answerOf('mirror.gcr.io', { operator: 'google' }), answerOf('public.ecr.aws', { operator: 'amazon' })];

interface Given {
  readonly calls: readonly FakeCall[];
  readonly flags?: Readonly<Record<string, string>>;
  readonly withMirrors?: boolean;
  readonly facts?: ReturnType<typeof factsOf>;
  readonly ports?: Partial<AttemptsPorts>;
}

interface Built extends Omit<AttemptsResult, 'records'> {
  readonly records: AttemptsResult['records'];
  readonly calls: number;
  readonly outcomes: readonly string[];
  readonly told: readonly string[];
  readonly output: string;
}

const unreachable = { kind: 'failed', host: 'none', phase: 'connect', status: null, evidence: '' } as const;
const noRegistry: AttemptsPorts['registry'] = {
  headManifest: async () => await Promise.resolve(unreachable),
  getManifest: async () => await Promise.resolve(unreachable),
  getBlobRange: async () => await Promise.resolve(unreachable),
};

async function build(given: Given): Promise<Built> {
  docker = await createFakeDocker(given.calls);
  const { files, env, folder } = docker;
  const inputs = inputsOf({ 'max-retry-attempts': '3', ...given.flags });
  const question = await questionOf({
    inputs,
    facts: given.facts ?? factsOf(),
    answers: { [golang]: [upstream('docker.io'), ...(given.withMirrors === true ? mirrors : [])] },
  });
  const told: string[] = [];
  let output = '';
  const result = await buildWithAttempts(inputs, files, true, {
    env,
    cwd: folder,
    signal: new AbortController().signal,
    write: (text) => (output += text),
    run: async () => await Promise.resolve({ kind: 'exited', code: 0, stdout: '', stderr: '' }),
    onBuilder: (name) => told.push(`builder ${name}`),
    news: {
      onPlan: (number, plan) => told.push(`plan ${number} ${plan.strategy}`),
      onAttemptEnd: ({ number, outcome, next }) => told.push(`end ${number} ${outcome.kind} ${next?.decision ?? '-'}`),
    },
    registry: noRegistry,
    around: { dns: null, internet: null },
    builderProblem: async () => await Promise.resolve(null),
    random: () => 0.1,
    declaredOutage: () => null,
    plan: async (lessons: Lessons) => await Promise.resolve(makePlan({ ...question, lessons })),
    planAhead: async (lessons: Lessons) => await Promise.resolve(makePlan({ ...question, lessons })),
    recheck: async () => await Promise.resolve(null),
    sample: async () => await Promise.resolve({ kind: 'unknown' }),
    beforeAttempt: async () => await Promise.resolve(),
    ...given.ports,
  });
  const outcomes = result.records.map(({ outcome }) =>
    outcome.kind === 'failed' ? outcome.failure.class : outcome.kind,
  );
  return { ...result, calls: await docker.calls(), outcomes, told, output };
}

test('a build that works is built once', async () => {
  const built = await build({ calls: [{ says: '#1 DONE\n' }] });
  expect(built).toMatchObject({
    calls: 1,
    outcomes: ['built'],
    imageId: 'sha256:image-1',
    metadata: '{"containerimage.digest":"sha256:image"}',
    told: ['plan 1 optimal', 'end 1 built -'],
    output: '#1 DONE\n',
  });
});

test('a registry that fails in mid-build is left for a mirror, at once', async () => {
  const built = await build({ calls: [{ says: pull503, code: 1 }, {}], withMirrors: true });
  expect(built).toMatchObject({ calls: 2, outcomes: ['registry-unavailable', 'built'], imageId: 'sha256:image-2' });
  expect(built.records[0]?.next).toEqual({
    decision: 'again',
    reason: 'golang:1.24 now from mirror.gcr.io, same digest',
    waitMs: 0,
  });
  expect(built.records[1]?.plan.argv).toContain(
    `golang:1.24=docker-image://mirror.gcr.io/library/golang@${mirrors[0]?.digest}`,
  );
});

test('where there is no other source it is tried again after a wait, and then given up', async () => {
  const failing = { says: pull503, code: 1 };
  const built = await build({ calls: [failing, failing, failing, failing], flags: { 'max-retry-attempts': '2' } });
  expect(built).toMatchObject({ calls: 2, outcomes: ['registry-unavailable', 'registry-unavailable'] });
  expect(built.records.map(({ next }) => next)).toEqual([
    { decision: 'again', reason: 'waiting 0.4 s for docker.io', waitMs: 400 },
    { decision: 'stop', reason: '2 of 2 attempts are used up', waitMs: 0 },
  ]);
});

test('code that does not compile is red at once', async () => {
  const built = await build({ calls: [{ says: compileError, code: 1 }, {}], withMirrors: true });
  expect(built).toMatchObject({
    calls: 1,
    outcomes: ['user-code'],
    told: ['plan 1 optimal', 'end 1 failed stop'],
    imageId: null,
  });
  const { outcome } = built.records[0] ?? {};
  expect(outcome).toMatchObject({
    exitCode: 1,
    lastLine: expect.stringMatching(/^ERROR: failed to build: .* exit code: 1$/) as string,
  });
});

test('no docker at all', async () => {
  const built = await build({ calls: [], ports: { env: { PATH: '/nowhere' } } });
  expect(built.records[0]?.outcome).toMatchObject({ kind: 'failed', exitCode: null, lastLine: 'spawn docker ENOENT' });
});

test('the deadline ends the build, and says where it was', async () => {
  const built = await build({ calls: [{ says: hanging, hangs: true }, {}], flags: { 'build-timeout-optimal': '1' } });
  expect(built).toMatchObject({ calls: 1, outcomes: ['timeout'] });
  expect(built.records[0]?.outcome).toMatchObject({
    failure: {
      headline:
        'the build reached its deadline after 1 s, in [internal] load metadata for docker.io/library/golang:1.24',
    },
  });
});

test('a stall whose builder answers nothing either is the builder’s, and ends where there is no other', async () => {
  const asked: (string | null)[] = [];
  const remote = factsOf({ builder: { driver: 'remote' } });
  const running = '#3 [build 2/3] RUN sleep 1000\n';
  const stalled = async (problem: string | null): Promise<Built> =>
    await build({
      calls: [{ says: running, hangs: true }],
      flags: { 'stall-timeout': '1' },
      facts: remote,
      ports: {
        builderProblem: async (name) => {
          asked.push(name);
          return await Promise.resolve(problem);
        },
      },
    });
  const lost = await stalled('it did not answer in 10 s');
  expect(lost).toMatchObject({ calls: 1, outcomes: ['builder'] });
  expect(lost.records[0]?.next).toMatchObject({ decision: 'stop', reason: 'no other builder answers' });
  await docker?.close();
  expect(await stalled(null)).toMatchObject({ calls: 1, outcomes: ['timeout'] });
  expect(asked).toEqual([null, null]);
});

test('a stall on the way to a registry is a reason to leave it', async () => {
  const flags = { 'stall-timeout': '1' };
  const built = await build({ calls: [{ says: hanging, hangs: true }, {}], flags, withMirrors: true });
  expect(built).toMatchObject({ calls: 2, outcomes: ['registry-unavailable', 'built'] });
  expect(built.records[0]?.next?.reason).toBe('golang:1.24 now from mirror.gcr.io, same digest');
}, 20_000);

test('a cancellation ends the attempt, and there is no other', async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 500);
  const built = await build({ calls: [{ says: hanging, hangs: true }, {}], ports: { signal: abort.signal } });
  expect(built).toMatchObject({ calls: 1, outcomes: ['cancelled'] });
});

test('a cancellation during the wait ends it, too', async () => {
  const abort = new AbortController();
  const onAttemptEnd = (): void => void setTimeout(() => abort.abort(), 50);
  const built = await build({
    calls: [{ says: pull503, code: 1 }, {}],
    ports: { signal: abort.signal, random: () => 1, news: { onPlan: () => undefined, onAttemptEnd } },
  });
  expect(built).toMatchObject({ calls: 1, outcomes: ['registry-unavailable'] });
});

test('a mistake of ours is an error, not an attempt', async () => {
  const beforeAttempt = async (): Promise<void> => await Promise.reject(new Error('EACCES: permission denied'));
  await expect(build({ calls: [{}], ports: { beforeAttempt } })).rejects.toThrow('EACCES');
});

test('a builder that cannot be booted is done without', async () => {
  const run = async (argv: readonly string[]): Promise<CommandOutcome> => {
    const boots = argv.includes('create');
    return await Promise.resolve({
      kind: 'exited',
      code: boots ? 1 : 0,
      stdout: '',
      stderr: boots ? 'ERROR: no room for it\n' : '',
    });
  };
  const built = await build({ calls: [{}], facts: factsOf({ engine: { containerdStore: false } }), ports: { run } });
  expect(built).toMatchObject({
    calls: 1,
    told: ['plan 1 optimal', 'builder own-1', 'end 1 failed again', 'plan 2 optimal', 'end 2 built -'],
  });
  expect(built.output).toBe('ERROR: no room for it\n');
  expect(built.records[0]?.next?.reason).toContain('with another builder');
  expect(built.records[1]?.plan.argv).not.toContain('--builder');
});
