import { entryOf, spreadOf, type Collector, type Spread } from './collector.ts';
import { costSeconds, endOf, isOwnFault } from './judge-run.ts';

/** One kind of failure of attempts, by class and component. */
export interface FailureStats {
  readonly class: string;
  /** The service that failed, or null where none can be named. */
  readonly component: string | null;
  readonly attempts: number;
  /** Of these, attempts after which the run built all the same. */
  readonly recovered: number;
  /** Seconds that each cost: its wait, and what was done twice, or all of it where nothing followed. */
  readonly cost: Spread;
  /** Whether it is the build's own fault. */
  readonly ownFault: boolean;
}

/** What the runs came to in the end. */
export interface EndStats {
  readonly built: number;
  readonly recovered: number;
  readonly ownFault: number;
  readonly infrastructure: number;
  readonly cancelled: number;
  readonly health: number;
  /** Seconds that failed attempts cost in runs that recovered. */
  readonly recoveryCost: Spread | null;
  /** How many builds needed how many attempts, from one on. */
  readonly attemptsNeeded: readonly number[];
}

interface Tally {
  readonly class: string;
  readonly component: string | null;
  recovered: number;
  costs: number[];
}

export function collectFailures(): Collector<readonly FailureStats[]> {
  const tallies = new Map<string, Tally>();
  return {
    add: (run) => {
      for (const [index, attempt] of run.attempts.entries()) {
        const { failure } = attempt;
        if (failure === null) continue;
        const { class: kind, component } = failure;
        const tally = entryOf(tallies, JSON.stringify([kind, component]), () => {
          return { class: kind, component, recovered: 0, costs: [] as number[] };
        });
        if (tally === null) continue;
        tally.costs.push(costSeconds(attempt, run.attempts[index + 1]));
        if (run.verdict === 'built') tally.recovered += 1;
      }
    },
    result: () =>
      [...tallies.values()]
        .flatMap(({ class: kind, component, recovered, costs }) => {
          const cost = spreadOf(costs);
          if (cost === null) return [];
          return [{ class: kind, component, attempts: cost.count, recovered, cost, ownFault: isOwnFault(kind) }];
        })
        .toSorted((a, b) => b.attempts - a.attempts || b.cost.total - a.cost.total),
  };
}

/** Attempts that are told apart; more are counted as that many. */
const MAX_ATTEMPTS = 20;

export function collectEnds(): Collector<EndStats> {
  const ends = { built: 0, recovered: 0, ownFault: 0, infrastructure: 0, cancelled: 0, health: 0 };
  const costs: number[] = [];
  const needed = new Map<number, number>();
  return {
    add: (run) => {
      switch (endOf(run)) {
        case 'built':
          ends.built += 1;
          break;
        case 'recovered':
          ends.recovered += 1;
          costs.push(
            run.attempts
              .slice(0, -1)
              .reduce((sum, attempt, index) => sum + costSeconds(attempt, run.attempts[index + 1]), 0),
          );
          break;
        case 'own-fault':
          ends.ownFault += 1;
          break;
        case 'infrastructure':
          ends.infrastructure += 1;
          break;
        case 'cancelled':
          ends.cancelled += 1;
          break;
        case 'health':
          ends.health += 1;
          break;
        case 'other':
          break;
      }
      if (run.verdict !== 'built' || run.attempts.length === 0) return;
      const attempts = Math.min(run.attempts.length, MAX_ATTEMPTS);
      needed.set(attempts, (needed.get(attempts) ?? 0) + 1);
    },
    result: () => ({
      ...ends,
      recoveryCost: spreadOf(costs),
      attemptsNeeded: Array.from({ length: Math.max(0, ...needed.keys()) }, (_, index) => needed.get(index + 1) ?? 0),
    }),
  };
}
