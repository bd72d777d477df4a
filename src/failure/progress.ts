import { cleanLine, maxLineLength, shorten } from './lines.ts';
import { takeClassicLine } from './classic.ts';
import { emptyState, freeze } from './log-state.ts';
import type { LogState } from './log-state.ts';
import { takePlainLine } from './plain.ts';
import { takeRawJsonLine } from './rawjson.ts';
import { takeTrailerLine } from './trailer.ts';
import { takeTtyLine } from './tty.ts';
import type { BuildLog } from './types.ts';

/** Reads a build's output while it is written, in bounded memory. */
export interface LogReader {
  push(chunk: string): void;
  /** What is known now; an unfinished last line counts. */
  snapshot(): BuildLog;
  /** `Step.id` of the step that gave the last sign of life; cheap, for a stall watch. */
  lastEventStep(): string | null;
}

export function createLogReader(): LogReader {
  const state = emptyState();
  let pending = '';
  return {
    push(chunk) {
      const lines = chunk.split('\n');
      const last = lines.pop() ?? '';
      for (const line of lines) {
        takeLine(state, bounded(pending + line));
        pending = '';
      }
      pending = bounded(pending + last);
    },
    snapshot() {
      if (pending === '') return freeze(state);
      const ahead = structuredClone(state);
      takeLine(ahead, pending);
      return freeze(ahead);
    },
    lastEventStep() {
      return state.lastEventStep;
    },
  };
}

/** Reads a whole log: buildx plain or rawjson progress, a classic build, or what somebody pasted of one. */
export function readLog(text: string): BuildLog {
  const reader = createLogReader();
  reader.push(text);
  return reader.snapshot();
}

function bounded(line: string): string {
  return line.length > maxLineLength ? line.slice(0, maxLineLength) : line;
}

function takeLine(state: LogState, raw: string): void {
  const whole = cleanLine(raw);
  if (takeRawJsonLine(state, whole)) return;
  const line = shorten(whole);
  if (takePlainLine(state, line)) return;
  if (takeTtyLine(state, line) || takeClassicLine(state, line)) return;
  takeTrailerLine(state, line);
}
