import { describe, expect, test } from 'vitest';
import type { AttemptResult } from '../../src/build/attempt.ts';
import { cacheResults } from '../../src/build/cache-results.ts';
import { bootOutcome, outcomeOf, stepTimes } from '../../src/build/outcome.ts';
import type { Surroundings } from '../../src/build/hopeless.ts';
import type { BuildExit } from '../../src/build/run-build.ts';
import { finishedLog } from '../../src/build/finished-log.ts';
import { createSignsOfLife } from '../../src/build/signs-of-life.ts';
import { fetchTrouble } from '../../src/build/fetch-trouble.ts';
import { readLog } from '../../src/failure/progress.ts';
import { down } from '../../src/health/observation.ts';
import type { CacheChoice } from '../../src/plan/plan.ts';
import { golang, planOf } from '../plan/question.ts';
import { answerOf, deadUpstream } from '../plan/world.ts';

const plan = await planOf();
const mirrored = await planOf({
  answers: {
    [golang]: [
      deadUpstream('docker.io'),
      answerOf('mirror.gcr.io', { operator: 'g' }),
      answerOf('public.ecr.aws', { operator: 'a' }),
    ],
  },
});
const all = { dns: null, internet: null };
const lost = await planOf({ answers: { [golang]: [deadUpstream('docker.io')] } });
const resolving = '#1 [internal] load metadata for docker.io/library/golang:1.24\n';
const importing = '#2 importing cache manifest from gha:1234567\n';
const running = '#3 [build 2/3] RUN sleep 1000\n';

function result(text: string, exit: Partial<BuildExit>): AttemptResult {
  const whole = { exitCode: null, ended: null, startError: null, seconds: 12, ...exit };
  return {
    exit: whole,
    log: readLog(text),
    lastLine: 'the last line',
    stdout: '',
    imageId: null,
    metadata: null,
    announcedDigest: null,
    spans: new Map(),
    pushedDigest: null,
    givenUp: null,
    builderProblem: null,
  };
}

test.each<[string, Partial<BuildExit>, object]>([
  ['built', { exitCode: 0 }, { kind: 'built' }],
  ['built in the moment when it was given up', { exitCode: 0, ended: 'deadline' }, { kind: 'built' }],
  ['built, and its caches cut short', { exitCode: 1, ended: 'cache-export' }, { kind: 'built' }],
  ['cancelled', { exitCode: 130, ended: 'cancelled' }, { kind: 'cancelled' }],
  ['cancelled, whatever it made of that', { exitCode: 0, ended: 'cancelled' }, { kind: 'cancelled' }],
])('%s', (_, exit, outcome) => {
  expect(outcomeOf(result('', exit), plan, all)).toMatchObject(outcome);
});

test('no docker is no fault of the build', () => {
  expect(outcomeOf(result('', { startError: 'spawn docker ENOENT' }), plan, all)).toMatchObject({
    kind: 'failed',
    exitCode: null,
    lastLine: 'spawn docker ENOENT',
    failure: { class: 'builder', retryable: false, headline: 'docker could not be started: spawn docker ENOENT' },
  });
});

describe('a build that was ended', () => {
  test.each<[string, string, 'deadline' | 'stall', object]>([
    [
      'stalled at a registry',
      resolving,
      'stall',
      { class: 'registry-unavailable', retryable: true, cause: 'base-image', component: 'docker.io' },
    ],
    ['stalled at a cache', importing, 'stall', { retryable: true, cause: 'cache-import', component: null }],
    ['stalled in a step of the user', running, 'stall', { retryable: false, cause: null, component: null }],
    [
      'stalled in a push',
      '#4 exporting to image\n#4 naming to ghcr.io/acme/api:v1 done\n#4 pushing layers\n',
      'stall',
      { class: 'push-failed-transient', retryable: true, cause: 'push', component: 'ghcr.io' },
    ],
    ['stalled before its first step', '', 'stall', { retryable: false, cause: null, component: null, step: null }],
    [
      'out of time at a registry',
      resolving,
      'deadline',
      { retryable: false, cause: 'base-image', component: 'docker.io' },
    ],
    ['out of time in a step of the user', running, 'deadline', { retryable: false, cause: null, component: null }],
  ])('%s', (_, text, ended, failure) => {
    expect(outcomeOf(result(text, { ended }), plan, all)).toMatchObject({
      kind: 'failed',
      failure: { class: 'timeout', ...failure },
    });
  });

  test.each<[string, Partial<Surroundings>, object]>([
    [
      'a registry',
      {},
      {
        class: 'registry-unavailable',
        headline: 'Docker Hub does not answer: golang:1.24 has no source that does',
        advice: /Run it again when one of its sources is back, or name a mirror/,
      },
    ],
    [
      'the way out',
      { internet: down('') },
      { class: 'network', headline: /^Nothing outside of this network answers: / },
    ],
    ['names', { internet: down(''), dns: down('') }, { class: 'dns', headline: /^No name server answers: / }],
  ])('at an image that nobody had: %s', (_, around, failure) => {
    const outcome = outcomeOf(result(resolving, { ended: 'stall' }), lost, { ...all, ...around });
    const wanted = Object.entries(failure).map(([key, value]: [string, unknown]) => [
      key,
      value instanceof RegExp ? (expect.stringMatching(value) as unknown) : value,
    ]);
    expect(outcome).toMatchObject({
      failure: { retryable: true, rule: 'no-source', component: 'docker.io', ...Object.fromEntries(wanted) },
    });
  });

  test.each(['stall', 'builder'] as const)(
    'for its silence (%s), while the builder answers nothing either',
    (ended) => {
      const silent = { ...result(running, { ended }), builderProblem: 'it did not answer in 10 s' };
      const cluster = { ...plan, builder: { kind: 'current', name: 'cluster', driver: 'remote' } } as const;
      expect(outcomeOf(silent, cluster, all)).toMatchObject({
        failure: {
          class: 'builder',
          retryable: true,
          step: { kind: 'run' },
          component: null,
          headline: 'the builder cluster fell silent in [build 2/3] RUN sleep 1000: it did not answer in 10 s',
          rule: 'builder-silent',
        },
      });
    },
  );

  test('for another source is about the registry that was left', () => {
    const log = readLog(resolving);
    const trouble = fetchTrouble({ log, silentMs: 2000, ageMs: () => 2000, signs: createSignsOfLife() });
    const ended = { ...result(resolving, { ended: 'reroute' }), givenUp: trouble && { trouble, reason: 'no answer' } };
    expect(outcomeOf(ended, plan, all)).toMatchObject({
      failure: {
        class: 'registry-unavailable',
        retryable: true,
        cause: 'base-image',
        component: 'docker.io',
        headline:
          'nothing comes from docker.io in [internal] load metadata for docker.io/library/golang:1.24: no answer',
      },
    });
  });

  test('says where', () => {
    const words = (text: string, ended: 'deadline' | 'stall'): unknown => {
      const outcome = outcomeOf(result(text, { ended }), plan, all);
      return outcome.kind === 'failed' ? outcome.failure.headline : null;
    };
    expect(words(running, 'stall')).toBe('the build gave no sign of life in [build 2/3] RUN sleep 1000');
    expect(words('', 'stall')).toBe('the build gave no sign of life before its first step');
    expect(words(running, 'deadline')).toBe('the build reached its deadline after 12 s, in [build 2/3] RUN sleep 1000');
  });
});

test('an image that a mirror of ours does not have after all is looked for elsewhere', () => {
  const text = `#1 [context golang:1.24] load metadata for mirror.gcr.io/library/golang@sha256:${'a'.repeat(64)}
#1 ERROR: mirror.gcr.io/library/golang@sha256:${'a'.repeat(64)}: not found
------
ERROR: failed to build: failed to solve: failed to resolve source metadata for mirror.gcr.io/library/golang@sha256:${'a'.repeat(64)}: not found
`;
  const failure = { class: 'image-not-found', retryable: true, component: 'mirror.gcr.io', cause: 'base-image' };
  expect(outcomeOf(result(text, { exitCode: 1 }), mirrored, all)).toMatchObject({ failure });
  expect(outcomeOf(result(text, { exitCode: 1 }), plan, all)).toMatchObject({
    failure: { class: 'image-not-found', retryable: false },
  });
});

test.each([
  ['anything', 'ERROR: no room for it\n', { class: 'builder', component: null }],
  [
    'a rate limit',
    '#1 [internal] booting buildkit\n#1 ERROR: Error response from daemon: toomanyrequests: You have reached your pull rate limit. https://www.docker.com/increase-rate-limit\n',
    { class: 'registry-rate-limit' },
  ],
  ['nothing', '', { class: 'builder' }],
])('a boot that failed with %s is never the user’s code', (_, output, failure) => {
  expect(bootOutcome(output)).toMatchObject({
    kind: 'failed',
    exitCode: null,
    failure: { cause: 'boot', retryable: true, ...failure },
  });
});

test('the steps with their times', () => {
  const spans = new Map([
    [1, { startMs: 200, endMs: 700 }],
    [2, { startMs: 700, endMs: 1950 }],
  ]);
  expect(stepTimes(undefined, spans)).toEqual([]);
  const log = readLog(
    '#1 [internal] load build definition\n#1 DONE 0.5s\n#2 [2/2] RUN x\n#2 ERROR: x\n#3 [1/2] FROM y\n',
  );
  expect(stepTimes(log, spans)).toEqual([
    { name: '[internal] load build definition', state: 'done', seconds: 0.5, offsetSeconds: 0.2 },
    { name: '[2/2] RUN x', state: 'error', seconds: 1.25, offsetSeconds: 0.7 },
    { name: '[1/2] FROM y', state: 'running', seconds: 0, offsetSeconds: null },
  ]);
});

describe('what became of each cache', () => {
  const choice = (
    backend: CacheChoice['backend'],
    direction: CacheChoice['direction'],
    value: string | null = 'x',
  ): CacheChoice => ({
    backend,
    direction,
    value,
    reason: '',
  });
  const log = readLog(`#2 importing cache manifest from gha:123
#2 DONE 0.1s
#3 importing cache manifest from ghcr.io/acme/api:cache
#3 ERROR: ghcr.io/acme/api:cache: not found
#6 exporting cache to client directory
#6 DONE 0.1s
#7 exporting cache to registry
#7 ERROR: failed to push: 403 Forbidden
`);
  test.each<[CacheChoice, string]>([
    [choice('gha', 'import'), 'found'],
    [choice('registry', 'import'), 'empty'],
    [choice('local', 'import'), 'unknown'],
    [choice('local', 'export'), 'exported'],
    [choice('registry', 'export'), 'failed'],
    [choice('gha', 'export'), 'unknown'],
  ])('$backend $direction: %s', (asked, word) => {
    expect(cacheResults([asked], log).map((one) => one.result)).toEqual([word]);
  });

  test('an export whose end was not printed ended with its build, or was cut short with it', () => {
    const cut = readLog('#6 exporting cache to client directory\n#6 writing layer sha256:0f done\n#6 ...\n');
    const results = [finishedLog(cut), cut].map((one) => cacheResults([choice('local', 'export')], one)[0]?.result);
    expect(results).toEqual(['exported', 'cut short']);
  });

  test('what was not on the line has no result', () => {
    expect(cacheResults([choice('gha', 'import', null)], log)).toEqual([]);
  });
});
