import type { SourceAnswer } from '../health/source-answer.ts';

/** A mirror that answers within this many milliseconds of the fastest one is as good: one request measures no more. */
const LATENCY_STEP_MS = 250;

/** Sources in the order of preference, and what put the first before the second; null where there is no second. */
export interface RankedSources {
  readonly order: readonly SourceAnswer[];
  readonly reason: string | null;
}

/**
 * Whoever has pulls left first, of these the living before the retired, the user's own mirrors, then by measured latency,
 * by region, and by the order of the user's list or the catalogue.
 */
export function rankSources(answers: readonly SourceAnswer[], region: string | null): RankedSources {
  const fastest = Math.min(...answers.map(latencyOf));
  const rank = (answer: SourceAnswer): readonly number[] => [
    answer.state === 'limited' ? 1 : 0,
    answer.retired ? 1 : 0,
    answer.kind === 'custom-mirror' ? 0 : 1,
    Math.floor((latencyOf(answer) - fastest) / LATENCY_STEP_MS),
    region === null || answer.region === region ? 0 : 1,
  ];
  const order = answers.toSorted((a, b) => differences(rank(a), rank(b)).find((one) => one !== 0) ?? 0);
  const [first, second] = order;
  if (first === undefined || second === undefined) return { order, reason: null };
  const decisive = differences(rank(first), rank(second)).findIndex((one) => one !== 0);
  return { order, reason: wordsFor(decisive, first, second) };
}

function wordsFor(decisive: number, first: SourceAnswer, second: SourceAnswer): string {
  const other = second.host;
  switch (decisive) {
    case 0:
      return `${other} has too few pulls left`;
    case 1:
      return `${other} is retired`;
    case 2:
      return `a mirror of yours, before ${other}`;
    case 3:
      return `faster than ${other}`;
    case 4:
      return `of the region ${first.region ?? ''}, before ${other}`;
    default:
      return `as fast as ${other}, and before it in ${first.kind === 'custom-mirror' ? 'your list' : 'the catalogue'}`;
  }
}

function latencyOf({ latencyMs }: SourceAnswer): number {
  return latencyMs ?? Number.MAX_SAFE_INTEGER;
}

function differences(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, index) => value - (b[index] ?? 0));
}
