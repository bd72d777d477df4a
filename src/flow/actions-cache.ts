import type { RunnerCache } from './runner-cache.ts';

/**
 * The Actions cache through GitHub's own toolkit. Both packages are loaded only where they are needed: together they
 * would double the time that every run takes to start.
 */
export async function openActionsCache(warn: (text: string) => void): Promise<RunnerCache> {
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
    restore: async (path, key, olderKeys) =>
      (await cache.restoreCache([path], key, [...olderKeys]).catch((error: unknown) => told(error, warn))) ?? null,
    save: async (path, key) => {
      const id = await cache.saveCache([path], key).catch((error: unknown) => told(error, warn));
      return id !== undefined && id >= 0;
    },
  };
}

function told(error: unknown, warn: (text: string) => void): undefined {
  warn(`the Actions cache: ${error instanceof Error ? error.message : String(error)}`);
}
