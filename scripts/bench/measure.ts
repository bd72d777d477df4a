import { availableParallelism, loadavg } from 'node:os';

/** One figure's runs, in milliseconds or bytes. */
export interface Sample {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly runs: number;
}

export function sampleOf(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number =>
    sorted[Math.min(Math.max(Math.round(index), 0), sorted.length - 1)] ?? Number.NaN;
  return { min: at(0), median: at((sorted.length - 1) / 2), max: at(sorted.length - 1), runs: sorted.length };
}

/** How busy the machine is: what was measured there was measured beside as much. */
export function loadText(): string {
  return `load ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} processors`;
}

/** `1234 (1200-1300)`. */
export function inMs({ min, median, max }: Sample): string {
  return `${median.toFixed(0)} ms (${min.toFixed(0)}-${max.toFixed(0)})`;
}

/** `3.2 s (2.9-3.4)`. */
export function inSeconds({ min, median, max }: Sample): string {
  return `${median.toFixed(1)} s (${min.toFixed(1)}-${max.toFixed(1)})`;
}

export function inMegabytes({ median, max }: Sample): string {
  return `${(median / 1e6).toFixed(0)} MB (at most ${(max / 1e6).toFixed(0)})`;
}

/** The median of the differences and of the ratios, pair by pair, so that a machine whose speed drifts does not matter. */
export function compare(
  ours: readonly number[],
  theirs: readonly number[],
): { readonly overhead: Sample; readonly ratio: Sample } {
  const pairs = ours.map((value, index) => [value, theirs[index] ?? Number.NaN] as const);
  return {
    overhead: sampleOf(pairs.map(([a, b]) => a - b)),
    ratio: sampleOf(pairs.map(([a, b]) => a / b)),
  };
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
