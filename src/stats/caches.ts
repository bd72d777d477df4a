import { entryOf, shareOf, spreadOf, type Collector, type Spread } from './collector.ts';

/** What a cache backend gave and cost. */
export interface CacheStats {
  readonly backend: string;
  readonly imports: { readonly asked: number; readonly found: number; readonly empty: number; readonly failed: number };
  /** Found, of the imports whose end is known; 0 to 1. */
  readonly hitRate: number;
  readonly exports: {
    readonly asked: number;
    readonly done: number;
    readonly failed: number;
    readonly cutShort: number;
  };
  /** Seconds of whole runs in which it was found, and in which it was asked and had nothing. */
  readonly withHit: Spread | null;
  readonly withoutHit: Spread | null;
  /** Seconds that the export of all caches took in runs that exported to this one. */
  readonly exportSeconds: Spread | null;
}

interface Tally {
  found: number;
  empty: number;
  failed: number;
  imports: number;
  exports: number;
  done: number;
  exportFailed: number;
  cutShort: number;
  hits: number[];
  misses: number[];
  exportSeconds: number[];
}

export function collectCaches(): Collector<readonly CacheStats[]> {
  const tallies = new Map<string, Tally>();
  return {
    add: (run) => {
      const last = run.attempts.at(-1);
      if (last === undefined) return;
      const exporting = last.steps
        .filter(({ kind }) => kind === 'cache-export')
        .reduce((sum, { seconds }) => sum + seconds, 0);
      for (const attempt of run.attempts) {
        for (const { backend, direction, result } of attempt.caches) {
          const tally = entryOf(tallies, backend, newTally);
          if (tally === null) continue;
          if (direction === 'import') countImport(tally, result);
          else countExport(tally, result);
          if (attempt !== last || run.verdict !== 'built') continue;
          if (direction === 'import' && result === 'found') tally.hits.push(run.seconds);
          if (direction === 'import' && result === 'empty') tally.misses.push(run.seconds);
          if (direction === 'export' && exporting > 0) tally.exportSeconds.push(exporting);
        }
      }
    },
    result: () => [...tallies].map(([backend, tally]) => statsOf(backend, tally)),
  };
}

function newTally(): Tally {
  return {
    found: 0,
    empty: 0,
    failed: 0,
    imports: 0,
    exports: 0,
    done: 0,
    exportFailed: 0,
    cutShort: 0,
    hits: [],
    misses: [],
    exportSeconds: [],
  };
}

function countImport(tally: Tally, result: string): void {
  tally.imports += 1;
  if (result === 'found') tally.found += 1;
  if (result === 'empty') tally.empty += 1;
  if (result === 'failed' || result === 'cut short') tally.failed += 1;
}

function countExport(tally: Tally, result: string): void {
  tally.exports += 1;
  if (result === 'exported') tally.done += 1;
  if (result === 'failed') tally.exportFailed += 1;
  if (result === 'cut short') tally.cutShort += 1;
}

function statsOf(backend: string, tally: Tally): CacheStats {
  const { found, empty, failed, imports, exports, done, exportFailed, cutShort } = tally;
  return {
    backend,
    imports: { asked: imports, found, empty, failed },
    hitRate: shareOf(found, found + empty + failed),
    exports: { asked: exports, done, failed: exportFailed, cutShort },
    withHit: spreadOf(tally.hits),
    withoutHit: spreadOf(tally.misses),
    exportSeconds: spreadOf(tally.exportSeconds),
  };
}
