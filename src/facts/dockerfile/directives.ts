import { dropByteOrderMark, splitLines, trimLeadingSpace, trimSpace } from './spaces.ts';

/** A parser directive: `# syntax=…`, `# escape=…`, `# check=…`. */
interface Directive {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

type DirectiveReading =
  | { readonly kind: 'directive'; readonly directive: Directive }
  | { readonly kind: 'repeated'; readonly name: string }
  | { readonly kind: 'none' };

const known: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);
const pattern = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=([^\n]+)$/;

/**
 * Reads directives line by line. Any other line, an unknown directive included, ends them for good
 * (BuildKit frontend/dockerfile/parser/directives.go `DirectiveParser.ParseLine`).
 */
export function directiveReader(comment = '#'): (line: string, number: number) => DirectiveReading {
  const seen = new Set<string>();
  let done = false;

  return (line, number) => {
    if (done) return { kind: 'none' };
    const match = line.startsWith(comment) ? pattern.exec(trimLeadingSpace(line.slice(comment.length))) : null;
    const name = match?.[1]?.toLowerCase() ?? '';
    if (match === null || !known.has(name)) {
      done = true;
      return { kind: 'none' };
    }
    if (seen.has(name)) return { kind: 'repeated', name };
    seen.add(name);
    return { kind: 'directive', directive: { name, value: trimSpace(match[2] ?? ''), line: number } };
  };
}

/**
 * The frontend that a file asks for: `# syntax=`, else `// syntax=`, else a JSON object with `syntax`, each also
 * below a `#!` line (`DetectSyntax` in the same file). Unlike other directives it may not be indented.
 */
export function detectSyntax(text: string): { readonly image: string; readonly line: number } | null {
  const whole = dropByteOrderMark(text);
  const hasShebang = whole.startsWith('#!');
  const end = whole.indexOf('\n');
  const body = hasShebang ? (end === -1 ? '' : whole.slice(end + 1)) : whole;
  const firstLine = hasShebang ? 2 : 1;

  const found = syntaxComment(body, '#') ?? syntaxComment(body, '//');
  if (found !== null) return { image: found.value.split(' ')[0] ?? '', line: found.line + firstLine - 1 };
  const json = syntaxOfJson(body);
  return json === null ? null : { image: json, line: firstLine };
}

function syntaxComment(body: string, comment: string): Directive | null {
  const read = directiveReader(comment);
  for (const [index, line] of splitLines(body).entries()) {
    const reading = read(line.replace(/\r?\n$/, ''), index + 1);
    if (reading.kind !== 'directive') return null;
    if (reading.directive.name === 'syntax') return reading.directive;
  }
  return null;
}

function syntaxOfJson(body: string): string | null {
  if (!/^[\t\n\r ]*\{/.test(body)) return null;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('syntax' in value)) return null;
    return typeof value.syntax === 'string' ? value.syntax : null;
  } catch {
    return null;
  }
}
