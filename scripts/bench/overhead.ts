import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../../__tests__/lab/lab.ts';
import { compare, inMegabytes, inMs, sampleOf, table } from './measure.ts';

const IMAGE = 'ghcr.io/acme/bench';

/** A build of next to nothing: what is measured is everything around it. */
const DOCKERFILE =
  'FROM alpine:3.20\nARG SERVICE\nARG VERSION\nRUN echo "$SERVICE $VERSION" > /hello\nCMD ["cat", "/hello"]\n';

interface Runs {
  readonly action: number[];
  readonly bare: number[];
  readonly memory: number[];
}

/** The action beside a bare `docker buildx build` with the same flags, in turn, cold and warm. */
export async function benchOverhead(lab: Lab, runs: number): Promise<string> {
  const cold = await measure(lab, runs, true);
  const warm = await measure(lab, runs * 2, false);
  const rows = (
    [
      ['cold (fresh engine)', cold],
      ['warm (everything cached)', warm],
    ] as const
  ).map(([name, { action, bare }]) => {
    const { overhead, ratio } = compare(action, bare);
    return [name, inMs(sampleOf(action)), inMs(sampleOf(bare)), inMs(overhead), ratio.median.toFixed(2)];
  });
  const text = table(['Build of nothing', 'action', 'docker buildx build', 'overhead', 'ratio'], rows);
  const memory = inMegabytes(sampleOf([...cold.memory, ...warm.memory]));
  return `## Overhead in a healthy world\n\nTarget: overhead under 500 ms, probes included; peak memory under 150 MB.\n\n${text}\n\nPeak memory of the action's process: ${memory}.`;
}

async function measure(lab: Lab, runs: number, cold: boolean): Promise<Runs> {
  const result: Runs = { action: [], bare: [], memory: [] };
  for (let run = 0; run <= runs; run++) {
    if (cold) await lab.reset();
    const action = await runAction(lab);
    if (cold) await lab.reset();
    const bare = await runBare(lab);
    // The first pair warms what does not belong to either.
    if (run === 0) continue;
    result.action.push(action.ms);
    result.memory.push(action.peakBytes);
    result.bare.push(bare);
  }
  return result;
}

async function workspaceOf(lab: Lab): Promise<string> {
  const workspace = join(lab.job.folder, 'nothing');
  await mkdir(workspace, { recursive: true });
  await writeFile(join(workspace, 'Dockerfile'), DOCKERFILE);
  return workspace;
}

async function runAction(lab: Lab): Promise<{ readonly ms: number; readonly peakBytes: number }> {
  const cwd = await workspaceOf(lab);
  const peakFile = join(lab.job.folder, 'peak');
  const watcher = join(lab.job.folder, 'peak.mjs');
  const report = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS)));`;
  await writeFile(watcher, report);
  const step = await lab.run({
    cwd,
    inputs: {
      service: 'bench',
      image: IMAGE,
      version: 'v1',
      push: 'true',
      'cache-local-path': join(lab.job.folder, 'cache'),
    },
    env: { NODE_OPTIONS: `--import=${watcher}` },
  });
  if (step.exitCode !== 0) throw new Error(`the action failed:\n${step.log}`);
  return { ms: step.durationMs, peakBytes: Number(await readFile(peakFile, 'utf8')) * 1024 };
}

async function runBare(lab: Lab): Promise<number> {
  const step = await runBareBuild(lab, await workspaceOf(lab));
  if (step.exitCode !== 0) throw new Error(`the bare build failed:\n${step.log}`);
  return step.durationMs;
}

/** The very flags that the action uses, local cache included, with the rotation left to the shell. */
export async function runBareBuild(lab: Lab, cwd: string): ReturnType<Lab['sh']> {
  const cache = join(lab.job.folder, 'bare-cache');
  const from = `[ -e ${cache}/current/index.json ] && set -- "$@" --cache-from type=local,src=${cache}/current`;
  const flags = [
    '--build-arg SERVICE=bench --build-arg VERSION=v1',
    `--cache-from type=gha,scope=bare --cache-from type=registry,ref=${IMAGE}:bare-cache`,
    `--cache-to type=local,dest=${cache}/next,mode=max,ignore-error=true`,
    `--cache-to type=registry,ref=${IMAGE}:bare-cache,mode=max,ignore-error=true`,
    '--cache-to type=gha,scope=bare,mode=max,ignore-error=true',
    `--iidfile ${cache}.iid --metadata-file ${cache}.json --tag ${IMAGE}:bare --push .`,
  ];
  const rotate = `rm -rf ${cache}/current && mv ${cache}/next ${cache}/current`;
  const line = `set --; ${from}; docker buildx build "$@" ${flags.join(' ')} && ${rotate}`;
  return await lab.sh(line, { cwd, cache: true });
}
