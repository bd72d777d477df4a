/**
 * The main job, for everybody to see: an image is built and pushed while Docker Hub and the Actions cache are down.
 *
 *   npm run demo
 *
 * Engine, buildx, registries and cache service are real; they live in a network namespace of their own, where the names
 * of the internet lead to stand-ins that can fail.
 */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../__tests__/lab/contract.ts';
import { startLab, type Lab } from '../__tests__/lab/lab.ts';

const IMAGE = 'ghcr.io/acme/api';
const VERSION = 'v1.4.2';

const OUTAGES: readonly Fault[] = [
  { host: 'registry-1.docker.io', fault: 'status', status: 503, body: 'html' },
  { host: 'results-receiver.actions.githubusercontent.com', fault: 'status', status: 400, body: 'html' },
];

const lab = await startLab({ name: 'demo' });
try {
  say(`An offline internet is up, with a fresh Docker engine in it (logs: ${lab.paths.logs}).`);
  await lab.faults(OUTAGES);
  say('Docker Hub now answers 503, the GitHub Actions cache an HTML page.');
  process.exitCode = await buildAndRun(lab);
} finally {
  await lab.stop();
}

async function buildAndRun(world: Lab): Promise<number> {
  const workspace = join(world.job.folder, 'go-service');
  await mkdir(workspace, { recursive: true });
  await cp('examples/go-service', workspace, { recursive: true });
  say(`The action builds ./cmd/api of examples/go-service and pushes ${IMAGE}:${VERSION}:`);
  const step = await world.run({
    cwd: workspace,
    inputs: {
      service: 'api',
      image: IMAGE,
      version: VERSION,
      push: 'true',
      'cache-local-path': join(world.job.folder, 'cache'),
    },
    onOutput: (text) => process.stdout.write(asOnGitHub(text)),
  });
  await step.post();
  say('The job summary:');
  process.stdout.write(`${step.summary}\n`);
  if (step.exitCode !== 0) {
    say(`The build failed with exit code ${step.exitCode}.`);
    return 1;
  }
  await world.faults([]);
  say(`Another machine pulls ${IMAGE}:${VERSION} and runs it:`);
  process.stdout.write(await world.pullAndRun(`${IMAGE}:${VERSION}`));
  say(
    `It works: score ${step.outputs['health-score']}, strategy ${step.outputs['strategy']}, attempts ${step.outputs['attempts']}.`,
  );
  return 0;
}

/** The log as GitHub shows it: groups as headings, the runner's own commands unseen. */
function asOnGitHub(log: string): string {
  return log
    .replaceAll(/^::(add-mask|stop-commands|endgroup)::.*\n/gm, '')
    .replaceAll(/^::[0-9a-f-]{36}::\n/gm, '')
    .replaceAll(/^::group::(.*)$/gm, (_, title: string) => `▸ ${title.replaceAll('%25', '%')}`)
    .replaceAll(/^::(error|warning)(?: [^:]*)?::/gm, '$1: ');
}

function say(text: string): void {
  process.stdout.write(`\n\u001B[1m▸ ${text}\u001B[0m\n`);
}
