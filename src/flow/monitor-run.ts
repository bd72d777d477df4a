import { openIssues } from '../monitor/github-issues.ts';
import { monitor, type Monitored } from '../monitor/monitor.ts';
import type { Result } from '../report/result.ts';
import { monitorKeys, RUNNER_CACHE_MS } from './runner-cache.ts';
import type { World } from './world.ts';

/** What a monitor run is given besides its result. */
export interface MonitorPorts extends Pick<World, 'env' | 'runId' | 'openRunnerCache'> {
  /** Token that may write issues; empty for none. */
  readonly token: string;
  readonly warn: (text: string) => void;
}

/** `mode: monitor` after its check: history, badge and issue, kept from job to job in the Actions cache. */
export async function monitorRun(safe: Result, ports: MonitorPorts): Promise<Monitored> {
  const { env, token, warn } = ports;
  const { monitorPath: folder } = safe.inputs.settings;
  const isThere = ports.openRunnerCache !== null && safe.health.ghaCacheAvailable;
  const cache = isThere ? await ports.openRunnerCache(RUNNER_CACHE_MS) : null;
  const keys = cache === null ? null : monitorKeys(cache.ref, ports.runId);
  if (cache !== null && keys !== null) await cache.restore(folder, keys.key, keys.olderKeys);
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  const isTold = token !== '' && repository !== '';
  if (!isTold) warn('Nobody is told of an outage: give github-token, of a job that grants issues: write');
  const done = await monitor({
    check: {
      atMs: safe.health.checkedAtMs,
      score: safe.health.score.total,
      isBlind: safe.health.services.internet?.state === 'down' || safe.health.services.dns?.state === 'down',
      services: [...(safe.needed ?? [])],
    },
    statusPages: safe.health.statusPages ?? [],
    folder,
    runUrl: safe.facts.runner.runUrl,
    issues: isTold ? await openIssues(token, repository, env['GITHUB_API_URL'] || 'https://api.github.com') : null,
    warn,
  });
  if (cache !== null && keys !== null && !cache.ref.readOnly) await cache.save(folder, keys.key);
  return done;
}
