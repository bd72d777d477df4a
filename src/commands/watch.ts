import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchOptions } from '../cli-arguments.ts';
import type { Health } from '../health/health.ts';
import { watchLines, watchTable } from '../report/watch.ts';

/** What the watch touches. */
export interface WatchPorts {
  readonly check: () => Promise<Health>;
  readonly write: (text: string) => void;
  /** A terminal is drawn anew after every check; a file or a pipe gets lines. */
  readonly isTerminal: boolean;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Checks that are remembered. */
const REMEMBERED = 500;

/** To the upper left corner, and everything below it cleared: no flicker, and nothing of the shell's history is lost. */
const REDRAW = '\u001b[H\u001b[J';

/** Checks the health again and again, until the signal or the number of checks ends it. */
export async function watchHealth({ intervalMs, checks }: WatchOptions, ports: WatchPorts): Promise<void> {
  const history: Health[] = [];
  for (let count = 1; ; count++) {
    const health = await ports.check();
    if (ports.signal.aborted) return;
    const before = history.at(-1) ?? null;
    history.push(health);
    if (history.length > REMEMBERED) history.shift();
    const isLast = checks !== null && count >= checks;
    const lines = ports.isTerminal ? watchTable(history, isLast ? null : intervalMs) : watchLines(health, before);
    ports.write(`${ports.isTerminal ? REDRAW : ''}${lines.join('\n')}\n`);
    if (isLast) return;
    const ended = await sleep(intervalMs, false, { signal: ports.signal }).catch(() => true);
    if (ended) return;
  }
}
