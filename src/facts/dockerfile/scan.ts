import { directiveReader } from './directives.ts';
import { closesHeredoc, heredocsOf } from './heredoc.ts';
import { jsonForm, splitInstruction, type Instruction } from './instruction.ts';
import { dropByteOrderMark, splitLines, trimLeadingSpace, trimNewline } from './spaces.ts';
import type { DockerfileProblem } from './types.ts';

/** A Dockerfile as its instructions. */
export interface Scan {
  readonly instructions: readonly Instruction[];
  readonly escape: string;
  readonly problems: readonly DockerfileProblem[];
}

/**
 * Joins the lines of a Dockerfile into instructions as BuildKit does (frontend/dockerfile/parser/parser.go `Parse`).
 * Its own reading, because dockerfile-ast differs in what decides where an instruction ends: `\\` at the end of a line,
 * `<< EOF`, `3<<EOF`, unknown directives before `# escape`, a carriage return within a line.
 */
export function scanDockerfile(text: string): Scan {
  const lines = splitLines(dropByteOrderMark(text));
  const readDirective = directiveReader();
  const instructions: Instruction[] = [];
  const problems: DockerfileProblem[] = [];
  let escape: '\\' | '`' = '\\';
  let at = 0;

  /** The next line, its directive obeyed; null if it is a comment. */
  function takeLine(indented: boolean): string | null {
    const raw = trimNewline(lines[at] ?? '');
    const line = indented ? trimLeadingSpace(raw) : raw;
    at += 1;
    const reading = readDirective(line, at);
    if (reading.kind === 'repeated') problems.push(repeatedDirective(reading.name, line, at));
    if (reading.kind === 'directive' && reading.directive.name === 'escape') {
      const { value } = reading.directive;
      if (value === '\\' || value === '`') escape = value;
      else problems.push(invalidEscape(value, line, at));
    }
    return trimLeadingSpace(line).startsWith('#') ? null : line;
  }

  while (at < lines.length) {
    const first = takeLine(true);
    if (first === null || first === '') continue;
    const startLine = at;
    let part = splitContinuation(first, escape);
    let line = part.text;
    while (part.continues && at < lines.length) {
      const following = takeLine(false);
      if (following === null || trimLeadingSpace(following) === '') continue;
      part = splitContinuation(following, escape);
      line += part.text;
    }
    const instruction = splitInstruction(line, escape);
    const bodies = readHeredocs(instruction, line, escape, startLine);
    instructions.push({ ...instruction, line, heredocs: bodies, startLine });
  }
  return { instructions, escape, problems };

  function readHeredocs(
    instruction: Pick<Instruction, 'keyword' | 'rest'>,
    line: string,
    escapeCharacter: string,
    startLine: number,
  ): readonly string[] {
    if (!line.includes('<<') || !mayHoldHeredoc(instruction, escapeCharacter)) return [];
    const search = heredocsOf(line);
    if (search.kind === 'bad') {
      problems.push({ kind: 'malformed-instruction', line: startLine, text: line, message: search.message });
      return [];
    }
    return search.heredocs.map((heredoc) => {
      const start = at;
      while (at < lines.length && !closesHeredoc(lines[at] ?? '', heredoc)) at += 1;
      const body = lines.slice(start, at).join('');
      if (at === lines.length) problems.push(unterminated(heredoc.name, startLine));
      at += 1;
      return body;
    });
  }
}

const continuation: Readonly<Record<'\\' | '`', RegExp>> = {
  '\\': /([^\\])\\[ \t]*$|^\\[ \t]*$/,
  '`': /([^`])`[ \t]*$|^`[ \t]*$/,
};

/** The escape character as the last visible one continues the line, unless another one stands before it. */
function splitContinuation(line: string, escape: '\\' | '`'): { readonly text: string; readonly continues: boolean } {
  const match = continuation[escape].exec(line);
  return match === null
    ? { text: line, continues: false }
    : { text: line.slice(0, match.index) + (match[1] ?? ''), continues: true };
}

/** Only ADD, COPY and RUN, also behind ONBUILD, and not in JSON form (`canContainHeredoc`). */
function mayHoldHeredoc(instruction: Pick<Instruction, 'keyword' | 'rest'>, escape: string): boolean {
  const inner = instruction.keyword === 'ONBUILD' ? splitInstruction(instruction.rest, escape) : instruction;
  return ['ADD', 'COPY', 'RUN'].includes(inner.keyword) && jsonForm(inner.rest).kind === 'shell';
}

function repeatedDirective(name: string, text: string, line: number): DockerfileProblem {
  return { kind: 'repeated-directive', line, text, message: `only one "# ${name}=" line can be used` };
}

function invalidEscape(value: string, text: string, line: number): DockerfileProblem {
  return { kind: 'malformed-instruction', line, text, message: `the escape character can be \\ or \`, not "${value}"` };
}

function unterminated(name: string, line: number): DockerfileProblem {
  const message = `the heredoc has no closing line "${name}"`;
  return { kind: 'unterminated-heredoc', line, text: `<<${name}`, message };
}
