import { openStep } from './log-state.ts';
import type { LogState } from './log-state.ts';
import type { StepState } from './types.ts';

// moby/buildkit util/progress/progressui/display.go: what people paste from a terminal.
const header = /^\s*\[\+\] Building \d/;
const stepLine = /^\s*=> (ERROR |CACHED |CANCELED )?(?!=> )(\S.*?)(?:\s+(\d+\.\d+)s)?$/;
const subLine = /^\s*=> => /;

const states: Readonly<Record<string, StepState>> = { 'ERROR ': 'error', 'CACHED ': 'cached', 'CANCELED ': 'canceled' };

/** Takes a line of the terminal display; false if it is none. Each frame repeats all steps. */
export function takeTtyLine(state: LogState, line: string): boolean {
  if (header.test(line) || subLine.test(line)) return true;
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
