import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pushCredentials } from '../../__tests__/lab/services/hosts.ts';
import { createRunnerToken } from '../../__tests__/lab/services/runner-token.ts';
import type { ActionResult } from '../../__tests__/lab/host/runner.ts';
import type { Lab } from '../../__tests__/lab/lab.ts';
import { violationsOf, type Seen } from './oracle.ts';
import { changesOf, faultsAt, type Schedule } from './schedule.ts';

export interface CaseResult {
  readonly schedule: Schedule;
  readonly green: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly violations: readonly string[];
  readonly log: string;
}

const TAG = 'ghcr.io/acme/api:v1';
const DEADLINE_SECONDS = 25;
const DOCKERFILE = [
  'FROM alpine:3.22',
  'COPY message /message',
  'RUN echo "nonce $(cat /proc/sys/kernel/random/uuid) end" | tee /nonce',
  'CMD ["cat", "/nonce"]',
  '',
].join('\n');

/** One build in a world that fails as scheduled, and what is wrong with how it went. */
export async function runCase(lab: Lab, schedule: Schedule): Promise<CaseResult> {
  await lab.reset();
  if (schedule.warm) {
    await warmUp(lab);
    // An import that hangs takes the engine's own builder with it: then another one must boot.
    await lab.startBuilderEngine();
  }
  await writeFile(path.join(lab.job.workspace, 'Dockerfile'), DOCKERFILE);
  await writeFile(path.join(lab.job.workspace, 'message'), `${schedule.seed}-${schedule.index}\n`);
  await lab.faults(faultsAt(schedule, 0));
  const token = createRunnerToken();
  const running = await lab.start({ inputs: inputsOf(lab), env: { ACTIONS_RUNTIME_TOKEN: token }, timeoutMs: 120_000 });
  const timers = changesOf(schedule).map((atMs) => setTimeout(() => void lab.faults(faultsAt(schedule, atMs)), atMs));
  const result = await running.result;
  timers.forEach(clearTimeout);
  const post = await result.post();
  await lab.faults([]);
  const seen = await look(lab, result, token);
  const violations = [
    ...violationsOf(schedule, seen),
    ...(post.exitCode === 0 ? [] : [`the post step ended with ${post.exitCode}`]),
  ];
  const { exitCode, outputs, log, durationMs } = result;
  return { schedule, green: exitCode === 0, outputs, seconds: durationMs / 1000, violations, log };
}

function inputsOf(lab: Lab): Record<string, string> {
  const deadline = String(DEADLINE_SECONDS);
  return {
    image: 'ghcr.io/acme/api',
    version: 'v1',
    push: 'true',
    'cache-local-path': path.join(lab.job.folder, 'cache'),
    'stall-timeout': '4',
    'cache-export-timeout': '3',
    'build-timeout-optimal': deadline,
    'build-timeout-resilient': deadline,
    'build-timeout-conservative': deadline,
    'build-timeout-emergency': deadline,
  };
}

/** Another commit was built elsewhere: the caches have its steps, the engine and the registry's tag do not matter. */
async function warmUp(lab: Lab): Promise<void> {
  await writeFile(path.join(lab.job.workspace, 'Dockerfile'), 'FROM alpine:3.22\nRUN true\n');
  const elsewhere = path.join(lab.job.folder, 'elsewhere');
  await mkdir(elsewhere, { recursive: true });
  const result = await lab.run({ inputs: { ...inputsOf(lab), version: 'v0', 'cache-local-path': elsewhere } });
  if (result.exitCode !== 0) throw new Error(`the world is not well:\n${result.log}`);
  await result.post();
  await rm(elsewhere, { recursive: true, force: true });
  await clearTemporary(lab);
  await lab.freshEngine();
}

async function clearTemporary(lab: Lab): Promise<void> {
  for (const name of await readdir(lab.job.temp))
    await rm(path.join(lab.job.temp, name), { recursive: true, force: true });
}

async function look(lab: Lab, result: ActionResult, token: string): Promise<Seen> {
  const remote = await lab.inspectRemote(TAG);
  const printed = result.exitCode === 0 && remote !== null ? await lab.pullAndRun(TAG).catch(String) : null;
  const { user, password } = pushCredentials;
  const { report } = result.outputs;
  return {
    exitCode: result.exitCode,
    durationMs: result.durationMs,
    log: result.log,
    summary: result.summary,
    outputs: result.outputs,
    report: report === undefined ? '' : await readFile(report, 'utf8').catch(() => ''),
    remoteDigest: remote?.digest ?? null,
    printed,
    secrets: [password, Buffer.from(`${user}:${password}`).toString('base64'), token],
    left: await leftBehind(lab),
    deadlineMs: DEADLINE_SECONDS * 1000,
  };
}

/** Whatever a job finds that it did not bring: processes, builders, containers, files. */
async function leftBehind(lab: Lab): Promise<readonly string[]> {
  const docker = await lab.sh(
    "docker buildx ls --format '{{.Name}}' | sort -u; docker ps --all --quiet; docker volume ls --quiet",
  );
  const things = docker.stdout.split('\n').filter((line) => line !== '' && line !== 'default');
  const temporary = (await readdir(lab.job.temp)).filter(
    (name) => !/^(_runner_file_commands|smart-docker-build-report)-/.test(name),
  );
  const processes = (await lab.orphans()).map(({ command }) => command);
  const root = path.join(lab.job.folder, 'cache/buildkit');
  const scopes = await readdir(root).catch(() => []);
  const folders = (await Promise.all(scopes.map((scope) => readdir(path.join(root, scope))))).flat();
  const caches = folders.filter((name) => name !== 'current');
  return [...things, ...temporary, ...processes, ...caches];
}
