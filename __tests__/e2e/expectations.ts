/** What holds after every run, and how cases ask a result about the rest. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import type { ActionResult } from '../lab/host/runner.ts';
import type { Lab } from '../lab/lab.ts';

/** The image that every case builds. */
export const TAG = 'ghcr.io/acme/api:v1.4.2';
export const ALL_REGISTRIES = 'gcr.io docker.io ghcr.io quay.io registry.k8s.io';
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The health that a run found, as outputs and exported variables tell it; default: all well. */
interface Health {
  readonly score?: number;
  readonly registries?: string;
  readonly ghaCache?: boolean;
}

export interface PushedImage extends Health {
  /** What the image prints on another machine. */
  readonly prints: string;
  readonly strategy?: string;
  readonly attempts?: number;
  readonly platforms?: readonly string[];
  /** What the summary's first line says after the time, such as `recovered: …`. Default: nothing. */
  readonly recovered?: string;
  /** Bases that stand in for others. */
  readonly substitutions?: string;
}

/** What holds for every run that pushed: the image works elsewhere, and outputs, variables, log and summary say so. */
export async function expectPushed(lab: Lab, result: ActionResult, wanted: PushedImage): Promise<void> {
  const { platforms = ['linux/amd64'], attempts = 1, strategy = 'optimal' } = wanted;
  expect(result.exitCode, result.log).toBe(0);
  const remote = await lab.inspectRemote(TAG);
  expect(Object.keys(remote?.platforms ?? {}).toSorted()).toEqual(platforms.toSorted());
  const digest = remote?.digest ?? 'none';
  await expectOutputs(
    result,
    { ...wanted, strategy, attempts },
    {
      digest,
      imageid: expect.stringMatching(DIGEST),
      ...(wanted.substitutions === undefined ? {} : { substitutions: wanted.substitutions }),
    },
  );
  expect(JSON.parse(result.outputs['metadata'] ?? '')).toMatchObject({
    'containerimage.digest': digest,
    'image.name': TAG,
  });
  const after = attempts > 1 ? `  after ${attempts} attempts` : '';
  expect(result.log.trimEnd().split('\n').at(-1)).toContain(
    `Pushed ${TAG}@${digest}  ${platforms.join(', ')}${after}  `,
  );
  const recovered = wanted.recovered === undefined ? '' : ` · recovered: ${wanted.recovered}`;
  expect(result.summary.split('\n')[0]?.replace(/ in (\d+m )?[\d.]+ s/, ' in TIME')).toBe(
    `### ✅ \`${TAG}\` pushed in TIME as ${digest.slice(0, 'sha256:'.length + 12)}…${recovered}`,
  );
  expectSummary(result, [
    `docker pull ghcr.io/acme/api@${digest}`,
    '## Build Results',
    ...platforms.map(
      (platform) => new RegExp(`^\\| \`${platform}\` \\| [\\d.]+ [kM]?B (?:\\| [^|]+ )?\\| ✅ pushed \\|$`),
    ),
    `| Digest | \`${digest}\` |`,
    `| Platforms | ${platforms.join(', ')} |`,
    '| Registry | ghcr.io |',
    `| Attempts | ${attempts} of ${Math.max(attempts, 3)} |`,
    new RegExp(`^\\| Strategy \\| ${strategy}: .+ \\|$`),
    `- GHA Cache: ${wanted.ghaCache ?? true}`,
    `- Available Registries: ${wanted.registries ?? ALL_REGISTRIES}`,
  ]);
  expect(await lab.pullAndRun(TAG)).toBe(wanted.prints);
}

export interface FailedBuild extends Health {
  readonly class: string;
  readonly component?: string;
  readonly step?: string;
  readonly strategy?: string;
  readonly attempts?: number;
  /** The error's first line, which is the annotation and ends the summary's first line. */
  readonly headline: string;
  /** What to do next, as the summary says it. */
  readonly advice: RegExp;
}

/** What holds for every red run: outputs, errors, summary with card and diagnostics; and nothing was pushed. */
export async function expectFailed(lab: Lab, result: ActionResult, wanted: FailedBuild): Promise<void> {
  const { attempts = 1, strategy = 'optimal' } = wanted;
  expect(result.exitCode, result.log).toBe(1);
  await expectOutputs(
    result,
    { ...wanted, strategy, attempts },
    {
      'failure-class': wanted.class,
      ...(wanted.component === undefined ? {} : { 'failure-component': wanted.component }),
      ...(wanted.step === undefined ? {} : { 'failure-step': expect.stringContaining(wanted.step) }),
    },
  );
  const errors = result.commands.filter(({ name }) => name === 'error').map(({ message }) => message);
  expect(errors).toEqual([wanted.headline, expect.stringMatching(/^buildx failed with: ./)]);
  expect(plainText(result.summary.split('\n')[0] ?? '')).toBe(`### ❌ ${TAG} not built: ${wanted.headline}`);
  expectSummary(result, [
    new RegExp(`^\\*\\*What to do next:\\*\\* .*${wanted.advice.source}`),
    `| Class | \`${wanted.class}\` |`,
    '## Build Results',
    '=== DIAGNOSTIC INFORMATION ===',
    /^Docker version: +\d+\./,
    /^Buildx version: +\S/,
    /^Builders: +\S/,
    /^Health score: +\d+\/100/,
    /^Healthy registries: +\d\/5/,
    /^Healthy Go proxies: +\d\/3/,
    new RegExp(`^Failed strategy: +.*${strategy}`),
    /^Last error: +\S/,
  ]);
  expect(await lab.inspectRemote(TAG)).toBeNull();
}

/** All outputs, each of them, and the two that are exported as well; report.json says the same. */
export async function expectOutputs(
  result: ActionResult,
  wanted: Health & { readonly strategy: string; readonly attempts: number },
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const health = {
    GHA_CACHE_AVAILABLE: String(wanted.ghaCache ?? true),
    AVAILABLE_REGISTRIES: wanted.registries ?? ALL_REGISTRIES,
  };
  const { metadata, report = '', ...outputs } = result.outputs;
  const { strategy, attempts, score = 100 } = wanted;
  expect(outputs).toEqual({ ...health, 'health-score': String(score), strategy, attempts: String(attempts), ...more });
  expect(result.exported).toEqual(health);
  const told = JSON.parse(await readFile(report, 'utf8')) as { readonly outputs: unknown };
  expect(told.outputs).toEqual({ ...outputs, ...(metadata === undefined ? {} : { metadata }) });
}

/** Each of these is a line of the summary, in this order. */
export function expectSummary(result: ActionResult, wanted: readonly (string | RegExp)[]): void {
  let rest = result.summary.split('\n');
  for (const one of wanted) {
    const at = rest.findIndex((line) => (typeof one === 'string' ? line === one : one.test(line)));
    expect(at, `${String(one)} is no line of the rest of this summary:\n${result.summary}`).toBeGreaterThanOrEqual(0);
    rest = rest.slice(at + 1);
  }
}

/** After its post step a run has left its caches, its report and what scanners wrote, and nothing else. */
export async function expectNothingLeft(lab: Lab, cachePath: string): Promise<void> {
  const docker = await lab.sh(
    "docker buildx ls --format '{{.Name}}' | sort -u; docker ps --all --quiet; docker volume ls --quiet",
  );
  const temporary = await readdir(lab.job.temp);
  expect({
    builders: docker.stdout.trim(),
    temporary: temporary.filter((name) => !/^(_runner_file_commands|smart-docker-build-(report|scan))-/.test(name)),
    processes: await lab.orphans(),
    caches: (await cacheFolders(cachePath)).filter((name) => name !== 'current'),
  }).toEqual({ builders: 'default', temporary: [], processes: [], caches: [] });
}

/** The folders in all scopes of the local cache. */
async function cacheFolders(cachePath: string): Promise<readonly string[]> {
  const root = path.join(cachePath, 'buildkit');
  const scopes = await readdir(root).catch(() => []);
  return (await Promise.all(scopes.map((scope) => readdir(path.join(root, scope))))).flat();
}

/** Seconds until the plan stood, as the log's first line says. */
export function planSeconds(result: ActionResult): number {
  return Number(/Infrastructure health .* ([\d.]+) s$/m.exec(result.log)?.[1] ?? Number.NaN);
}

/** With a service down, a plan may take so much longer than in a healthy world (0.5 s). */
export const PLAN_SECONDS = 3.5;

/** The `docker buildx build` line of the last attempt, as the summary gives it to be copied. */
export function commandOf(result: ActionResult): string {
  const block = result.summary.split('```sh\n').find((text) => text.startsWith('docker buildx build')) ?? '';
  return (block.split('```')[0] ?? '').replaceAll(' \\\n ', '').trim();
}

/** Whether a step of the build came out of a cache. */
export function isCached(result: ActionResult, step: RegExp): boolean {
  const log = result.log.split('\n');
  const number = log.map((line) => /^#(\d+) (\[.*)$/.exec(line)).find((match) => step.test(match?.[2] ?? ''))?.[1];
  expect(number, `no step ${String(step)} in this log:\n${result.log}`).toBeDefined();
  // One whose layers are fetched from a cache while somebody looks is told as done, and not as cached.
  const lines = log.filter((line) => line.startsWith(`#${number} `));
  const isFetched = lines.some((line) => line.startsWith(`#${number} sha256:`));
  const hasRun = lines.some((line) => /^#\d+ \d+\.\d+ /.test(line));
  return lines.includes(`#${number} CACHED`) || (isFetched && !hasRun);
}

/** A line of the summary without its code marks. */
function plainText(line: string): string {
  return line.replaceAll('`', '');
}
