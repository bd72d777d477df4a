/**
 * What the acceptance suite shares: the 45 jobs of docker/build-push-action's own CI (.github/workflows/ci.yml), run on
 * the lab with this action in its place. Registries are those of the lab in place of localhost:5000, and nothing is
 * installed by a package manager; what else a case does differently it says.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { InputValues } from '../lab/host/action-inputs.ts';
import type { ActionOptions, ActionResult } from '../lab/host/runner.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import { checkout, type Sources } from './world.ts';

export const APP = 'ghcr.io/acme/app';
export const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The Dockerfiles of docker/build-push-action's test/ that cases share. */
export const TEST_SOURCES: Sources = {
  'test/Dockerfile': lines('# syntax=docker/dockerfile:1', 'FROM alpine', 'RUN echo "Hello world!"'),
  'test/multi.Dockerfile': lines(
    '# syntax=docker/dockerfile:1',
    'FROM --platform=$BUILDPLATFORM alpine AS build',
    'ARG TARGETPLATFORM',
    'ARG BUILDPLATFORM',
    'RUN echo "I am running on $BUILDPLATFORM, building for $TARGETPLATFORM" >/log',
    'FROM alpine',
    'COPY --from=build /log /log',
  ),
  'test/lint.Dockerfile': lines(
    'frOM busybox as base',
    'cOpy lint.Dockerfile .',
    '',
    'from scratch',
    'MAINTAINER moby@example.com',
    'COPy --from=base \\',
    '  /lint.Dockerfile \\',
    '  /',
    '',
    'CMD [ "echo", "Hello, Norway!" ]',
    'CMD [ "echo", "Hello, Sweden!" ]',
    'ENTRYPOINT my-program start',
  ),
};

export function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** A lab that its cases use one after the other, with what docker/setup-buildx-action would have left: a builder. */
export interface CompatWorld {
  readonly lab: Lab;
  /** Runs a step with the inputs of docker/build-push-action, and its post step. */
  readonly step: (inputs: InputValues, options?: ActionOptions) => Promise<ActionResult>;
  /** A `run:` line that must succeed; its standard output. */
  readonly sh: (line: string) => Promise<string>;
}

export type CompatDriver = 'docker' | 'docker-container';

/** One engine and one job for all cases of a file: they are healthy, and each has names of its own. */
export function useCompatLab(driver: CompatDriver): CompatWorld {
  let lab: Lab | undefined;
  const inside = (): Lab => {
    if (lab === undefined) throw new Error('the lab runs within cases only');
    return lab;
  };
  beforeAll(async () => {
    lab = await startLab({ name: process.env['LAB_NAME'] ?? 'e2e' });
    if (driver === 'docker-container') await setupBuildx(lab);
  });
  beforeEach(async () => {
    await checkout(inside(), TEST_SOURCES);
    await inside().clearRequests();
  });
  afterAll(async () => await lab?.stop());
  return {
    get lab() {
      return inside();
    },
    step: async (inputs, options = {}) => await runStep(inside(), inputs, options),
    sh: async (line) => {
      const ended = await inside().sh(line);
      expect(ended.exitCode, ended.log).toBe(0);
      return ended.stdout;
    },
  };
}

/** docker/setup-buildx-action, as the original's jobs use it. */
export async function setupBuildx(lab: Lab, options = ''): Promise<void> {
  const known = await lab.sh('docker buildx inspect mybuilder');
  if (known.exitCode === 0) return;
  await lab.startBuilderEngine();
  const ended = await lab.sh(
    `docker buildx create --name mybuilder --driver-opt network=host ${options} --use --bootstrap`,
  );
  expect(ended.exitCode, ended.log).toBe(0);
}

export async function runStep(lab: Lab, inputs: InputValues, options: ActionOptions = {}): Promise<ActionResult> {
  const result = await lab.run({ timeoutMs: 120_000, ...options, inputs });
  const post = await result.post();
  expect(post.exitCode, post.log).toBe(0);
  return result;
}

interface ReportedRun {
  readonly attempts: readonly { readonly plan: { readonly argv: readonly string[] } }[];
}

/** The words of the last attempt's `buildx build`, without those that name temporary files. */
export async function argvOf(result: ActionResult): Promise<readonly string[]> {
  const { attempts } = JSON.parse(await readFile(result.outputs['report'] ?? '', 'utf8')) as ReportedRun;
  const words = attempts.at(-1)?.plan.argv ?? [];
  const own = words.flatMap((word, at) => (['--iidfile', '--metadata-file'].includes(word) ? [at, at + 1] : []));
  return words.filter((_, at) => !own.includes(at));
}

/** The step was green at its first attempt, and its command ends with these words. */
export async function expectGreen(result: ActionResult, ending: readonly string[]): Promise<void> {
  expect(result.exitCode, result.log).toBe(0);
  expect(result.outputs['attempts']).toBe('1');
  expect((await argvOf(result)).slice(-ending.length)).toEqual(ending);
}

/** All of these references are the image whose digest the step gave. */
export async function expectPushedTo(lab: Lab, result: ActionResult, references: readonly string[]): Promise<void> {
  expect(result.outputs['digest']).toMatch(DIGEST);
  const remotes = await Promise.all(references.map(async (one) => (await lab.inspectRemote(one))?.digest));
  expect(remotes).toEqual(references.map(() => result.outputs['digest']));
}

/** What a build prints, without the numbers and times before it. */
export function printed(result: ActionResult): string {
  return result.log.replaceAll(/^#\d+ [\d.]+ /gm, '');
}
