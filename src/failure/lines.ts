/** Longest line that is read; a line of rawjson holds the output of a whole moment. */
export const maxLineLength = 64_000;

const keptHead = 2000;
const keptTail = 1000;

/** A line as it is kept: an error says what it is about at its beginning, and what happened at its end. */
export function shorten(line: string): string {
  return line.length <= keptHead + keptTail ? line : `${line.slice(0, keptHead)} … ${line.slice(-keptTail)}`;
}

// The escape character is optional: pasted logs lose it and keep the rest of a colour code. Buildkite hides a time stamp in
// an application's own sequence (APC).
const ansi =
  /\u001b\[[0-9;?]*[A-Za-z]|\u001b[_P^][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\][^\u0007]*\u0007|\[(?:\d{1,2};)*\d{1,2}m/g;
// `gh run view --log` puts job and step, separated by tabs, before the runner's time stamp. A step's own line starts with
// its number, so that no tab and time in a program's output can uncover what looks like another step. GitLab's runner adds
// the number and the direction of the stream (`01O`).
const runnerPrefix =
  /^\uFEFF?(?:(?!\s*#\d)[^\t]*\t[^\t]*\t)?\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?: \d\d[OE][+ ]?)? ?/;
// Jenkins, CircleCI and pasted terminals put a time before each line.
const clockPrefix =
  /^\s*(?:\[(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\]|\d\d:\d\d:\d\d(?:\.\d+)?(?=\s))\s+/;
// earthly (`+build | x`), compose (`web-1 | x`) and numbered logs (`569 | x`) put the speaker before it, quotes a bare frame.
const speakerPrefix = /^(?:(?:\+[\w./-]+|[\w.-]+-\d+|\d+) +)?\| +(?=\S)/;
// packer, vagrant and ansible name the machine: `arm:   Temporary failure resolving …`; others count its lines (`buildkit:2:`).
const machinePrefix =
  /^[a-z][\w-]*:(?:\d+:)? +(?=(?:WARNING|ERROR|fatal|curl|npm ERR!|npm error|fetch https?):? |(?:Err|Ign|Get|Hit|E|W):\S* |(?:E|W): |Temporary failure resolving |Could not resolve )/;
// Ant and the Maven plugins run docker and repeat what it says.
const hostToolPrefix =
  /^\s*(?:\[exec\] ?|\[INFO\] (?=\s*(?:Step \d+|---> |#\d+ |The command '))|DOCKER> (?:\[[^\]]*\]: )?)/;
// Cloud Build, Tekton, TeamCity and a git server name the step of the pipeline.
const pipelinePrefix =
  /^(?:Step #\d+(?: - "[^"]*")?: |\[[\w-]+ : [\w-]+\] |\[\d\d:\d\d:\d\d\]\s?[A-Za-z]?:\s+(?:\[Step \d+\/\d+\] )?|remote: +(?=#\d+ |Step \d+\/|=> ))/;
const quotePrefix = /^(?:> )+(?=\s*(?:#\d+ |ERROR|Error|error|E:|W:|=> |-{6}))/;
const runnerCommand = /^##\[(?:error|warning|notice|debug|section)\]|^::(?:error|warning|notice)(?: [^:]*)?::/;

/** One raw line without what runners, terminals and pasting added around it. */
export function cleanLine(raw: string): string {
  const line = raw
    .replace(runnerPrefix, '')
    .replace(ansi, '')
    .replace(pipelinePrefix, '')
    .replace(clockPrefix, '')
    .replace(quotePrefix, '')
    .replace(hostToolPrefix, '');
  // Line separators that are none here; a dot in a regular expression would stop at them.
  return line.replace(/[\u2028\u2029]/g, ' ').trimEnd();
}

/** The text after `##[error]` or `::error::`, which the runner puts before a line that it repeats. */
export function withoutRunnerCommand(line: string): string {
  return line.replace(runnerCommand, '');
}

// A program that redraws its line (curl, apt, wget) separates the states by carriage returns only.
/** The lines of one piece of program output. */
export function redrawnLines(text: string): readonly string[] {
  if (!text.includes('\r')) return [text];
  const parts = text.split('\r').filter((part) => part.trim() !== '');
  return parts.length === 0 ? [''] : parts;
}

/** The statement of a line, without step numbers, seconds and indentation: `#9 3.21   go: x` -> `go: x`. */
export function statement(line: string): string {
  return withoutRunnerCommand(line.trim())
    .replace(/^#\d+\s+(?=\d+\.\d+\s)/, '')
    .replace(/^\d+\.\d{1,3}(?:\s+|$)/, '')
    .replace(speakerPrefix, '')
    .replace(/^\*\*|\*\*$/g, '')
    .replace(machinePrefix, '')
    .trim();
}
