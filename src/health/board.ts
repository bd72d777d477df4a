/**
 * Answers as they come in. Probes put theirs on the board under a key; whoever plans looks at what is there, and waits
 * for more only as long as more could change something.
 */
export interface Board {
  /** Watches a probe. The promise must not reject. */
  readonly track: <T>(key: string, probe: Promise<T>) => Promise<T>;
  /** Watches a probe that nobody waits for, except by `linger`; its answer counts as soon as it is there. */
  readonly note: <T>(key: string, probe: Promise<T>) => Promise<T>;
  readonly has: (key: string) => boolean;
  readonly get: <T>(key: string) => T | undefined;
  readonly pending: () => readonly string[];
  /** Resolves once `enough` is true, nothing is pending, or the time is over. `enough` is asked after every answer. */
  readonly waitFor: (enough: () => boolean, timeoutMs: number) => Promise<void>;
  /** Gives the noted probes a little time to answer. */
  readonly linger: (timeoutMs: number) => Promise<void>;
}

export function createBoard(): Board {
  const answers = new Map<string, unknown>();
  const waiting = new Set<string>();
  const noted = new Set<string>();
  const listeners = new Set<() => void>();

  const track = <T>(key: string, probe: Promise<T>): Promise<T> => watch(waiting, key, probe);
  const note = <T>(key: string, probe: Promise<T>): Promise<T> => watch(noted, key, probe);

  async function watch<T>(among: Set<string>, key: string, probe: Promise<T>): Promise<T> {
    among.add(key);
    const answer = await probe;
    among.delete(key);
    answers.set(key, answer);
    for (const listener of listeners) listener();
    return answer;
  }

  const waitFor = (enough: () => boolean, timeoutMs: number): Promise<void> =>
    until(() => waiting.size === 0 || enough(), timeoutMs);
  const linger = (timeoutMs: number): Promise<void> => until(() => noted.size === 0, timeoutMs);

  async function until(isOver: () => boolean, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (isOver()) done();
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
    note,
    has: (key) => answers.has(key),
    get: <T>(key: string) => answers.get(key) as T | undefined,
    pending: () => [...waiting],
    waitFor,
    linger,
  };
}
