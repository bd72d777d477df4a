/** Go's `unicode.IsSpace`, which differs from JavaScript's `\s` in U+0085 and U+FEFF. */
const goSpace = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

const leading = new RegExp(`^${goSpace}+`);
const single = new RegExp(`^${goSpace}$`);

export function trimLeadingSpace(text: string): string {
  return text.replace(leading, '');
}

export function trimSpace(text: string): string {
  const start = trimLeadingSpace(text);
  let end = start.length;
  while (end > 0 && isSpace(start.charAt(end - 1))) end -= 1;
  return start.slice(0, end);
}

export function isSpace(character: string): boolean {
  return single.test(character);
}

/** BuildKit's `trimNewline`: every line feed and carriage return at the end. */
export function trimNewline(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === '\n' || line[end - 1] === '\r')) end -= 1;
  return line.slice(0, end);
}

/** The lines of a text with their line ends, as BuildKit's `scanLines`: only a line feed ends a line. */
export function splitLines(text: string): readonly string[] {
  if (text === '') return [];
  const lines = text.split('\n').map((line) => `${line}\n`);
  const last = (lines.pop() ?? '').slice(0, -1);
  return last === '' ? lines : [...lines, last];
}

export function dropByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
