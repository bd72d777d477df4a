import { diagnose } from '../../src/failure/diagnose.ts';

export interface LabelledFailure {
  readonly id: string;
  readonly source: string;
  readonly class: string;
  readonly retryable: boolean;
  readonly component: string | null;
  readonly log: string;
}

export interface Miss {
  readonly id: string;
  readonly source: string;
  readonly wanted: string;
  readonly got: string;
  readonly headline: string;
}

export interface Score {
  readonly total: number;
  readonly classRight: number;
  readonly retryRight: number;
  /** Final errors that would be retried. */
  readonly retriedFinals: readonly string[];
  readonly misses: readonly Miss[];
  /** Counts by label and answer. */
  readonly confusion: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export function parseCorpus(text: string): readonly LabelledFailure[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => JSON.parse(line) as LabelledFailure);
}

export function measure(rows: readonly LabelledFailure[]): Score {
  const confusion = new Map<string, Map<string, number>>();
  const misses: Miss[] = [];
  const retriedFinals: string[] = [];
  let classRight = 0;
  let retryRight = 0;
  for (const row of rows) {
    const answer = diagnose(row.log);
    const counts = confusion.get(row.class) ?? new Map<string, number>();
    confusion.set(row.class, counts.set(answer.class, (counts.get(answer.class) ?? 0) + 1));
    if (answer.class === row.class) classRight += 1;
    if (answer.retryable === row.retryable) retryRight += 1;
    if (answer.retryable && !row.retryable) retriedFinals.push(row.id);
    if (answer.class !== row.class || answer.retryable !== row.retryable) {
      const say = (name: string, retryable: boolean): string => `${name}, ${retryable ? 'retry' : 'final'}`;
      const wanted = say(row.class, row.retryable);
      misses.push({
        id: row.id,
        source: row.source,
        wanted,
        got: say(answer.class, answer.retryable),
        headline: answer.headline,
      });
    }
  }
  return { total: rows.length, classRight, retryRight, retriedFinals, misses, confusion };
}

export function percent(part: number, total: number): string {
  return total === 0 ? '-' : `${((100 * part) / total).toFixed(1)} %`;
}
