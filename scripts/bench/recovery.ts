import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../__tests__/lab/contract.ts';
import type { Lab } from '../../__tests__/lab/lab.ts';
import { compare, inSeconds, loadText, sampleOf, table } from './measure.ts';

const HUB = 'registry-1.docker.io';
const CDN = 'production.cloudflare.docker.com';
const CACHE = 'results-receiver.actions.githubusercontent.com';
const STORE = 'productionresultssa0.blob.core.windows.net';

interface Outage {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** The faults begin with the build, when all probes are over. */
  readonly inMidBuild?: true;
  /** An earlier job has filled the caches. */
  readonly isWarm?: true;
}

const down = (host: string): Fault => ({ host, fault: 'status', status: 503, body: 'html' });

const OUTAGES: readonly Outage[] = [
  { name: 'docker.io: 503', faults: [down(HUB)] },
  { name: 'docker.io: 503, in mid-build', faults: [down(HUB)], inMidBuild: true },
  { name: 'docker.io: silent', faults: [{ host: HUB, fault: 'silent' }] },
  { name: 'docker.io: black-holed', faults: [{ host: HUB, fault: 'black-holed' }] },
  { name: 'docker.io: rate-limited', faults: [{ host: HUB, fault: 'rate-limited' }] },
  { name: 'docker.io: token server down', faults: [down('auth.docker.io')] },
  { name: 'docker.io: CDN refuses', faults: [{ host: CDN, fault: 'refused' }] },
  { name: 'docker.io: CDN answers 503, in mid-build', faults: [down(CDN)], inMidBuild: true },
  { name: 'docker.io: CDN falls silent, in mid-build', faults: [{ host: CDN, fault: 'silent' }], inMidBuild: true },
  {
    name: 'docker.io: a layer stops on its open connection, in mid-build',
    faults: [{ host: CDN, fault: 'stalled', bytes: 20_000 }],
    inMidBuild: true,
  },
  {
    name: 'docker.io: the same of the first connections alone',
    // The configuration and both layers, of which one is longer than that.
    faults: [{ host: CDN, fault: 'stalled', bytes: 20_000, times: 3 }],
    inMidBuild: true,
  },
  { name: 'docker.io: silent, in mid-build', faults: [{ host: HUB, fault: 'silent' }], inMidBuild: true },
  { name: 'docker.io: blobs cut in the middle', faults: [{ host: CDN, fault: 'cut', bytes: 20_000 }] },
  { name: 'docker.io: 503 to three requests', faults: [{ host: HUB, fault: 'status', status: 503, times: 3 }] },
  { name: 'docker.io and mirror.gcr.io: 503', faults: [down(HUB), down('mirror.gcr.io')] },
  { name: 'cache service: HTML 400', faults: [{ host: CACHE, fault: 'status', status: 400, body: 'html' }] },
  { name: 'cache service: silent', faults: [{ host: CACHE, fault: 'silent' }] },
  { name: 'cache service: export refused', faults: [{ host: CACHE, fault: 'read-only' }] },
  { name: 'cache blobs of a warm cache: refused', faults: [{ host: STORE, fault: 'refused' }], isWarm: true },
  {
    name: 'ghcr.io: 502 to two uploads',
    faults: [{ host: 'ghcr.io', fault: 'status', status: 502, path: '/blobs/uploads/', times: 2 }],
  },
  {
    name: 'gcr.io, quay.io: black-holed (not needed)',
    faults: ['gcr.io', 'quay.io'].map((host): Fault => ({ host, fault: 'black-holed' })),
  },
];

const DOCKERFILE = 'FROM alpine:3.22\nARG VERSION\nRUN echo "$VERSION" >/message\nCMD ["cat", "/message"]\n';

/** From the start of the action to the green image, in every outage, each beside a healthy build right before it. */
export async function benchRecovery(lab: Lab, runs: number): Promise<string> {
  const before = loadText();
  const rows: (readonly string[])[] = [];
  for (const outage of OUTAGES) {
    const times = { seen: [] as number[], healthy: [] as number[] };
    const verdicts = new Set<string>();
    for (let run = 0; run < runs; run++) {
      const healthy = await build(lab, { ...outage, faults: [] });
      const seen = await build(lab, outage);
      times.healthy.push(healthy.seconds);
      times.seen.push(seen.seconds);
      verdicts.add(seen.verdict);
    }
    const { overhead } = compare(times.seen, times.healthy);
    const samples = [sampleOf(times.seen), sampleOf(times.healthy), overhead];
    rows.push([outage.name, [...verdicts].join(' or '), ...samples.map(inSeconds)]);
  }
  await lab.faults([]);
  const text = table(['Outage', 'result', 'start to image', 'healthy', 'cost'], rows);
  return `## Cost of an outage\n\nTarget: no outage that has a way out costs more than 5 s over the healthy build beside it. BuildKit's own retries of an upload (1 + 2 + 4 s) are in these times. ${runs} runs of each; ${before} at the beginning, ${loadText()} at the end.\n\n${text}`;
}

async function build(lab: Lab, outage: Outage): Promise<{ readonly seconds: number; readonly verdict: string }> {
  await lab.reset();
  const cwd = join(lab.job.folder, 'recovery');
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'Dockerfile'), DOCKERFILE);
  const inputs = {
    image: 'ghcr.io/acme/recovery',
    version: 'v1',
    push: 'true',
    'cache-local-path': join(lab.job.folder, 'cache'),
  };
  if (outage.isWarm) {
    await lab.run({ cwd, inputs: { ...inputs, 'cache-local-path': join(lab.job.folder, 'elsewhere') } });
    await lab.freshEngine();
  }
  if (outage.inMidBuild === undefined) await lab.faults(outage.faults);
  let log = '';
  let begun = outage.inMidBuild === undefined;
  const result = await lab.run({
    cwd,
    inputs,
    onOutput: (text) => {
      log += text;
      if (begun || !log.includes('::group::Attempt 1')) return;
      begun = true;
      void lab.faults(outage.faults);
    },
  });
  const attempts = Number(result.outputs['attempts']);
  const verdict =
    result.exitCode === 0
      ? `green${attempts > 1 ? ` after ${attempts} attempts` : ''}`
      : `red: ${result.outputs['failure-class']}`;
  return { seconds: result.durationMs / 1000, verdict };
}
