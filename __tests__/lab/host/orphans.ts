import { readFile } from 'node:fs/promises';
import type { Job } from './job.ts';
import { killProcess, processesInside, type Namespace } from './namespace.ts';

/** A process that a step started and left behind; the runner ends these when the job ends. */
export interface Orphan {
  readonly pid: number;
  readonly command: string;
}

export async function findOrphans(namespace: Namespace, job: Job): Promise<readonly Orphan[]> {
  const pids = await processesInside(namespace.name);
  const found = await Promise.all(pids.map((pid) => orphanOf(pid, job)));
  return found.flat();
}

export async function endOrphans(namespace: Namespace, job: Job): Promise<void> {
  const orphans = await findOrphans(namespace, job);
  orphans.forEach((orphan) => killProcess(orphan.pid));
}

async function orphanOf(pid: number, job: Job): Promise<readonly Orphan[]> {
  try {
    // The name may hold blanks and brackets; what follows it is state, parent and process group (man 5 proc).
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
    return job.groups.has(Number(group)) ? [{ pid, command }] : [];
  } catch {
    // It ended in between.
    return [];
  }
}
