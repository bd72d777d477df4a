/** What the end-to-end cases share: one lab a file, sources that build in a second, and what holds after every run. */
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { InputValues } from '../lab/host/action-inputs.ts';
import { repositoryRoot } from '../lab/host/paths.ts';
import type { ActionOptions, ActionResult } from '../lab/host/runner.ts';
import { startLab, type FreshEngineOptions, type Lab } from '../lab/lab.ts';

/** One lab for all cases of a file; each case finds a healthy world, an empty engine and empty folders. */
export function useLab(fresh: FreshEngineOptions = {}): { readonly lab: Lab } {
  let lab: Lab | undefined;
  let isNew = true;
  beforeAll(async () => {
    lab = await startLab({ name: 'e2e', ...(fresh.store ? { store: fresh.store } : {}) });
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

/** The image that every case builds, unless it says otherwise. */
export const TAG = 'ghcr.io/acme/api:v1.4.2';
export const DIGEST = /^sha256:[0-9a-f]{64}$/;
export const ALL_REGISTRIES = 'gcr.io docker.io ghcr.io quay.io registry.k8s.io';

/** Files of a repository, by their paths. */
export type Sources = Readonly<Record<string, string>>;

/** The smallest image with a base, a step and an output: a few seconds, without any compiler. */
export const TINY: Sources = {
  Dockerfile: [
    'FROM alpine:3.22',
    'ARG VERSION',
    'RUN echo "hello from $VERSION" >/message',
    'CMD ["cat", "/message"]',
    '',
  ].join('\n'),
};
export const TINY_OUTPUT = 'hello from v1.4.2\n';

/** A user's own Dockerfile with bases of two registries. */
export const TWO_BASES: Sources = {
  Dockerfile: [
    'FROM alpine:3.22 AS build',
    'ARG VERSION',
    'RUN cp /bin/busybox /cat && echo "two bases, $VERSION" >/message',
    'FROM gcr.io/distroless/static-debian12:nonroot',
    'COPY --from=build /cat /message /',
    'ENTRYPOINT ["/cat", "/message"]',
    '',
  ].join('\n'),
};
export const TWO_BASES_OUTPUT = 'two bases, v1.4.2\n';

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

/** Where this job keeps its local cache: never the machine's own /tmp/cache. */
export function cachePath(lab: Lab): string {
  return path.join(lab.job.folder, 'cache');
}

export function givenInputs(lab: Lab, more: InputValues = {}): InputValues {
  const image = { service: 'api', image: 'ghcr.io/acme/api', version: 'v1.4.2', push: true };
  return { ...image, 'cache-local-path': cachePath(lab), ...more };
}

/** One step of a job that uses the action, with its post step. */
export async function runAction(lab: Lab, inputs: InputValues = {}, options: ActionOptions = {}): Promise<ActionResult> {
  const result = await lab.run({ timeoutMs: 120_000, ...options, inputs: givenInputs(lab, inputs) });
  const post = await result.post();
  expect(post.exitCode, post.log).toBe(0);
  await expectNothingLeft(lab);
  return result;
}

/** After its post step a run has left its caches and nothing else. */
export async function expectNothingLeft(lab: Lab): Promise<void> {
  const ask = async (line: string): Promise<string> => (await lab.sh(line)).stdout.trim();
  expect({
    builders: await ask("docker buildx ls --format '{{.Name}}' | sort -u"),
    containers: await ask('docker ps --all --quiet'),
    volumes: await ask('docker volume ls --quiet'),
    temporary: (await readdir(lab.job.temp)).filter((name) => !name.startsWith('_runner_file_commands-')),
    processes: await lab.orphans(),
    caches: (await cacheFolders(lab)).filter((name) => name !== 'current'),
  }).toEqual({ builders: 'default', containers: '', volumes: '', temporary: [], processes: [], caches: [] });
}

/** The folders of all scopes of the local cache. */
async function cacheFolders(lab: Lab): Promise<readonly string[]> {
  const root = path.join(cachePath(lab), 'buildkit');
  const scopes = await readdir(root).catch(() => []);
  return (await Promise.all(scopes.map(async (scope) => await readdir(path.join(root, scope))))).flat();
}

export interface PushedImage {
  /** What the image prints on another machine. */
  readonly prints: string;
  readonly score?: number;
  readonly strategy?: string;
  readonly attempts?: number;
  readonly registries?: string;
  readonly ghaCache?: boolean;
  readonly platforms?: readonly string[];
}

/** What holds for every run that pushed: the image works elsewhere, and outputs, variables, log and summary say so. */
export async function expectPushed(lab: Lab, result: ActionResult, wanted: PushedImage): Promise<void> {
  const { platforms = ['linux/amd64'], attempts = 1, strategy = 'optimal' } = wanted;
  expect(result.exitCode, result.log).toBe(0);
  const remote = await lab.inspectRemote(TAG);
  expect(Object.keys(remote?.platforms ?? {}).toSorted()).toEqual(platforms.toSorted());
  const digest = remote?.digest ?? 'none';
  const health = {
    GHA_CACHE_AVAILABLE: String(wanted.ghaCache ?? true),
    AVAILABLE_REGISTRIES: wanted.registries ?? ALL_REGISTRIES,
  };
  const { metadata = '', ...outputs } = result.outputs;
  expect(outputs).toEqual({
    ...health,
    'health-score': String(wanted.score ?? 100),
    strategy,
    attempts: String(attempts),
    digest,
    imageid: expect.stringMatching(DIGEST),
  });
  expect(JSON.parse(metadata)).toMatchObject({ 'containerimage.digest': digest, 'image.name': TAG });
  expect(result.exported).toEqual(health);
  const after = attempts > 1 ? `  after ${attempts} attempts` : '';
  expect(lastLine(result.log)).toContain(`Pushed ${TAG}@${digest}  ${platforms.join(', ')}${after}  `);
  expectSummary(result, [
    new RegExp(`^### ✅ \`${TAG}\` pushed in `),
    `docker pull ghcr.io/acme/api@${digest}`,
    '## Build Results',
    ...platforms.map((platform) => new RegExp(`^\\| \`${platform}\` \\| [\\d.]+ [kM]B \\| ✅ pushed \\|$`)),
    `| Digest | \`${digest}\` |`,
    `| Platforms | ${platforms.join(', ')} |`,
    '| Registry | ghcr.io |',
    `| Attempts | ${attempts} of ${Math.max(attempts, 3)} |`,
    new RegExp(`^\\| Strategy \\| ${strategy}: `),
    `- GHA Cache: ${health.GHA_CACHE_AVAILABLE}`,
    `- Available Registries: ${health.AVAILABLE_REGISTRIES}`,
  ]);
  expect(await lab.pullAndRun(TAG)).toBe(wanted.prints);
}

/** Each of these is a line of the summary, in this order. */
export function expectSummary(result: ActionResult, lines: readonly (string | RegExp)[]): void {
  let rest = result.summary.split('\n');
  for (const wanted of lines) {
    const at = rest.findIndex((line) => (typeof wanted === 'string' ? line === wanted : wanted.test(line)));
    expect(at, `${String(wanted)} is no line of the rest of this summary:\n${result.summary}`).toBeGreaterThanOrEqual(0);
    rest = rest.slice(at + 1);
  }
}

export interface FailedBuild {
  readonly class: string;
  readonly component?: string;
  readonly step?: string | RegExp;
  readonly score?: number;
  readonly strategy?: string;
  readonly attempts: number;
  readonly registries?: string;
  readonly ghaCache?: boolean;
  /** Of the error's first line, which is also the annotation and stands in the summary's first line. */
  readonly headline: RegExp;
}

/** What holds for every red run: outputs, error, summary with card and diagnostics; and nothing was pushed. */
export async function expectFailed(lab: Lab, result: ActionResult, wanted: FailedBuild): Promise<void> {
  expect(result.exitCode, result.log).toBe(1);
  const health = {
    GHA_CACHE_AVAILABLE: String(wanted.ghaCache ?? true),
    AVAILABLE_REGISTRIES: wanted.registries ?? ALL_REGISTRIES,
  };
  expect(result.outputs).toEqual({
    ...health,
    'health-score': String(wanted.score ?? 100),
    strategy: wanted.strategy ?? 'optimal',
    attempts: String(wanted.attempts),
    'failure-class': wanted.class,
    ...(wanted.component === undefined ? {} : { 'failure-component': wanted.component }),
    ...(wanted.step === undefined
      ? {}
      : { 'failure-step': typeof wanted.step === 'string' ? wanted.step : expect.stringMatching(wanted.step) }),
  });
  expect(result.exported).toEqual(health);
  const errors = result.commands.filter(({ name }) => name === 'error').map(({ message }) => message);
  expect(errors).toEqual([expect.stringMatching(wanted.headline), expect.stringMatching(/^buildx failed with: ./)]);
  expectSummary(result, [
    new RegExp(`^### ❌ \`${TAG}\` not built: `),
    /^\*\*What to do next:\*\* ./,
    `| Class | \`${wanted.class}\` |`,
    '## Build Results',
    '=== DIAGNOSTIC INFORMATION ===',
    /^Docker version: +\d+\./,
    /^Buildx version: +\S/,
    /^Builders: +\S/,
    /^Health score: +\d+\/100/,
    /^Healthy registries: +\d\/5/,
    /^Healthy Go proxies: +\d\/3/,
    new RegExp(`^Failed strategy: +\\S`),
    /^Last error: +\S/,
  ]);
  expect(await lab.inspectRemote(TAG)).toBeNull();
}

/** Seconds until the plan stood, as the log's headline says. */
export function planSeconds(result: ActionResult): number {
  const time = /Infrastructure health .* ([\d.]+) s$/m.exec(result.log)?.[1];
  return Number(time ?? Number.NaN);
}

/** The whole `docker buildx build` line of the last attempt, as the summary gives it to be copied. */
export function commandOf(result: ActionResult): string {
  const block = result.summary.split('```sh\n').find((text) => text.startsWith('docker buildx build')) ?? '';
  return (block.split('```')[0] ?? '').replaceAll(' \\\n ', '').trim();
}

function lastLine(log: string): string {
  return log.trimEnd().split('\n').at(-1) ?? '';
}
