/** When the steps of a build ran, in milliseconds since the clock was started. */
export interface StepSpan {
  readonly startMs: number;
  /** The last sign of life. */
  readonly endMs: number;
}

export interface StepClock {
  /** Takes complete lines of plain progress as they come. */
  readonly lines: (text: string) => void;
  /** By the step's number. */
  readonly spans: () => ReadonlyMap<number, StepSpan>;
  readonly elapsedMs: () => number;
}

/** A build with more steps than this is no longer drawn. */
const MAX_STEPS = 2000;

/**
 * `#7 [2/3] RUN go build`, `#7 1.204 text`, `#7 DONE 3.1s` (moby/buildkit util/progress/progressui/printer.go). What a
 * program prints is always behind its seconds, so it cannot fake a step.
 */
const LINE = /^#(\d+) (?:(\d+\.\d+)(?: |$)|DONE (\d+(?:\.\d+)?)s$)?/;

/**
 * Reads from plain progress when each step began and ended. Plain progress shows one step at a time, so what it says of
 * another may come some seconds late; but many lines carry the seconds since their step began, so the earliest beginning
 * that any line leads to is the best one.
 */
export function createStepClock(now: () => number): StepClock {
  const spans = new Map<number, StepSpan>();
  const zero = now();
  return {
    lines(text) {
      const atMs = now() - zero;
      for (const line of text.split('\n')) note(spans, line, atMs);
    },
    spans: () => spans,
    elapsedMs: () => now() - zero,
  };
}

function note(spans: Map<number, StepSpan>, line: string, atMs: number): void {
  const match = LINE.exec(line.trimEnd());
  if (match === null) return;
  const number = Number(match[1]);
  const known = spans.get(number);
  if (number === 0 || (known === undefined && spans.size >= MAX_STEPS)) return;
  const since = Number(match[2] ?? match[3] ?? 0) * 1000;
  const startMs = Math.max(0, Math.min(known?.startMs ?? atMs, atMs - since));
  spans.set(number, { startMs, endMs: atMs });
}
