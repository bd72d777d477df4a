/** What the recovery cases share: an image that tells how often it was built, and what holds at the end of each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import type { ActionOptions, ActionResult } from '../lab/host/runner.ts';
import type { Lab } from '../lab/lab.ts';
import { expectNothingLeft, TAG } from './expectations.ts';
import { cachePath, givenInputs, type Sources } from './world.ts';

/** An image with a text in it that no second run of its RUN step gives again, and that the build prints as well. */
export const NONCE: Sources = {
  Dockerfile:
    'FROM alpine:3.22\nARG VERSION\nRUN echo "nonce $(cat /proc/sys/kernel/random/uuid) end" | tee /nonce\nCMD ["cat", "/nonce"]\n',
};

/** Every nonce that a RUN step printed: one for each time that it was executed. */
export function nonces(result: { readonly log: string }): readonly string[] {
  return [...result.log.matchAll(/nonce [0-9a-f-]{36} end/g)].map(([nonce]) => nonce);
}

/** Faults that begin when the log first says this: by default with the first attempt, when all probes are over. */
export function faultsOnce(
  lab: Lab,
  faults: readonly Fault[],
  said = /::group::Attempt 1 of/,
): Pick<ActionOptions, 'onOutput'> {
  return once(said, () => lab.faults(faults));
}

/** Does something in the world as soon as the log says this. */
export function once(said: RegExp, act: () => Promise<unknown>): Pick<ActionOptions, 'onOutput'> {
  let log = '';
  let done = false;
  return {
    onOutput: (text) => {
      log += text;
      if (done || !said.test(log)) return;
      done = true;
      void act();
    },
  };
}

export interface Green {
  readonly attempts?: number;
  /** What the image prints; default: its RUN step was executed once, and the image has what that step printed. */
  readonly prints?: string;
  readonly tag?: string;
}

/** Green: the image is at the registry, under the digest that the outputs name, and works. */
export async function expectGreen(lab: Lab, result: ActionResult, wanted: Green = {}): Promise<void> {
  const { attempts = 1, tag = TAG } = wanted;
  expect(result.exitCode, result.log).toBe(0);
  expect(result.outputs['attempts'], result.log).toBe(String(attempts));
  expect(result.outputs['failure-class']).toBeUndefined();
  const remote = await lab.inspectRemote(tag);
  expect(result.outputs['digest'], result.log).toBe(remote?.digest ?? 'nothing was pushed');
  expect(result.summary).toMatch(/^### ✅ /);
  const printed = await lab.pullAndRun(tag);
  if (wanted.prints === undefined) expect(nonces(result)).toEqual([printed.trim()]);
  else expect(printed).toBe(wanted.prints);
}

export interface Red {
  readonly class: string;
  readonly component?: string | null;
  readonly step?: RegExp;
  readonly attempts?: number;
  readonly headline: RegExp;
}

/** Red: outputs and summary name the cause, and nothing is at the registry. */
export async function expectRed(lab: Lab, result: ActionResult, wanted: Red): Promise<void> {
  const { attempts = 1 } = wanted;
  expect(result.exitCode, result.log).toBe(1);
  const { outputs } = result;
  expect(
    { class: outputs['failure-class'], component: outputs['failure-component'] ?? null, attempts: outputs['attempts'] },
    result.log,
  ).toEqual({ class: wanted.class, component: wanted.component ?? null, attempts: String(attempts) });
  if (wanted.step !== undefined) expect(outputs['failure-step']).toMatch(wanted.step);
  expect(outputs['digest']).toBeUndefined();
  expect(result.summary).toMatch(/^### ❌ /);
  expect(result.summary.split('\n')[0]).toMatch(wanted.headline);
  expect(result.log).toMatch(/^::error.*::buildx failed with: ./m);
  expect(await lab.inspectRemote(TAG)).toBeNull();
}

/** The job is cancelled as soon as this is so: the step ends at once, tells what it knows, and leaves nothing behind. */
export async function expectCancelled(
  lab: Lab,
  isReached: () => Promise<boolean>,
  options: ActionOptions,
): Promise<void> {
  const running = await lab.start({ timeoutMs: 60_000, inputs: givenInputs(lab), ...options });
  while (!(await isReached())) await sleep(20);
  const result = await running.cancel();
  // The runner kills what has not ended 10 s after its signal; that would be -1.
  expect(result.exitCode, result.log).toBe(1);
  expect(result.outputs['report']).toBeDefined();
  expect(result.outputs['health-score']).toMatch(/^\d+$/);
  await lab.faults([]);
  await result.post();
  expect(result.summary, result.log).toMatch(/^### ⏹️ `ghcr\.io\/acme\/api:v1\.4\.2` cancelled after/);
  await expectNothingLeft(lab, cachePath(lab));
}
