import type { StepKind } from '../failure/types.ts';
import { entryOf, spreadOf, type Collector, type Spread } from './collector.ts';
import { isBuild } from './judge-run.ts';
import type { AttemptSummary } from './run-record.ts';

/** Where the time of a build goes, in the order in which it passes. */
export const PHASES = [
  'health',
  'builder',
  'sources',
  'cache import',
  'steps',
  'export',
  'push',
  'cache export',
  'waiting',
] as const;
export type Phase = (typeof PHASES)[number];

/** Seconds a run spent in one phase; steps at the same time count each for itself. */
export interface PhaseStats extends Spread {
  readonly phase: Phase;
}

export interface StepStats {
  readonly name: string;
  /** How often it ran, and how often it came from a cache. */
  readonly runs: number;
  readonly cached: number;
  readonly seconds: Spread;
}

export function collectPhases(): Collector<readonly PhaseStats[]> {
  const values = new Map<Phase, number[]>();
  return {
    add: (run) => {
      if (!isBuild(run)) return;
      const seconds = new Map<Phase, number>([['health', run.healthSeconds]]);
      const spend = (phase: Phase, amount: number): void => void seconds.set(phase, (seconds.get(phase) ?? 0) + amount);
      for (const attempt of run.attempts) spendAttempt(attempt, spend);
      for (const [phase, amount] of seconds) {
        if (amount <= 0) continue;
        const list = values.get(phase) ?? [];
        list.push(amount);
        values.set(phase, list);
      }
    },
    result: () =>
      PHASES.flatMap((phase) => {
        const spread = spreadOf(values.get(phase) ?? []);
        return spread === null ? [] : [{ phase, ...spread }];
      }),
  };
}

function spendAttempt(attempt: AttemptSummary, spend: (phase: Phase, seconds: number) => void): void {
  for (const step of attempt.steps) if (!step.cached) spend(phaseOf(step.kind), step.seconds);
  spend('waiting', attempt.waitSeconds);
}

function phaseOf(kind: StepKind): Phase {
  switch (kind) {
    case 'boot':
      return 'builder';
    case 'frontend':
    case 'resolve':
    case 'context':
    case 'from':
      return 'sources';
    case 'import':
      return 'cache import';
    case 'run':
    case 'copy':
    case 'sbom':
    case 'other':
      return 'steps';
    case 'export':
      return 'export';
    case 'push':
      return 'push';
    case 'cache-export':
      return 'cache export';
  }
}

/** Steps shown. */
const SLOWEST = 10;

export function collectSteps(): Collector<readonly StepStats[]> {
  const steps = new Map<string, { cached: number; seconds: number[] }>();
  return {
    add: (run) => {
      for (const step of run.attempts.flatMap((attempt) => attempt.steps)) {
        const entry = entryOf(steps, step.name, () => ({ cached: 0, seconds: [] as number[] }));
        if (step.cached) {
          if (entry !== null) entry.cached += 1;
        } else entry?.seconds.push(step.seconds);
      }
    },
    result: () =>
      [...steps]
        .flatMap(([name, { cached, seconds }]) => {
          const spread = spreadOf(seconds);
          return spread === null ? [] : [{ name, runs: spread.count, cached, seconds: spread }];
        })
        .toSorted((a, b) => b.seconds.total - a.seconds.total)
        .slice(0, SLOWEST),
  };
}
