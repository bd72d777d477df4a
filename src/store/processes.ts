import { hostname } from 'node:os';
import { stat } from 'node:fs/promises';

/** Whoever gives no sign of life for so long is gone, wherever he ran. */
const SILENCE_MS = 10 * 60_000;

/** This process's mark in the names of its files: machine and process. */
export function ownMark(): string {
  return `${machine()}.${process.pid}`;
}

/**
 * Whether the process that a file belongs to has ended: on this machine it can be asked for; of another one (a container
 * with the same volume, a restored cache) the file's age is all there is. `name` holds the mark as `….MACHINE.PID.…`.
 */
export async function isAbandoned(path: string, name: string, nowMs: number): Promise<boolean> {
  const [, host, pid] = /\.([A-Za-z0-9-]+)\.(\d+)(?:\.|$)/.exec(name) ?? [];
  if (host === machine() && pid !== undefined && !isAlive(Number(pid))) return true;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: nowMs }));
  return nowMs - mtimeMs > SILENCE_MS;
}

function machine(): string {
  return hostname().replaceAll(/[^A-Za-z0-9-]/g, '-') || 'localhost';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
