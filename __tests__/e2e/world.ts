/** What the end-to-end cases share: one lab a file, and sources that build in a second or two. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import type { InputValues } from '../lab/host/action-inputs.ts';
import { repositoryRoot } from '../lab/host/paths.ts';
import type { ActionOptions, ActionResult } from '../lab/host/runner.ts';
import { startLab, type FreshEngineOptions, type Lab } from '../lab/lab.ts';
import { expectNothingLeft } from './expectations.ts';

/** One lab for all cases of a file; each case finds a healthy world, an empty engine and empty folders. */
export function useLab(fresh: FreshEngineOptions = {}): { readonly lab: Lab } {
  let lab: Lab | undefined;
  let isNew = true;
  beforeAll(async () => {
    lab = await startLab({ name: process.env['LAB_NAME'] ?? 'e2e', ...(fresh.store ? { store: fresh.store } : {}) });
  });
  beforeEach(async () => {
    if (!isNew) await lab?.reset(fresh);
    isNew = false;
  });
  afterAll(async () => await lab?.stop());
  return {
    get lab() {
      if (lab === undefined) throw new Error('the lab runs within cases only');
      return lab;
    },
  };
}

/** Files of a repository, by their paths. */
export type Sources = Readonly<Record<string, string>>;

/** The smallest image with a base, a step and an output. */
export const TINY: Sources = {
  Dockerfile: lines(
    'FROM alpine:3.22',
    'ARG VERSION',
    'RUN echo "hello from $VERSION" >/message',
    'CMD ["cat", "/message"]',
  ),
};
export const TINY_OUTPUT = 'hello from v1.4.2\n';

/** A user's own Dockerfile with bases of two registries, whose steps all run on the build platform. */
export const TWO_BASES: Sources = {
  Dockerfile: lines(
    'FROM --platform=$BUILDPLATFORM alpine:3.22 AS build',
    'ARG VERSION TARGETARCH',
    'RUN echo "two bases, $VERSION for $TARGETARCH" >/message',
    'FROM alpine:3.22 AS tools',
    'FROM gcr.io/distroless/static-debian12:nonroot',
    'COPY --from=tools /bin/busybox /cat',
    'COPY --from=build /message /',
    'ENTRYPOINT ["/cat", "/message"]',
  ),
};
export const TWO_BASES_OUTPUT = 'two bases, v1.4.2 for amd64\n';

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** Puts files into the job's workspace, where actions/checkout would have put them. */
export async function checkout(lab: Lab, sources: Sources): Promise<void> {
  for (const [name, content] of Object.entries(sources)) {
    const file = path.join(lab.job.workspace, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** The Go services of the examples, without any Dockerfile: the bundled ones are for them. */
export async function checkoutGoService(lab: Lab): Promise<void> {
  for (const name of ['go.mod', 'cmd', 'internal']) {
    const from = path.join(repositoryRoot, 'examples/go-service', name);
    await cp(from, path.join(lab.job.workspace, name), { recursive: true });
  }
}
export const GO_OUTPUT = 'Hello from api v1.4.2 on linux/amd64\n';

/** A real toolchain on this machine: the one of the lab's golang image. Gives back the step's environment with it. */
export async function installGo(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const { folder } = lab.job;
  const copied = await lab.sh(`
    container=$(docker create golang:1.24-alpine true) && docker cp --quiet $container:/usr/local/go ${folder}/go &&
    docker rm $container >/dev/null && docker image rm golang:1.24-alpine >/dev/null`);
  expect(copied.exitCode, copied.log).toBe(0);
  const system = (await lab.sh('printf %s "$PATH"')).stdout;
  const modules = { GOMODCACHE: path.join(folder, 'gomodcache'), GOCACHE: path.join(folder, 'gocache') };
  return { ...modules, GODEBUG: 'installgoroot=all', GOFLAGS: '-modcacherw', PATH: `${folder}/go/bin:${system}` };
}

/** Where this job keeps its local cache: never the machine's own /tmp/cache. */
export function cachePath(lab: Lab): string {
  return path.join(lab.job.folder, 'cache');
}

/** Every case builds and pushes the same image, unless it says otherwise. */
export function givenInputs(lab: Lab, more: InputValues = {}): InputValues {
  const image = { service: 'api', image: 'ghcr.io/acme/api', version: 'v1.4.2', push: true };
  return { ...image, 'cache-local-path': cachePath(lab), ...more };
}

/** A step that uses the action, with its post step. After it nothing is left but caches and the report. */
export async function runAction(
  lab: Lab,
  inputs: InputValues = {},
  options: ActionOptions = {},
): Promise<ActionResult> {
  // The build record has cases of its own, and takes its time.
  const env = { DOCKER_BUILD_RECORD_UPLOAD: 'false', ...options.env };
  const result = await lab.run({ timeoutMs: 120_000, ...options, env, inputs: givenInputs(lab, inputs) });
  const post = await result.post();
  expect(post.exitCode, post.log).toBe(0);
  await expectNothingLeft(lab, cachePath(lab));
  return result;
}

/** A host that answers every request as a registry in trouble does. */
export function unavailable(host: string, path?: string): Fault {
  return { host, fault: 'status', status: 503, body: 'html', ...(path === undefined ? {} : { path }) };
}
