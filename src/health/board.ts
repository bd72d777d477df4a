/**
 * Answers as they come in. Probes put theirs on the board under a key; whoever plans looks at what is there, and waits
 * for more only as long as more could change something.
 */
export interface Board {
  /** Watches a probe. The promise must not reject. */
  readonly track: <T>(key: string, probe: Promise<T>) => Promise<T>;
  readonly has: (key: string) => boolean;
  readonly get: <T>(key: string) => T | undefined;
  readonly pending: () => readonly string[];
  /** Resolves once `enough` is true, nothing is pending, or the time is over. `enough` is asked after every answer. */
  readonly waitFor: (enough: () => boolean, timeoutMs: number) => Promise<void>;
}

export function createBoard(): Board {
  const answers = new Map<string, unknown>();
  const waiting = new Set<string>();
  const listeners = new Set<() => void>();

  async function track<T>(key: string, probe: Promise<T>): Promise<T> {
    waiting.add(key);
    const answer = await probe;
    waiting.delete(key);
    answers.set(key, answer);
    for (const listener of listeners) listener();
    return answer;
  }

  async function waitFor(enough: () => boolean, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (waiting.size > 0 && !enough()) return;
        done();
      };
      const timer = setTimeout(done, timeoutMs);
      function done(): void {
        clearTimeout(timer);
        listeners.delete(check);
        resolve();
      }
      listeners.add(check);
      check();
    });
  }

  return {
    track,
    has: (key) => answers.has(key),
    get: <T>(key: string) => answers.get(key) as T | undefined,
    pending: () => [...waiting],
    waitFor,
  };
}
