import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { mustRun, runCommand } from './command.ts';

const enoughMemoryKiB = 6 * 1024 * 1024;

/**
 * Makes the empty folder of one lab, in memory where there is enough of it: an engine writes thousands of small files
 * and flushes each change of its databases, so that on a busy disk a fresh engine takes seconds instead of half a one.
 */
export async function makeLabFolder(folder: string): Promise<void> {
  await removeLabFolder(folder);
  await mkdir(folder, { recursive: true });
  const memory = /^MemAvailable:\s+(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8'));
  if (Number(memory?.[1]) > enoughMemoryKiB) {
    await mustRun(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'lab', folder]);
  }
}

/** All processes of the lab must have ended. Whoever still has a file open does not hold this up. */
export async function removeLabFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) {
    return;
  }
  await runCommand(['umount', '--lazy', folder]);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
