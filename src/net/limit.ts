/** At most a number of holders for each key at once; the others wait in line. */
export interface Limit {
  /** A function that gives the slot back, or null when the signal ended the wait. */
  acquire(key: string, signal: AbortSignal): Promise<(() => void) | null>;
}

interface Line {
  held: number;
  readonly waiting: Set<() => void>;
}

/** First come, first served; a line without holders is forgotten. */
export function createLimit(slots: number): Limit {
  const lines = new Map<string, Line>();

  function lineOf(key: string): Line {
    const line = lines.get(key) ?? { held: 0, waiting: new Set() };
    lines.set(key, line);
    return line;
  }

  function release(key: string): void {
    const line = lineOf(key);
    line.held -= 1;
    const next = line.waiting.values().next();
    if (next.done !== true) {
      line.waiting.delete(next.value);
      next.value();
    } else if (line.held === 0) {
      lines.delete(key);
    }
  }

  function acquire(key: string, signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return Promise.resolve(null);
    const line = lineOf(key);
    return new Promise((resolve) => {
      function enter(): void {
        signal.removeEventListener('abort', leave);
        line.held += 1;
        resolve(() => release(key));
      }
      function leave(): void {
        line.waiting.delete(enter);
        resolve(null);
      }
      if (line.held < slots) {
        enter();
      } else {
        line.waiting.add(enter);
        signal.addEventListener('abort', leave, { once: true });
      }
    });
  }

  return { acquire };
}
