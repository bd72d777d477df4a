/**
 * `#7 sha256:bbef97ad 0B / 1.06MB 10.4s`: BuildKit repeats what a download has come to every five seconds, also where
 * nothing comes any more (moby/buildkit util/progress/progressui/printer.go).
 */
const TRANSFER = /^#(\d+) (\S.*?) (\d+(?:\.\d+)?[kMGTP]?i?B) \/ \S+B \d+(?:\.\d+)?s$/;

/** Tells which output is a sign of life: everything but a download that still stands where it stood. */
export function createSignsOfLife(): (lines: string) => boolean {
  const reached = new Map<string, string>();
  return (lines) => lines.split('\n').filter((line) => isNews(reached, line.trimEnd())).length > 0;
}

function isNews(reached: Map<string, string>, line: string): boolean {
  if (line === '') return false;
  const [, step = '', name = '', bytes = ''] = TRANSFER.exec(line) ?? [];
  if (name === '') return true;
  const key = `${step} ${name}`;
  const before = reached.get(key);
  reached.set(key, bytes);
  return before !== bytes;
}
