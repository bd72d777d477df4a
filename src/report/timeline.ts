import { cleanLine } from './clean.ts';
import type { AttemptRecord, StepTime } from '../build/record.ts';
import type { Result } from './result.ts';
import { duration } from './words.ts';

/** Steps shown beside the attempts. */
const SLOWEST = 5;
/** Shorter steps are no news, and their times are hardly more than rounding. */
const MIN_SECONDS = 0.1;
const MIN_SHARE = 0.02;
/** Mermaid cuts off what has room on neither side of its bar. */
const LABEL_LENGTH = 42;

interface Bar {
  readonly label: string;
  /** Not `active`: its label is unreadable beside a bar in Mermaid's dark theme. */
  readonly kind: 'done' | 'crit' | 'plain';
  readonly startMs: number;
  readonly endMs: number;
}

interface Section {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** The run as a Mermaid gantt chart, for a `mermaid` code block; null where there was no attempt. */
export function timeline(result: Result): string | null {
  if (result.attempts.length === 0) return null;
  const sections = [healthSection(result), ...attemptSections(result)];
  const endMs = Math.max(...sections.flatMap(({ bars }) => bars.map((bar) => bar.endMs)));
  return [
    'gantt',
    '  dateFormat x',
    '  axisFormat %s s',
    `  tickInterval ${tickSeconds(endMs / 1000)}second`,
    ...sections.flatMap((section) => [`  section ${section.title}`, ...section.bars.map((bar) => barLine(bar, endMs))]),
  ].join('\n');
}

function healthSection(result: Result): Section {
  const firstMs = (result.attempts[0]?.startedAtMs ?? result.startedAtMs) - result.startedAtMs;
  const { checkedAtMs, tookMs } = result.health;
  const startMs = Math.max(0, Math.min(checkedAtMs - result.startedAtMs, firstMs - tookMs));
  const label = `${duration(tookMs / 1000)} checks, score ${result.health.score.total}`;
  return { title: 'Health', bars: [{ label, kind: 'done', startMs, endMs: startMs + tookMs }] };
}

function attemptSections(result: Result): readonly Section[] {
  const shortest = Math.max(MIN_SECONDS, result.seconds * MIN_SHARE);
  const slow = new Set(
    result.attempts
      .flatMap(({ steps }) => steps)
      .filter((step) => step.offsetSeconds !== null && step.state !== 'cached' && step.seconds >= shortest)
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, SLOWEST),
  );
  return result.attempts.map((attempt) => {
    const startMs = attempt.startedAtMs - result.startedAtMs;
    const endMs = startMs + attempt.seconds * 1000;
    const steps = attempt.steps.filter((step) => slow.has(step)).map((step) => stepBar(step, startMs));
    const waitMs = attempt.next?.decision === 'again' ? attempt.next.waitMs : 0;
    const wait: readonly Bar[] =
      waitMs === 0
        ? []
        : [{ label: `${duration(waitMs / 1000)} wait`, kind: 'done', startMs: endMs, endMs: endMs + waitMs }];
    return { title: `Attempt ${attempt.number}`, bars: [attemptBar(attempt, startMs, endMs), ...steps, ...wait] };
  });
}

function attemptBar(attempt: AttemptRecord, startMs: number, endMs: number): Bar {
  const { outcome } = attempt;
  const word = outcome.kind === 'failed' ? outcome.failure.class : outcome.kind;
  const label = `${duration(attempt.seconds)} ${attempt.plan.strategy}, ${word}`;
  return { label, kind: outcome.kind === 'built' ? 'done' : 'crit', startMs, endMs };
}

function stepBar(step: StepTime, attemptMs: number): Bar {
  const startMs = attemptMs + (step.offsetSeconds ?? 0) * 1000;
  // Of an instruction the program tells more than what is mounted for it.
  const name = step.name.replaceAll(/--(?:mount|network|security)=\S+\s*/g, '');
  const label = `${duration(step.seconds)} ${chartText(name)}`;
  return { label, kind: step.state === 'error' ? 'crit' : 'plain', startMs, endMs: startMs + step.seconds * 1000 };
}

/** Bars are told by their time first, so that no name can begin a line with one of Mermaid's own words. */
function barLine(bar: Bar, totalMs: number): string {
  const start = Math.round(bar.startMs);
  const end = Math.max(Math.round(bar.endMs), start + Math.ceil(totalMs / 400), start + 1);
  const kind = bar.kind === 'plain' ? '' : `${bar.kind}, `;
  return `    ${bar.label} :${kind}${start}, ${end}`;
}

/** Only what Mermaid takes for plain text: a colon ends a name, `#` and `%%` begin a comment, `;` ends a statement. */
export function chartText(text: string): string {
  const plain = cleanLine(text, 400)
    .replaceAll('->', '→')
    .replace(/[^\p{L}\p{M}\p{N} ./_()+=,→-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:internal )?(?:linux\/(?=\S+ ))?/, '');
  return plain.length <= LABEL_LENGTH ? plain : `${plain.slice(0, LABEL_LENGTH - 1).trimEnd()}…`;
}

/** Whole seconds between two marks, so that there are at most ten. */
function tickSeconds(seconds: number): number {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800];
  return steps.find((step) => seconds / step <= 10) ?? 3600;
}
