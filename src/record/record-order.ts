import { buildxHas } from '../facts/versions.ts';
import { githubRun } from '../inputs/drop-in/github-run.ts';
import type { Result } from '../report/result.ts';
import type { BuildRef } from './build-refs.ts';

/** What the post step needs to keep a build record: plain data, because it is another process. */
export interface RecordOrder {
  /** The words before buildx's own arguments. */
  readonly buildx: readonly string[];
  /** Before 0.24 buildx cannot finalize a record by itself. */
  readonly canFinalize: boolean;
  readonly refs: readonly BuildRef[];
  /** File and artifact: `owner~repository~ID.dockerbuild`. */
  readonly name: string;
  /** What was built, as the summary calls it. */
  readonly of: string;
  readonly retentionDays: number | null;
}

export type Ordered =
  { readonly kind: 'record'; readonly order: RecordOrder } | { readonly kind: 'none'; readonly reason: string };

/**
 * Whether the record of this run's builds is kept, under the conditions and names of docker/build-push-action
 * (src/main.ts, "Check build summary support"; docker/actions-toolkit src/buildx/history.ts `exportFilename`).
 */
export function orderRecord(
  result: Result,
  refs: readonly BuildRef[],
  around: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly buildx: readonly string[];
    readonly of: string;
  },
): Ordered {
  const { switches, request } = result.inputs;
  const { version } = result.facts.buildx;
  const run = githubRun(around.env, null);
  const none = (reason: string): Ordered => ({ kind: 'none', reason });
  const [first] = refs;
  if (!switches.summary) return none('Build summary disabled');
  if (!switches.recordUpload) return none('Build record upload disabled');
  if (request.call !== null && request.call !== 'build')
    return none(`Build summary skipped for ${request.call} subrequest`);
  if (run === null) return none('Build record is not kept outside of GitHub Actions');
  if (isEnterpriseServer(run.serverUrl)) return none('Build summary is not yet supported on GHES');
  if (!buildxHas(version, '0.23.0')) return none('Build summary requires Buildx >= 0.23.0');
  if (first === undefined) return none('Build summary requires a build reference');
  const more = refs.length > 1 ? `+${refs.length - 1}` : '';
  return {
    kind: 'record',
    order: {
      buildx: around.buildx,
      canFinalize: buildxHas(version, '0.24.0'),
      refs,
      name: `${run.repository.replace('/', '~')}~${first.id.slice(0, 6).toUpperCase()}${more}.dockerbuild`,
      of: around.of,
      retentionDays: switches.recordRetentionDays,
    },
  };
}

/** Its artifact service is an older one (docker/actions-toolkit src/github/github.ts `isGHES`). */
function isEnterpriseServer(serverUrl: string): boolean {
  if (!URL.canParse(serverUrl)) return true;
  const host = new URL(serverUrl).hostname.toLowerCase();
  return host !== 'github.com' && !host.endsWith('.ghe.com') && !host.endsWith('.localhost');
}

/**
 * When the artifact may be deleted, RFC 3339, and never later than the repository's own limit in days; null where nothing
 * was asked for (actions/toolkit packages/artifact/src/internal/upload/retention.ts).
 */
export function expiryOf(retentionDays: number | null, limit: string | undefined, nowMs: number): string | null {
  if (retentionDays === null || retentionDays <= 0) return null;
  const most = Number.parseInt(limit ?? '', 10);
  const days = Number.isNaN(most) ? retentionDays : Math.min(retentionDays, most);
  return new Date(nowMs + days * 86_400_000).toISOString();
}
