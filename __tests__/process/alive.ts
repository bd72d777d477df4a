import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process runs. One that has ended and that nobody has collected yet (proc(5), state Z) does not. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat !== null && !/\) [ZX] /.test(stat);
}

/** Waits until a process is gone, at most five seconds. */
export async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 50 && (await isAlive(pid)); tries += 1) await sleep(100);
  return !(await isAlive(pid));
}
