/** What people and their tools do to a log before they show it to somebody: undone as far as it can be told. */
export function asPrinted(text: string): string {
  const lines = withoutMarkup(text).split(/\r?\n/);
  return unwrapped(withoutMargin(lines)).join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': ' ',
};

/** Entities of a page, and the quotation marks of a word processor. */
function withoutMarkup(text: string): string {
  return text
    .replace(/&(?:quot|#34|#39|#x27|apos|lt|gt|nbsp);/g, (entity) => entities[entity] ?? entity)
    .replaceAll('&amp;', '&')
    .replace(/[“”„]/g, '"')
    .replace(/[‘’]/g, "'")
    .replaceAll('\u00a0', ' ');
}

/** What may stand before each line of a whole log: a quote, a list, a frame, a stream's name, a clock, a line's number. */
const margins: readonly RegExp[] = [
  /^\s*(?:>|\||│|\*|\/\/) ?/,
  /^\s*\[(?:std)?(?:err|out)\] ?/i,
  // Not a runner's time stamp: what belongs to it follows (`lines.ts`).
  /^(?!\d{4}-\d\d-\d\dT\S+Z )\s*\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]? ?/,
];
const number = /^\s*\d{1,6}(?:\s*[|:])? {0,2}/;
const fewestLines = 3;

/** Without what stands before every line. Two lines of a log may begin alike by chance, all of them do not. */
function withoutMargin(lines: readonly string[]): readonly string[] {
  const filled = lines.filter((line) => line.trim() !== '');
  if (filled.length < fewestLines) return lines;
  const margin =
    margins.find((entry) => filled.every((line) => entry.test(line))) ?? (isNumbered(filled) ? number : undefined);
  return margin === undefined ? lines : lines.map((line) => line.replace(margin, ''));
}

function isNumbered(lines: readonly string[]): boolean {
  const numbers = lines.map((line) => /^\s*(\d{1,6})(?:\s*[|:]|\s|$)/.exec(line)?.[1]);
  return numbers.every((number, i) => {
    const before = i === 0 ? undefined : numbers[i - 1];
    return number !== undefined && (before === undefined || Number(number) - Number(before) === 1);
  });
}

const narrowest = 60;
const widest = 160;
const nearEdge = 12;
/** A line that cannot be the rest of another: the engine's, a runner's, a tool's that names itself, an indented one. */
const beginsAnew =
  /^\s|^[^\t]*\t[^\t]*\t\uFEFF?\d{4}-|^(?:#\d+ |=> |-{3,}|---> |\d+\.\d+ |Step \d|STEP \d|RUN |Error|ERROR|error|fatal|warning|WARN|[EW]: |Err:|Get:|Ign:|Hit:|npm |go: |\[\w+\]|\[\+\]|\+ |\$ |\w+: line \d|at |Caused by|Traceback|curl: |The command |\d{4}-\d\d-\d\d|##\[|::)/;

/** Without the line breaks of a narrow window: a line is broken where the next word would have passed the edge. */
function unwrapped(lines: readonly string[]): readonly string[] {
  const edge = lines.reduce((longest, line) => Math.max(longest, line.length), 0);
  // One line is always the longest; a window's edge stops several.
  const full = lines.filter((line) => line.length > edge - nearEdge);
  if (edge < narrowest || edge > widest || full.length < fewestLines) return lines;
  const out: string[] = [];
  let last = '';
  for (const line of lines) {
    const whole = out.at(-1);
    const word = /^\S+/.exec(line)?.[0] ?? '';
    if (whole !== undefined && word !== '' && !beginsAnew.test(line) && last.length + 1 + word.length > edge)
      out[out.length - 1] = last.length === edge && !/[,:;.]$/.test(last) ? whole + line : `${whole} ${line}`;
    else out.push(line);
    last = line;
  }
  return out;
}
