/** Keeps a directory from one job to the next. */
export interface RunnerCache {
  /** Restores the newest of the keys; gives back the key that was found, or null. Never rejects. */
  readonly restore: (path: string, key: string, olderKeys: readonly string[]) => Promise<string | null>;
  /** Saves under a key that does not exist yet, and says whether it did. Never rejects. */
  readonly save: (path: string, key: string) => Promise<boolean>;
  readonly ref: CacheRef;
}

/** Which branch this job works for, as far as keys and rights depend on it. */
export interface CacheRef {
  readonly branch: string;
  readonly defaultBranch: string;
  /** A pull request reads what its base has, and writes nothing. */
  readonly readOnly: boolean;
}

/** How long a service may keep a step waiting for something small. */
export const RUNNER_CACHE_MS = 60_000;

export interface CacheKeys {
  readonly key: string;
  /** Prefixes, the nearest first: this branch, then the default branch. */
  readonly olderKeys: readonly string[];
}

/**
 * Keys of the local cache: by scope (service and platforms), branch and Dockerfile, so that one never takes another's
 * place. Entries are immutable, so each run writes its own; the newest of a prefix is restored.
 */
export function cacheKeys(scope: string, ref: CacheRef, fingerprint: string, runId: string): CacheKeys {
  // Neither part can hold a slash once it is encoded, so no key is the beginning of another branch's.
  const prefix = (branch: string): string => `smart-docker-build/${scope}/${encodeURIComponent(branch)}/`;
  const own = `${prefix(ref.branch)}${fingerprint}/`;
  const older = [own, prefix(ref.branch), `${prefix(ref.defaultBranch)}${fingerprint}/`, prefix(ref.defaultBranch)];
  return { key: `${own}${runId}`, olderKeys: [...new Set(older)] };
}

/** Keys of the kept reports: by what is built and by branch, the default branch's as a beginning for all others. */
export function reportKeys(subject: string | null, ref: CacheRef, runId: string): CacheKeys {
  // A key has at most 512 characters.
  const name = encodeURIComponent(subject ?? '').slice(0, 200);
  const prefix = (branch: string): string => `smart-docker-build-reports/${name}/${encodeURIComponent(branch)}/`;
  const own = prefix(ref.branch);
  return { key: `${own}${runId}`, olderKeys: [...new Set([own, prefix(ref.defaultBranch)])] };
}

/** Keys of the monitor's history: by branch, the newest of them restored. */
export function monitorKeys(ref: CacheRef, runId: string): CacheKeys {
  const prefix = `smart-docker-build-monitor/${encodeURIComponent(ref.branch)}/`;
  return { key: `${prefix}${runId}`, olderKeys: [prefix] };
}

/**
 * Keys of the warm store: by branch and by what it has, so that the same content is saved once; a branch begins with what
 * the default branch has.
 */
export function storeKeys(ref: CacheRef, content: string): CacheKeys {
  const prefix = (branch: string): string => `smart-docker-build-warm/${encodeURIComponent(branch)}/`;
  const own = prefix(ref.branch);
  return { key: `${own}${content}`, olderKeys: [...new Set([own, prefix(ref.defaultBranch)])] };
}
