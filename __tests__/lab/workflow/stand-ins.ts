/**
 * Other people's actions, as far as workflows around a build need them. What they do to the job they do for real, with
 * docker's own commands; only actions/checkout gets its files from the case.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StepOptions } from '../host/runner.ts';
import type { Lab } from '../lab.ts';

export interface StandInCall {
  readonly lab: Lab;
  readonly inputs: Readonly<Record<string, string>>;
  readonly options: StepOptions;
  /** What actions/checkout puts into the workspace. */
  readonly sources: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface StandInResult {
  readonly exitCode: number;
  readonly log: string;
  readonly outputs?: Readonly<Record<string, string>>;
  /** A shell line for the end of the job. */
  readonly post?: string;
}

type StandIn = (call: StandInCall) => Promise<StandInResult>;

const nothing: StandIn = () => Promise.resolve({ exitCode: 0, log: '' });

/** By the name before the `@`. */
export const standIns: Readonly<Record<string, StandIn>> = {
  'actions/checkout': checkout,
  'docker/login-action': login,
  'docker/setup-buildx-action': setupBuildx,
  // The lab has its emulation already, where the machine can have one.
  'docker/setup-qemu-action': nothing,
  'docker/metadata-action': metadata,
};

async function checkout({ lab, inputs, sources }: StandInCall): Promise<StandInResult> {
  for (const [name, content] of Object.entries(sources)) {
    const file = path.join(lab.job.workspace, inputs['path'] ?? '', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return { exitCode: 0, log: `${Object.keys(sources).length} files\n` };
}

async function login({ lab, inputs, options }: StandInCall): Promise<StandInResult> {
  const { registry = '', username = '', password = '' } = inputs;
  const env = { ...options.env, LOGIN_PASSWORD: password };
  const line = `printf %s "$LOGIN_PASSWORD" | docker login --username '${username}' --password-stdin ${registry}`;
  const { exitCode, log } = await lab.sh(line, { ...options, env });
  return { exitCode, log, post: `docker logout ${registry}` };
}

async function setupBuildx({ lab, inputs, options }: StandInCall): Promise<StandInResult> {
  const { driver = 'docker-container', 'driver-opts': drivers = '' } = inputs;
  if (driver === 'docker') return { exitCode: 0, log: '', outputs: { name: 'default', driver } };
  await lab.startBuilderEngine();
  const name = 'builder-of-the-job';
  const flags = drivers
    .split('\n')
    .filter(Boolean)
    .map((one) => `--driver-opt '${one.trim()}'`);
  const line = `docker buildx create --name ${name} --driver ${driver} ${flags.join(' ')} --use --bootstrap`;
  const { exitCode, log } = await lab.sh(line, options);
  return { exitCode, log, outputs: { name, driver }, post: `docker buildx rm --force ${name}` };
}

/** Tags by branch and commit, whatever was asked for, and the labels that everybody gets. */
function metadata({ inputs, environment }: StandInCall): Promise<StandInResult> {
  const { GITHUB_REF_NAME: branch = '', GITHUB_SHA: sha = '', GITHUB_REPOSITORY: repository = '' } = environment;
  const images = (inputs['images'] ?? '')
    .split(/[\n,]/)
    .filter(Boolean)
    .map((image) => image.trim());
  const tags = images.flatMap((image) => [`${image}:${branch}`, `${image}:sha-${sha.slice(0, 7)}`]);
  const labels = [
    `org.opencontainers.image.title=${repository.split('/').at(-1)}`,
    `org.opencontainers.image.revision=${sha}`,
    `org.opencontainers.image.version=${branch}`,
  ];
  const outputs = { tags: tags.join('\n'), labels: labels.join('\n'), version: branch };
  return Promise.resolve({ exitCode: 0, log: '', outputs });
}
