import { collectCaches, type CacheStats } from './caches.ts';
import type { Collector } from './collector.ts';
import { collectEnds, collectFailures, type EndStats, type FailureStats } from './failures.ts';
import { collectPhases, collectSteps, type PhaseStats, type StepStats } from './phases.ts';
import { recommend, type Recommendation } from './recommend.ts';
import type { RunRecord } from './run-record.ts';
import { collectSettings, type SeenSettings } from './settings.ts';
import { collectSources, type SourceStats } from './sources.ts';
import { collectScores, collectStrategies, type ScoreBand, type StrategyStats } from './strategies.ts';
import { collectTrend, type TrendDay } from './trend.ts';

/** What many runs have in common: `smart-docker-build stats --json`. */
export interface Stats {
  readonly version: 1;
  readonly runs: number;
  /** When the first and the last run began, milliseconds since the epoch; null without runs. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly ends: EndStats;
  readonly strategies: readonly StrategyStats[];
  readonly scores: readonly ScoreBand[];
  readonly phases: readonly PhaseStats[];
  readonly slowestSteps: readonly StepStats[];
  readonly caches: readonly CacheStats[];
  readonly failures: readonly FailureStats[];
  readonly sources: SourceStats;
  readonly trend: readonly TrendDay[];
  readonly settings: SeenSettings;
  readonly recommendations: readonly Recommendation[];
}

/** Counts run after run; nothing is kept of a run but what is counted. */
export function collectStats(): Collector<Stats> {
  const collectors = {
    ends: collectEnds(),
    strategies: collectStrategies(),
    scores: collectScores(),
    phases: collectPhases(),
    slowestSteps: collectSteps(),
    caches: collectCaches(),
    failures: collectFailures(),
    sources: collectSources(),
    trend: collectTrend(),
    settings: collectSettings(),
  };
  const all: readonly Collector<unknown>[] = Object.values(collectors);
  let runs = 0;
  let fromMs: number | null = null;
  let toMs: number | null = null;
  return {
    add: (run: RunRecord) => {
      runs += 1;
      fromMs = Math.min(fromMs ?? run.startedAtMs, run.startedAtMs);
      toMs = Math.max(toMs ?? run.startedAtMs, run.startedAtMs);
      for (const collector of all) collector.add(run);
    },
    result: () => {
      const counted = {
        version: 1 as const,
        runs,
        fromMs,
        toMs,
        ends: collectors.ends.result(),
        strategies: collectors.strategies.result(),
        scores: collectors.scores.result(),
        phases: collectors.phases.result(),
        slowestSteps: collectors.slowestSteps.result(),
        caches: collectors.caches.result(),
        failures: collectors.failures.result(),
        sources: collectors.sources.result(),
        trend: collectors.trend.result(),
        settings: collectors.settings.result(),
      };
      return { ...counted, recommendations: recommend(counted) };
    },
  };
}
