/*
 * Text from outside (step names, log lines, image names, error texts) as it may be shown anywhere: one meaning for every
 * reader, nothing that moves a cursor, hides a part, or gives the runner an order.
 */

const escapeSequences = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g;
// Controls except tab and newline, and the characters that reorder or hide text (UAX #9, Trojan Source).
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Several lines as a terminal would leave them standing: no colours, no redrawn states, no control characters. */
export function cleanLines(text: string): string {
  return text.toWellFormed().replace(escapeSequences, '').split(/\r?\n/).map(lastState).join('\n').replace(unseen, '');
}

/** A program that redraws its line separates the states by carriage returns; the last one stands. */
function lastState(line: string): string {
  const end = line.replace(/\r+$/, '');
  return end.slice(end.lastIndexOf('\r') + 1);
}

/** The same in one line, and no longer than is useful. */
export function cleanLine(text: string, maxLength = 1000): string {
  const line = cleanLines(text).replace(/\s+/g, ' ').trim();
  return line.length <= maxLength
    ? line
    : `${line
        .slice(0, maxLength - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}

/** One line for the log of a runner. */
export function logLine(text: string): string {
  return withoutCommands(cleanLine(text));
}

/**
 * A runner takes `::command::` at the start of a line and `##[command]` anywhere in it for an order (actions/runner,
 * ActionCommand.cs): nothing from outside may give one.
 */
export function withoutCommands(line: string): string {
  return line.replaceAll('##[', '## [').replace(/^([\s\u0085]*):(?=:)/, '$1: ');
}
