import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pushCredentials } from '../services/hosts.ts';
import { plainEnvironment } from './command.ts';
import { nodeForActions } from './paths.ts';

/** User and password by registry, as in a docker configuration. */
export type Credentials = Readonly<Record<string, { readonly user: string; readonly password: string }>>;

/** The folders of one job. All its steps share them, as on a runner; the next job starts with new ones. */
export interface Job {
  readonly folder: string;
  readonly home: string;
  readonly temp: string;
  /** Where actions/checkout would have put the sources; empty at first. */
  readonly workspace: string;
  readonly caFile: string;
  /** What GITHUB_EVENT_PATH names. */
  readonly eventFile: string;
  /** Process groups of the steps until now. */
  readonly groups: Set<number>;
}

const defaultCredentials: Credentials = { 'ghcr.io': pushCredentials };

export async function createJob(folder: string, caFile: string): Promise<Job> {
  await rm(folder, { recursive: true, force: true });
  const [home, temp, workspace] = ['home', 'temp', 'workspace'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([home, temp, workspace].map((name) => mkdir(name, { recursive: true })));
  const eventFile = path.join(folder, 'event.json');
  const job: Job = { folder, home, temp, workspace, caFile, eventFile, groups: new Set() };
  await writeCredentials(job, defaultCredentials);
  const event = { ref: 'refs/heads/main', repository: { full_name: 'acme/api', default_branch: 'main' } };
  await writeFile(eventFile, JSON.stringify(event));
  return job;
}

/** What `docker login` would have left. An empty list logs out. */
export async function writeCredentials(job: Job, credentials: Credentials): Promise<void> {
  const auths = Object.fromEntries(
    Object.entries(credentials).map(([registry, { user, password }]) => {
      const key = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
      return [key, { auth: Buffer.from(`${user}:${password}`).toString('base64') }];
    }),
  );
  // A buildx that the machine's user installed for himself must be found from the job's home as well.
  const plugins = path.join(os.homedir(), '.docker/cli-plugins');
  const extra = existsSync(plugins) ? { cliPluginsExtraDirs: [plugins] } : {};
  await mkdir(path.join(job.home, '.docker'), { recursive: true });
  await writeFile(path.join(job.home, '.docker/config.json'), JSON.stringify({ auths, ...extra }, null, 2));
}

/** What every step of the job has in its environment, be it an action or a `run:` line. */
export function jobEnvironment(job: Job, dockerHost: string, workspace: string): Record<string, string> {
  const plain = plainEnvironment();
  return {
    ...plain,
    PATH: `${path.dirname(nodeForActions())}:${plain['PATH']}`,
    HOME: job.home,
    DOCKER_HOST: dockerHost,
    SSL_CERT_FILE: job.caFile,
    NODE_EXTRA_CA_CERTS: job.caFile,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: job.eventFile,
    GITHUB_JOB: 'build',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: 'acme/api',
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '424242',
    GITHUB_RUN_NUMBER: '7',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '8badf00d8badf00d8badf00d8badf00d8badf00d',
    GITHUB_WORKFLOW: 'build',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'lab',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: job.temp,
    RUNNER_TOOL_CACHE: path.join(job.folder, 'tools'),
  };
}
