import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault, SeenRequest } from '../../__tests__/lab/contract.ts';
import type { Lab } from '../../__tests__/lab/lab.ts';
import { inMegabytes, sampleOf, table } from './measure.ts';

/** Five hosts, which all have these ten images. */
const PLACES = [
  'docker.io/library',
  'mirror.gcr.io/library',
  'public.ecr.aws/docker/library',
  'docker.m.daocloud.io/library',
  'm.daocloud.io/docker.io/library',
] as const;
const IMAGES = [
  ...['alpine:3.20', 'alpine:3.21', 'alpine:3.22', 'debian:12-slim', 'debian:13-slim'],
  ...['ubuntu:24.04', 'busybox:1.37', 'golang:1.24', 'golang:1.24-alpine', 'golang:1.24-bookworm'],
] as const;
const HALF = ['registry-1.docker.io', 'public.ecr.aws', 'm.daocloud.io'];
const SLOW_MS = 250;

/** Says at its end how much memory the process had at most. */
const REPORT_MEMORY =
  "process.on('exit', () => process.stderr.write(`maxrss ${process.resourceUsage().maxRSS}\\n`));\n";

interface World {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly targetMs: number;
}

const WORLDS: readonly World[] = [
  { name: 'healthy', faults: [], targetMs: 1500 },
  {
    name: 'half of the hosts black-holed',
    faults: HALF.map((host) => ({ host, fault: 'black-holed' })),
    targetMs: 4500,
  },
];

/** From the start of the process to its plan, by the number of external images. */
export async function benchSources(lab: Lab, runs: number): Promise<string> {
  const rows: (readonly string[])[] = [];
  for (const world of WORLDS) {
    for (const count of [1, 10, 50]) rows.push(await rowOf(lab, world, count, runs));
  }
  const busiest = await busiestHost(lab);
  const head = ['Images', 'World', 'plan after', 'target', 'memory'];
  return `## Sources\n\n${table(head, rows)}\n\nWith 50 images no host had more than ${busiest} requests at once (target: 8).`;
}

async function rowOf(
  lab: Lab,
  { name, faults, targetMs }: World,
  count: number,
  runs: number,
): Promise<readonly string[]> {
  const measured = [];
  for (let run = 0; run < Math.min(runs, 5); run += 1) {
    await lab.reset();
    await lab.faults(faults);
    measured.push(await plan(lab, count));
  }
  const ms = sampleOf(measured.map((one) => one.ms));
  const bytes = sampleOf(measured.map((one) => one.bytes));
  return [
    String(count),
    name,
    `${ms.median.toFixed(0)} ms (${ms.min.toFixed(0)}-${ms.max.toFixed(0)})`,
    `${targetMs} ms`,
    inMegabytes(bytes),
  ];
}

async function plan(lab: Lab, count: number): Promise<{ readonly ms: number; readonly bytes: number }> {
  const cwd = join(lab.job.folder, 'sources');
  await mkdir(cwd, { recursive: true });
  const names = IMAGES.flatMap((image) => PLACES.map((place) => `${place}/${image}`)).slice(0, count);
  const copies = names.map((name, index) => `COPY --from=${name} /etc/os-release /${index}\n`);
  await writeFile(join(cwd, 'Dockerfile'), `FROM scratch\n${copies.join('')}`);
  const hook = join(lab.job.folder, 'memory.cjs');
  await writeFile(hook, REPORT_MEMORY);
  const options = { cwd, env: { NODE_OPTIONS: `--require ${hook}` } };
  const result = await lab.cli(
    ['plan', '--image', 'ghcr.io/acme/plan', '--cache-local-path', join(cwd, 'cache')],
    options,
  );
  if (result.exitCode !== 0) throw new Error(result.log);
  const kilobytes = Number(/maxrss (\d+)/.exec(result.stderr)?.[1]);
  return { ms: result.durationMs, bytes: kilobytes * 1024 };
}

/** With every answer late, requests that are under way together arrive within one delay of each other. */
async function busiestHost(lab: Lab): Promise<number> {
  await lab.reset();
  const hosts = ['registry-1.docker.io', 'mirror.gcr.io', 'public.ecr.aws', 'docker.m.daocloud.io', 'm.daocloud.io'];
  await lab.faults(hosts.map((host) => ({ host, fault: 'slow', delayMs: SLOW_MS, path: '^/v2/' })));
  await lab.clearRequests();
  await plan(lab, 50);
  const requests = await lab.requests();
  return Math.max(
    ...hosts.map((host) => atOnce(requests.filter((one) => one.host === host && one.path.startsWith('/v2/')))),
  );
}

function atOnce(requests: readonly SeenRequest[]): number {
  const starts = requests.map(({ atMs }) => atMs);
  return Math.max(0, ...starts.map((from) => starts.filter((at) => at >= from && at < from + SLOW_MS * 0.9).length));
}
