/** What the cases of sources and mirrors share: outages as data, and how to ask a run where its images came from. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Fault, SeenRequest } from '../lab/contract.ts';
import type { ActionResult } from '../lab/host/runner.ts';
import { labHosts } from '../lab/services/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { TAG } from './expectations.ts';
import { unavailable } from './world.ts';

export const HUB = 'registry-1.docker.io';
export const HUB_DOWN: readonly Fault[] = [unavailable(HUB)];
/** Everything that the catalogue knows beside Docker Hub itself and mirror.gcr.io. */
const OTHER_MIRRORS = ['public.ecr.aws', 'docker.m.daocloud.io', 'dockerhub.azk8s.cn'];
export const ONLY_GOOGLE_LEFT: readonly Fault[] = [HUB, ...OTHER_MIRRORS].map((host) => unavailable(host));
export const ALL_BUT_GHCR: readonly Fault[] = labHosts
  .filter(({ name }) => !name.startsWith('ghcr.io'))
  .map(({ name }) => ({ host: name, fault: 'refused' }));

/** Where an image came from, as report.json has it. */
export interface Served {
  readonly by: string;
  readonly digest: string | null;
  readonly confirmedBy: string | null;
  readonly reason: string;
}

interface ReportedImage {
  readonly name: string;
  readonly choice: {
    readonly kind: string;
    readonly host?: string;
    readonly digest?: string | null;
    readonly confirmedBy?: string;
    readonly reason: string;
  };
}

/** The sources of the last attempt by image, from report.json. */
export async function sourcesOf(result: ActionResult): Promise<Readonly<Record<string, Served>>> {
  const report = JSON.parse(await readFile(result.outputs['report'] ?? '', 'utf8')) as {
    readonly attempts: readonly { readonly plan: { readonly images: readonly ReportedImage[] } }[];
  };
  const images = report.attempts.at(-1)?.plan.images ?? [];
  return Object.fromEntries(
    images.map(({ name, choice: { kind, host, digest, confirmedBy, reason } }) => [
      name,
      { by: host ?? kind, digest: digest ?? null, confirmedBy: confirmedBy ?? null, reason },
    ]),
  );
}

/** The sources alone, by image. */
export async function hostsOf(result: ActionResult): Promise<Readonly<Record<string, string>>> {
  const sources = await sourcesOf(result);
  return Object.fromEntries(Object.entries(sources).map(([name, { by }]) => [name, by]));
}

/** Requests for manifests that the engine made itself, as `mirror.gcr.io library/alpine@sha256:…`; the probes are ours. */
export function engineFetches(requests: readonly SeenRequest[]): readonly string[] {
  const fetched = requests.flatMap(({ host, path, userAgent, status }) => {
    const [, repository, reference] = /^\/v2\/(.+)\/manifests\/([^?]+)/.exec(path) ?? [];
    if (repository === undefined || status !== 200 || !/^(docker|buildkit|containerd)/i.test(userAgent)) return [];
    return [`${host} ${repository}${(reference ?? '').includes(':') ? '@' : ':'}${reference ?? ''}`];
  });
  return [...new Set(fetched)];
}

/** The build is green, and the pushed image prints this. */
export async function expectBuilt(lab: Lab, result: ActionResult, prints: string): Promise<void> {
  expect(result.exitCode, result.log).toBe(0);
  expect(await lab.pullAndRun(TAG)).toBe(prints);
}

/** The build is red, nothing was pushed, and log and summary say each of these. */
export async function expectRefused(
  lab: Lab,
  result: ActionResult,
  wanted: readonly (string | RegExp)[],
): Promise<void> {
  expect(result.exitCode, result.log).toBe(1);
  for (const one of wanted) {
    if (typeof one === 'string') expect(result.log).toContain(one);
    else expect(result.log).toMatch(one);
  }
  expect(await lab.inspectRemote(TAG)).toBeNull();
}
