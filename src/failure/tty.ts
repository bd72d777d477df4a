import { addLog, openStep } from './log-state.ts';
import type { LogState } from './log-state.ts';
import type { StepState } from './types.ts';

// moby/buildkit util/progress/progressui/display.go: what people paste from a terminal.
const header = /^\s*\[\+\] Building \d/;
const stepLine = /^\s*=> (ERROR |CACHED |CANCELED )?(?!=> )(\S.*?)(?:\s+(\d+\.\d+)s)?$/;
const subLine = /^\s*=> => /;
/** The last lines of what a running step prints. */
const outputLine = /^\s*=> => # ?(.*)$/;

const states: Readonly<Record<string, StepState>> = { 'ERROR ': 'error', 'CACHED ': 'cached', 'CANCELED ': 'canceled' };

/** Takes a line of the terminal display; false if it is none. Each frame repeats all steps. */
export function takeTtyLine(state: LogState, line: string): boolean {
  if (header.test(line)) return true;
  if (subLine.test(line)) {
    takeOutput(state, line);
    return true;
  }
  const match = stepLine.exec(line);
  if (match === null) return false;
  const name = match[2] ?? '';
  const key = `tty:${name}`;
  const step = state.byKey.get(key) ?? openStep(state, key, name, null);
  step.state = states[match[1] ?? ''] ?? 'done';
  step.seconds = match[3] === undefined ? null : Number(match[3]);
  state.lastEventStep = step.id;
  state.continuation = { kind: 'none' };
  return true;
}

/** Only a running step shows its output, and each frame repeats the lines of the one before. */
function takeOutput(state: LogState, line: string): void {
  const text = outputLine.exec(line)?.[1]?.trim();
  const step = state.steps.findLast((entry) => entry.id === state.lastEventStep);
  if (text === undefined || text === '' || step === undefined || step.logs.slice(-12).includes(text)) return;
  step.state = 'running';
  addLog(step, text);
}
