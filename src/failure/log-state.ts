import type { BuildLog, DockerfileSpot, Step, StepState } from './types.ts';
import { redrawnLines, shorten } from './lines.ts';
import { stepKind, stepStage } from './step-name.ts';

/** Lines kept of a step that runs or failed. Package managers print their network errors well within that. */
const keptLogLines = 300;
/** Lines kept of a step that is done: enough for a report, and a long build stays small. */
const keptDoneLines = 20;
const keptErrorLines = 40;
const keptOtherHead = 60;
const keptOtherTail = 400;
const keptSteps = 2000;

export interface OpenStep {
  readonly id: string;
  number: number | null;
  digest: string | null;
  name: string;
  state: StepState;
  seconds: number | null;
  logs: string[];
  /** Output of rawjson that does not end in a newline yet, by stream. */
  partial: Map<number, string>;
  error: string[];
}

/** What an unprefixed line continues: an error of several lines, or a block that the client printed at the end. */
export type Continuation =
  | { readonly kind: 'none' }
  | { readonly kind: 'step-error'; readonly id: string }
  /** A program's line that a terminal or a paste broke: the rest of it has no prefix. */
  | { readonly kind: 'step-log'; readonly id: string }
  | { readonly kind: 'final' }
  | { readonly kind: 'block-start' }
  | { readonly kind: 'block'; readonly id: string; readonly fresh: boolean }
  | { readonly kind: 'spot'; readonly file: string; readonly line: number }
  | { readonly kind: 'excerpt' };

export interface FinalError {
  readonly rank: number;
  readonly lines: string[];
}

export interface LogState {
  steps: OpenStep[];
  /** Steps by the key that the format uses: `#7`, a digest, `block:NAME`. */
  byKey: Map<string, OpenStep>;
  nextId: number;
  /** The step of a classic build that prints now: its lines carry no prefix. */
  classic: OpenStep | null;
  otherHead: string[];
  otherTail: string[];
  finalError: FinalError | null;
  dockerfile: { file: string; line: number; excerpt: string[] } | null;
  continuation: Continuation;
  lastEventStep: string | null;
}

export function emptyState(): LogState {
  return {
    steps: [],
    byKey: new Map(),
    nextId: 1,
    classic: null,
    otherHead: [],
    otherTail: [],
    finalError: null,
    dockerfile: null,
    continuation: { kind: 'none' },
    lastEventStep: null,
  };
}

export function openStep(state: LogState, key: string, name: string, number: number | null): OpenStep {
  const id = `s${state.nextId}`;
  state.nextId += 1;
  const step: OpenStep = {
    id,
    number,
    digest: null,
    name,
    state: 'running',
    seconds: null,
    logs: [],
    partial: new Map(),
    error: [],
  };
  state.steps.push(step);
  state.byKey.set(key, step);
  if (state.steps.length > keptSteps) forgetOldest(state);
  return step;
}

function forgetOldest(state: LogState): void {
  const index = state.steps.findIndex((step) => step.state === 'done' || step.state === 'cached');
  const [gone] = state.steps.splice(Math.max(index, 0), 1);
  for (const [key, step] of state.byKey) {
    if (step !== gone) continue;
    state.byKey.delete(key);
    return;
  }
}

export function addLog(step: OpenStep, text: string): void {
  for (const line of redrawnLines(text)) step.logs.push(shorten(line.trimEnd()));
  if (step.logs.length > keptLogLines * 2) step.logs.splice(0, step.logs.length - keptLogLines);
}

export function addErrorLine(step: OpenStep, text: string): void {
  if (step.error.length < keptErrorLines) step.error.push(shorten(text));
}

export function finish(step: OpenStep, outcome: StepState, seconds: number | null): void {
  step.state = outcome;
  if (seconds !== null) step.seconds = seconds;
  if ((outcome === 'done' || outcome === 'cached') && step.logs.length > keptDoneLines) {
    step.logs.splice(0, step.logs.length - keptDoneLines);
  }
}

export function addOther(state: LogState, line: string): void {
  if (state.otherHead.length < keptOtherHead) state.otherHead.push(line);
  else state.otherTail.push(line);
  if (state.otherTail.length > keptOtherTail * 2) state.otherTail.splice(0, state.otherTail.length - keptOtherTail);
}

export function freeze(state: LogState): BuildLog {
  const spot: DockerfileSpot | null =
    state.dockerfile === null ? null : { ...state.dockerfile, excerpt: [...state.dockerfile.excerpt] };
  return {
    steps: inOrder(state.steps).map(freezeStep),
    finalError: state.finalError === null ? null : state.finalError.lines.join('\n').trim(),
    dockerfile: spot,
    otherLines: [...state.otherHead, ...state.otherTail.slice(-keptOtherTail)],
    lastEventStep: state.lastEventStep,
  };
}

/** rawjson names steps long before they start; plain progress only those that did, in that order. */
function inOrder(steps: readonly OpenStep[]): readonly OpenStep[] {
  if (!steps.some((step) => step.digest !== null)) return steps;
  const started = steps.filter((step) => step.digest === null || step.number !== null);
  return started.toSorted((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity));
}

function freezeStep(step: OpenStep): Step {
  const error = step.error.length === 0 ? null : step.error.join('\n').trim();
  const named = stepKind(step.name === '' ? (step.logs[0] ?? '') : step.name);
  // A step whose header was cut off prints `#9 3.2 text` only if it runs a program.
  const guessed = named === 'other' && step.name === '' && step.logs.length > 0 ? 'run' : named;
  // BuildKit pushes inside the step "exporting to image"; what failed there tells.
  const kind =
    guessed === 'export' && error !== null && /^failed to push\b|^failed to copy: io: read\/write/.test(error)
      ? 'push'
      : guessed;
  const open = [...step.partial.values()].filter((text) => text !== '');
  const logs = [...step.logs, ...open].slice(-keptLogLines);
  return {
    id: step.id,
    number: step.number,
    digest: step.digest,
    name: step.name,
    kind,
    stage: stepStage(step.name),
    state: step.state,
    seconds: step.seconds,
    logs,
    error,
  };
}
