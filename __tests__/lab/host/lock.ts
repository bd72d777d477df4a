import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Lets one process of the machine at a time do something. A lock whose process is gone does not count. */
export async function withLock(file: string, act: () => Promise<void>): Promise<void> {
  while (!(await take(file))) {
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (holder !== '' && !existsSync(`/proc/${holder}`)) {
      await rm(file, { force: true });
    }
    await sleep(100);
  }
  try {
    await act();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
