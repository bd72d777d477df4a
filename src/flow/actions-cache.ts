import { setTimeout as sleep } from 'node:timers/promises';
import type { RunnerCache } from './runner-cache.ts';

/** One request of a download; the Azure client tries four times. */
const REQUEST_MS = 30_000;

/**
 * The Actions cache through GitHub's own toolkit. Both packages are loaded only where they are needed: together they
 * would double the time that every run takes to start.
 */
export async function openActionsCache(
  limitMs: number,
  ports: {
    readonly warn: (text: string) => void;
    readonly onGivenUp: () => void;
    /** Lets the toolkit work where its archives go with the step, until what comes back is called. */
    readonly enterOwnTemp: () => () => void;
  },
): Promise<RunnerCache> {
  const { warn } = ports;
  const [cache, { context }] = await Promise.all([import('@actions/cache'), import('@actions/github')]);
  const repository = context.payload.repository as { readonly default_branch?: string } | undefined;
  const isPullRequest = context.eventName.startsWith('pull_request');
  return {
    ref: {
      branch: context.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
      defaultBranch: repository?.default_branch ?? 'main',
      readOnly: isPullRequest,
    },
    // restoreCache reports an outage as a miss, and throws on a wrong key only.
    restore: async (path, key, olderKeys) => {
      const options = { timeoutInMs: Math.min(limitMs / 4, REQUEST_MS), segmentTimeoutInMs: limitMs };
      return (await within(() => cache.restoreCache([path], key, [...olderKeys], options), 'restoring')) ?? null;
    },
    save: async (path, key) => {
      const id = await within(() => cache.saveCache([path], key), 'saving');
      return id !== undefined && id >= 0;
    },
  };

  /** What the work gives in time. The toolkit takes no signal: what is given up goes on until the process ends. */
  async function within<T>(work: () => Promise<T>, what: string): Promise<T | undefined> {
    const timer = new AbortController();
    const over = Symbol('over');
    const end = sleep(limitMs, over, { signal: timer.signal }).catch(() => over);
    const leave = ports.enterOwnTemp();
    const done = await Promise.race([work().catch((error: unknown) => told(error, warn)), end]);
    timer.abort();
    leave();
    if (done !== over) return done as T | undefined;
    warn(`the Actions cache: ${what} took longer than ${limitMs / 1000} s, and is given up`);
    ports.onGivenUp();
    return undefined;
  }
}

function told(error: unknown, warn: (text: string) => void): undefined {
  warn(`the Actions cache: ${error instanceof Error ? error.message : String(error)}`);
}
