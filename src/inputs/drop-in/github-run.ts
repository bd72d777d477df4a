import { z } from 'zod';

/** The workflow run as its environment and event describe it. */
export interface GitHubRun {
  readonly serverUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  /** This run and attempt, where people look it up; what provenance calls the builder. */
  readonly url: string;
  readonly isPrivate: boolean;
  readonly pullRequestHead: string | null;
}

const Event = z.object({
  repository: z
    .object({
      private: z.boolean().optional().catch(undefined),
      name: z.string().optional(),
      owner: z.object({ login: z.string().optional() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  pull_request: z
    .object({ head: z.object({ sha: z.string().optional() }) })
    .optional()
    .catch(undefined),
});

/** Reads the run as docker/actions-toolkit does (src/github/github.ts); null outside of GitHub Actions. */
export function githubRun(env: Readonly<Record<string, string | undefined>>, event: unknown): GitHubRun | null {
  const { repository: described, pull_request: pullRequest } = Event.safeParse(event).data ?? {};
  const owner = described?.owner?.login;
  const fromEvent = owner !== undefined && described?.name !== undefined ? `${owner}/${described.name}` : '';
  const repository = (env['GITHUB_REPOSITORY'] || fromEvent).split('/').slice(0, 2).join('/');
  if (repository === '') return null;
  const serverUrl = env['GITHUB_SERVER_URL'] || 'https://github.com';
  const attempt = Number(env['GITHUB_RUN_ATTEMPT'] || 1);
  return {
    serverUrl,
    repository,
    ref: env['GITHUB_REF'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    url: `${serverUrl}/${repository}/actions/runs/${Number(env['GITHUB_RUN_ID'])}/attempts/${attempt}`,
    isPrivate: described?.private ?? false,
    pullRequestHead: pullRequest?.head.sha ?? null,
  };
}
