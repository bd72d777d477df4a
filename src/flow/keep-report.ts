import { addReport, recentRuns, reportName } from '../stats/store.ts';
import { subjectOf, type RunRecord } from '../stats/run-record.ts';
import { TREND_RUNS } from '../stats/trend-section.ts';
import { reportOf } from '../report/report.ts';
import type { Result } from '../report/result.ts';
import { reportKeys, RUNNER_CACHE_MS, type RunnerCache } from './runner-cache.ts';
import type { World } from './world.ts';

/** What keeping a report touches. */
export interface KeepPorts extends Pick<World, 'runId' | 'openRunnerCache'> {
  /** Told where the user asked for it and it cannot be done. */
  readonly warn: (text: string) => void;
}

/**
 * Keeps the report of a run beside those of earlier ones, and gives back the last runs that built the same, this one last.
 * What cannot be kept is no reason to fail: nothing comes back then.
 *
 * @param safe the result without secrets: what is kept here may leave the machine
 */
export async function keepReport(safe: Result, ports: KeepPorts): Promise<readonly RunRecord[]> {
  const { reports } = safe.inputs.settings;
  if (safe.verdict === 'plan' || reports.keep === 0) return [];
  const subject = subjectOf(safe.tags, safe.inputs);
  try {
    const cache = await openCache(safe, ports);
    const keys = cache === null ? null : reportKeys(subject, cache.ref, ports.runId);
    if (cache !== null && keys !== null) await cache.restore(reports.path, keys.key, keys.olderKeys);
    const name = reportName(safe.startedAtMs, subject, ports.runId);
    await addReport(reports.path, name, JSON.stringify(reportOf(safe)), reports);
    if (cache !== null && keys !== null && !cache.ref.readOnly && safe.health.cacheRights?.write !== false)
      await cache.save(reports.path, keys.key);
    return await recentRuns(reports.path, subject, TREND_RUNS);
  } catch (error) {
    if (reports.isGiven || reports.persist)
      ports.warn(`The report is not kept: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

async function openCache({ inputs, health }: Result, ports: KeepPorts): Promise<RunnerCache | null> {
  if (!inputs.settings.reports.persist || !health.ghaCacheAvailable || ports.openRunnerCache === null) return null;
  return await ports.openRunnerCache(RUNNER_CACHE_MS);
}
