import { expect, test } from 'vitest';
import { down } from '../../src/health/observation.ts';
import type { RemoteReading } from '../../src/facts/dockerfile-choice.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planFor, type Step } from '../inputs/drop-in/given.ts';
import { blueprints, healthOf } from './world.ts';

/* GOPROXY beside docker/build-push-action's inputs: nothing in a healthy world, and in an outage what helps. */

const BUILDS_GO = 'FROM golang:1.24 AS build\nRUN go build ./...\n';
const TAKES = 'FROM golang:1.24 AS build\nARG GOPROXY\nRUN go build ./...\n';
const LIST = 'https://goproxy.cn|https://goproxy.io|https://proxy.golang.org|direct';

interface Given {
  readonly text?: string;
  readonly isDown?: boolean;
  readonly remote?: RemoteReading;
  readonly buildx?: string;
}

async function plan(step: Step, { text = BUILDS_GO, isDown = true, remote, buildx }: Given = {}): Promise<Plan> {
  const read = blueprints(text).map((one) => ({
    ...one,
    file: { ...one.file, ...(remote === undefined ? {} : { path: 'app/Dockerfile', remote }) },
  }));
  const health = await healthOf(isDown ? { 'https://proxy.golang.org': down('503') } : {});
  return await planFor(step, buildx === undefined ? {} : { buildx }, { blueprints: read, health });
}

const local = { inputs: { context: '.', tags: 'acme/api' } };

test('in a healthy world the line is the one of a Dockerfile without Go', async () => {
  for (const text of [BUILDS_GO, TAKES]) {
    const healthy = await plan(local, { text, isDown: false });
    expect(healthy.argv).toEqual((await plan(local, { text: 'FROM golang:1.24\nRUN true\n', isDown: false })).argv);
    expect(healthy.dockerfile.rewrite).toBeUndefined();
    expect(healthy.goProxy).toBeUndefined();
  }
});

test('a stage that declares it gets an argument, another one a Dockerfile that does', async () => {
  const taken = await plan(local, { text: TAKES });
  expect(taken.argv).toEqual(expect.arrayContaining(['--build-arg', `GOPROXY=${LIST}`]));
  expect(taken.argv).not.toContain('--file');
  const written = await plan(local);
  expect(written.argv).not.toContain('--build-arg');
  expect(written.argv.slice(written.argv.indexOf('--file')).slice(0, 2)).toEqual([
    '--file',
    '/run/dockerfile/Dockerfile',
  ]);
  expect(written.dockerfile.rewrite?.text).toContain(`\nARG GOPROXY GOPROXY="\${GOPROXY:-${LIST}}"\nRUN go build`);
  for (const one of [taken, written]) expect(one.goProxy).toEqual({ value: LIST, stages: ['build'] });
});

test.each<[string, Step['inputs']]>([
  ['an argument of the user', { 'build-args': 'GOPROXY=https://go.corp.example' }],
  ['an argument from the environment', { 'build-args': 'GOPROXY' }],
  ['a check', { call: 'check' }],
  ['an outline', { call: 'outline' }],
])('nothing is given beside %s', async (_, more) => {
  const step = (inputs: Step['inputs']): Step => ({ inputs: { ...local.inputs, ...inputs } });
  expect((await plan(step(more))).argv).toEqual((await plan(step(more), { isDown: false })).argv);
});

test.each<[string, RemoteReading, string | undefined, RegExp | null]>([
  ['what is known to the byte', { kind: 'read', from: 'in the checkout', isExact: true, here: null }, undefined, null],
  [
    'what may differ',
    { kind: 'read', from: 'in the checkout', isExact: false, here: null },
    undefined,
    /not given to build without ARG GOPROXY: its Dockerfile, read in the checkout, may be another one/,
  ],
  [
    'a buildx that takes none',
    { kind: 'read', from: 'in the checkout', isExact: true, here: null },
    'v0.11.2',
    /buildx before 0\.12 takes no other Dockerfile/,
  ],
])('in place of the Dockerfile of a Git context: %s', async (_, remote, buildx, missing) => {
  const made = await plan({}, { remote, ...(buildx === undefined ? {} : { buildx }) });
  expect(made.argv.includes('--file')).toBe(missing === null);
  expect(made.missing).toEqual(missing === null ? [] : [expect.stringMatching(missing)]);
  // A stage that declares it is told all the same.
  const taken = await plan({}, { text: TAKES, remote });
  expect(taken.argv).toContain(`GOPROXY=${LIST}`);
});
