/** Where this runs: what GitHub's runner tells its steps, and nothing else of the environment. */
export interface RunnerFacts {
  readonly inActions: boolean;
  readonly cacheService: CacheService | null;
  /** ACTIONS_CACHE_MODE: read, write, write-only, none; empty where the runner says nothing. */
  readonly cacheMode: string;
  readonly repository: string | null;
  readonly sha: string | null;
  readonly runUrl: string | null;
  /** A source policy that the job gives to buildx by itself (EXPERIMENTAL_BUILDKIT_SOURCE_POLICY). */
  readonly sourcePolicy?: string | null;
}

export interface CacheService {
  readonly version: 1 | 2;
  readonly url: string;
  readonly token: string;
}

/** Reads the runner's variables. Which of the two cache services is meant follows buildx (build/opt.go, `addGithubToken`). */
export function runnerFrom(env: Readonly<Record<string, string | undefined>>): RunnerFacts {
  const server = env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const repository = env['GITHUB_REPOSITORY'] || null;
  const runId = env['GITHUB_RUN_ID'];
  return {
    inActions: env['GITHUB_ACTIONS'] === 'true',
    cacheService: cacheServiceOf(env),
    cacheMode: env['ACTIONS_CACHE_MODE'] ?? '',
    repository,
    sha: env['GITHUB_SHA'] || null,
    runUrl: repository !== null && runId ? `${server}/${repository}/actions/runs/${runId}` : null,
    sourcePolicy: env['EXPERIMENTAL_BUILDKIT_SOURCE_POLICY'] || null,
  };
}

function cacheServiceOf(env: Readonly<Record<string, string | undefined>>): CacheService | null {
  const token = env['ACTIONS_RUNTIME_TOKEN'] ?? '';
  const results = env['ACTIONS_RESULTS_URL'] ?? '';
  const legacy = env['ACTIONS_CACHE_URL'] ?? '';
  if (token === '') return null;
  if (/^(1|t|true)$/i.test(env['ACTIONS_CACHE_SERVICE_V2'] ?? '') && results !== '') {
    return { version: 2, url: results, token };
  }
  return legacy === '' ? null : { version: 1, url: legacy, token };
}
