import { addErrorLine, addLog, finish, openStep } from './log-state.ts';
import type { LogState, OpenStep } from './log-state.ts';
import { looksLikeName, stepKind } from './step-name.ts';

// moby/buildkit util/progress/progressui/printer.go: every line of a step is `#N `, then a log line `SECONDS text`,
// an event, or the step's name. What a program prints is always behind its seconds, so it cannot fake an event.
const stepLine = /^\s*#(\d+)(?: (.*))?$/s;
const logText = /^\s*\d+\.\d+(?: (.*))?$/s;
const doneText = /^DONE(?: (\d+(?:\.\d+)?)s)?$/;
const errorText = /^ERROR: (.*)$/s;
// BuildKit before 0.8 (2019-2020): `#38    error: "executor failed running …"`
const oldErrorText = /^\s+error: "?(.*?)"?$/;
const oldTiming = /^\s+(?:digest|name|started|completed|duration): /;

/** Takes a line of plain progress; false if it is none. */
export function takePlainLine(state: LogState, line: string): boolean {
  const match = stepLine.exec(line);
  if (match === null) return false;
  const number = Number(match[1]);
  const text = match[2] ?? '';
  // A classic build's RUN output has no prefix, so there only the beginning of another build is structure.
  const inProgram = state.classic !== null && stepKind(state.classic.name) === 'run';
  if (inProgram && !(number === 1 && looksLikeName(text))) return false;
  // BuildKit before 0.10 repeats a failed step's output with its number.
  if (state.continuation.kind === 'block' && logText.test(text)) return false;
  if (number === 0) {
    // `#0 building with "x" instance` opens a build; `#0 1.23 text` is a line of the block that ends it (compose).
    if (logText.test(text)) return false;
    state.continuation = { kind: 'none' };
    return true;
  }
  const step = stepFor(state, number, text);
  state.lastEventStep = step.id;
  state.classic = null;
  state.continuation = { kind: 'none' };
  applyText(state, step, text);
  return true;
}

function stepFor(state: LogState, number: number, text: string): OpenStep {
  const key = `#${number}`;
  const known = state.byKey.get(key);
  const finished = known !== undefined && known.state !== 'running';
  // A second build in the same log counts from 1 again.
  const reused = finished && looksLikeName(text) && text !== known.name;
  if (known !== undefined && !reused) return known;
  return openStep(state, key, isEvent(text) || isStatus(text) ? '' : text.trim(), number);
}

function isEvent(text: string): boolean {
  return (
    text === '' ||
    text === '...' ||
    text === 'CACHED' ||
    text === 'CANCELED' ||
    logText.test(text) ||
    doneText.test(text) ||
    errorText.test(text) ||
    oldErrorText.test(text) ||
    oldTiming.test(text)
  );
}

function applyText(state: LogState, step: OpenStep, text: string): void {
  if (text === '' || text === '...') return;
  const log = logText.exec(text);
  if (log !== null) {
    state.continuation = { kind: 'step-log', id: step.id };
    return addLog(step, log[1] ?? '');
  }
  const done = doneText.exec(text);
  if (done !== null) return finish(step, 'done', done[1] === undefined ? null : Number(done[1]));
  if (text === 'CACHED') return finish(step, 'cached', null);
  if (text === 'CANCELED') return finish(step, 'canceled', null);
  const error = errorText.exec(text) ?? oldErrorText.exec(text);
  if (error !== null) {
    finish(step, 'error', null);
    step.error = [];
    addErrorLine(step, error[1] ?? '');
    // The Azure SDK's errors have several lines, which are printed bare.
    state.continuation = { kind: 'step-error', id: step.id };
    return;
  }
  if (text.trim() === step.name) return reopen(step);
  if (oldTiming.test(text)) return;
  addStatus(step, text);
}

/**
 * A base is done once it is resolved, and begins again where a later step needs its layers: the second headline behind
 * the end is the only sign of it.
 */
function reopen(step: OpenStep): void {
  if (step.state === 'done' && stepKind(step.name) === 'from') step.state = 'running';
}

/** What only a running step says; first in a log whose beginning was cut off. */
function isStatus(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{12}|extracting |resolve \S+[@:]|transferring |pulling |pushing (?:layers|manifest)|writing (?:layer|image|config)|exporting (?:layers|manifest|config|attestation)|naming to|unpacking|sending tarball|preparing build cache|loading layer|creating container)/.test(
    text,
  );
}

const statusProgress = /(?: \d+(?:\.\d+)?[kMGT]?i?B(?: \/ \d+(?:\.\d+)?[kMGT]?i?B)?)?(?: \d+\.\d+s)?(?: done)?$/;

/** A sub-status is kept without its numbers, and once: a download reports itself every few seconds. */
function addStatus(step: OpenStep, text: string): void {
  const label = text.replace(statusProgress, '').trim();
  if (label !== '' && !step.logs.slice(-20).includes(label)) step.logs.push(label);
}
