import { splitWords } from './lexer.ts';
import { trimNewline } from './spaces.ts';

interface Heredoc {
  readonly name: string;
  /** `<<-`: tabs before the closing name are dropped. */
  readonly chomp: boolean;
}

type HeredocSearch =
  | { readonly kind: 'heredocs'; readonly heredocs: readonly Heredoc[] }
  | { readonly kind: 'bad'; readonly message: string };

/**
 * The heredocs that a line opens (BuildKit frontend/dockerfile/parser/parser.go `heredocsFromLine`). A word opens one
 * only as a whole (`<<EOF`, `3<<-"EOF"`, `<< EOF`): `x<<EOF`, `"<<EOF"` and `<<<EOF` do not. A line that does not lex
 * (an odd quote) opens none.
 */
export function heredocsOf(line: string): HeredocSearch {
  const split = splitWords(line, { quotes: true, escapes: true });
  const heredocs: Heredoc[] = [];
  for (const word of split.kind === 'words' ? split.words : []) {
    const match = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word);
    const rest = match?.[2] ?? '';
    if (match === null || rest === '') continue;
    const name = splitWords(rest, { quotes: false, escapes: false });
    if (name.kind === 'bad') return name;
    if (name.words.length !== 1) continue;
    heredocs.push({ name: name.words[0] ?? '', chomp: match[1] === '-' });
  }
  return { kind: 'heredocs', heredocs };
}

export function closesHeredoc(line: string, heredoc: Heredoc): boolean {
  const text = trimNewline(line);
  return (heredoc.chomp ? text.replace(/^\t+/, '') : text) === heredoc.name;
}
