import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../__tests__/lab/contract.ts';
import { labHosts } from '../../__tests__/lab/services/hosts.ts';
import type { Lab } from '../../__tests__/lab/lab.ts';
import { table } from './measure.ts';

const CACHE = 'results-receiver.actions.githubusercontent.com';
const HUB = 'registry-1.docker.io';

const OUTAGES: readonly (readonly [string, readonly Fault[]])[] = [
  ['none', []],
  ['cache service: HTML 400', [{ host: CACHE, fault: 'status', status: 400, body: 'html' }]],
  ['cache service: silent', [{ host: CACHE, fault: 'silent' }]],
  ['docker.io: 503', [{ host: HUB, fault: 'status', status: 503, body: 'html' }]],
  ['docker.io: rate-limited', [{ host: HUB, fault: 'rate-limited' }]],
  ['docker.io: silent', [{ host: HUB, fault: 'silent' }]],
  ['docker.io: black-holed', [{ host: HUB, fault: 'black-holed' }]],
  ['auth.docker.io: black-holed', [{ host: 'auth.docker.io', fault: 'black-holed' }]],
  ['gcr.io: black-holed', [{ host: 'gcr.io', fault: 'black-holed' }]],
  ['quay.io: black-holed', [{ host: 'quay.io', fault: 'black-holed' }]],
  ['proxy.golang.org: black-holed', [{ host: 'proxy.golang.org', fault: 'black-holed' }]],
  ['docker.io: DNS silent', [{ host: HUB, fault: 'dns-silent' }]],
  ['everything: black-holed', labHosts.map(({ name }): Fault => ({ host: name, fault: 'black-holed' }))],
  ['everything: DNS silent', labHosts.map(({ name }): Fault => ({ host: name, fault: 'dns-silent' }))],
];

/** Needs two registries, and would end quickly. */
const DOCKERFILE =
  'FROM golang:1.24-alpine AS build\nFROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build /etc/passwd /x\n';

/** From the start of the process to its plan, in every outage. */
export async function benchPlan(lab: Lab): Promise<string> {
  const rows: (readonly string[])[] = [];
  for (const [name, faults] of OUTAGES) {
    await lab.reset();
    const cwd = join(lab.job.folder, 'plan');
    await mkdir(cwd, { recursive: true });
    await writeFile(join(cwd, 'Dockerfile'), DOCKERFILE);
    await lab.faults(faults);
    const { ms, headline } = await timeToPlan(lab, cwd);
    rows.push([name, `${ms.toFixed(0)} ms`, headline]);
  }
  await lab.faults([]);
  return `## From start to plan\n\nTarget: within 3 s in every outage.\n\n${table(['Outage', 'plan after', 'health'], rows)}`;
}

async function timeToPlan(lab: Lab, cwd: string): Promise<{ readonly ms: number; readonly headline: string }> {
  const startedAt = performance.now();
  let seen: number | null = null;
  let log = '';
  const running = await lab.start({
    cwd,
    inputs: { image: 'ghcr.io/acme/plan', version: 'v1', 'max-retry-attempts': '1' },
    onOutput: (text) => {
      log += text;
      if (/::group::Plan/.test(log)) seen ??= performance.now();
    },
  });
  while (
    seen === null &&
    !(await Promise.race([running.result.then(() => true), new Promise((resolve) => setTimeout(resolve, 10))]))
  ) {
    // Waiting for the plan or the end.
  }
  running.killGroup();
  await running.result;
  const headline = /health {2}(\d+\/100[^·]*· \w+)/.exec(log)?.[1] ?? '?';
  return { ms: (seen ?? Number.NaN) - startedAt, headline: headline.replace('%25', '%') };
}
