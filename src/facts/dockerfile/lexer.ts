import { cursorOn, endOfText, next, peek, type Cursor, type LexRules, type Lookup } from './cursor.ts';
import { BadSubstitution } from './shell-pattern.ts';
import { isSpace } from './spaces.ts';
import { readDollar } from './substitution.ts';

/**
 * BuildKit's word lexer (frontend/dockerfile/shell/lex.go): quotes, escapes and variables of a Dockerfile word.
 */
type Expansion =
  { readonly kind: 'expanded'; readonly text: string } | { readonly kind: 'bad'; readonly message: string };

type Words =
  { readonly kind: 'words'; readonly words: readonly string[] } | { readonly kind: 'bad'; readonly message: string };

/** The word with its variables replaced and its quotes taken off (`ProcessWord`). */
export function expandWord(word: string, lookup: Lookup, escape: string): Expansion {
  const rules: LexRules = { lookup, escape, keepQuotes: false, keepEscapes: false, keepUnset: false, depth: 0 };
  const sink = collector();
  const message = attempt(() => read(cursorOn(word), rules, endOfText, sink));
  return message === null ? { kind: 'expanded', text: sink.text() } : { kind: 'bad', message };
}

/** The words of a line, unset variables left alone (`ProcessWords` with `SkipUnsetEnv`). */
export function splitWords(line: string, keep: { readonly quotes: boolean; readonly escapes: boolean }): Words {
  const rules: LexRules = {
    lookup: () => undefined,
    escape: '\\',
    keepQuotes: keep.quotes,
    keepEscapes: keep.escapes,
    keepUnset: true,
    depth: 0,
  };
  const sink = collector();
  const message = attempt(() => read(cursorOn(line), rules, endOfText, sink));
  return message === null ? { kind: 'words', words: sink.words() } : { kind: 'bad', message };
}

function attempt(action: () => void): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof BadSubstitution) return error.message;
    throw error;
  }
}

/** Takes the result both as one text and as words: spaces from outside quotes separate words. */
interface Collector {
  readonly plain: (text: string) => void;
  readonly quoted: (text: string) => void;
  readonly text: () => string;
  readonly words: () => readonly string[];
}

function collector(): Collector {
  let text = '';
  let word = '';
  const words: string[] = [];
  function endWord(): void {
    if (word !== '') words.push(word);
    word = '';
  }
  return {
    plain: (part) => {
      text += part;
      for (const character of part) {
        if (isSpace(character)) endWord();
        else word += character;
      }
    },
    quoted: (part) => {
      text += part;
      word += part;
    },
    text: () => text,
    words: () => {
      endWord();
      return words;
    },
  };
}

/** Go's stack grows, ours does not: deeper than anyone nests is refused. */
const maxDepth = 100;

function readUntil(cursor: Cursor, rules: LexRules, stop: string): string {
  if (rules.depth >= maxDepth) throw new BadSubstitution('substitutions are nested too deeply');
  const sink = collector();
  read(cursor, { ...rules, depth: rules.depth + 1 }, stop, sink);
  return sink.text();
}

/** `processStopOn`. */
function read(cursor: Cursor, rules: LexRules, stop: string, sink: Collector): void {
  for (let character = peek(cursor); character !== endOfText; character = peek(cursor)) {
    if (character === stop) {
      next(cursor);
      return;
    }
    if (character === "'") sink.quoted(readSingleQuoted(cursor, rules));
    else if (character === '"') sink.quoted(readDoubleQuoted(cursor, rules));
    else if (character === '$') sink.plain(readDollar(cursor, rules, readUntil));
    else if (character === '<') sink.quoted(readHeredocMark(cursor));
    else if (character === rules.escape) readEscaped(cursor, rules, sink);
    else sink.plain(next(cursor));
  }
  if (stop !== endOfText) throw new BadSubstitution(`missing "${stop}"`);
}

function readEscaped(cursor: Cursor, rules: LexRules, sink: Collector): void {
  const escape = next(cursor);
  if (rules.keepEscapes) sink.quoted(escape);
  if (peek(cursor) !== endOfText) sink.quoted(next(cursor));
}

function readSingleQuoted(cursor: Cursor, rules: LexRules): string {
  const quote = next(cursor);
  const end = cursor.characters.indexOf(quote, cursor.at);
  if (end === -1) throw new BadSubstitution('unexpected end of statement while looking for matching single-quote');
  const inner = cursor.characters.slice(cursor.at, end).join('');
  cursor.at = end + 1;
  return rules.keepQuotes ? quote + inner + quote : inner;
}

/** In double quotes variables are replaced, and only `"`, `$` and the escape itself can be escaped. */
function readDoubleQuoted(cursor: Cursor, rules: LexRules): string {
  const quote = next(cursor);
  let inner = '';
  for (let character = peek(cursor); character !== quote; character = peek(cursor)) {
    if (character === endOfText) {
      throw new BadSubstitution('unexpected end of statement while looking for matching double-quote');
    }
    if (character === '$') {
      inner += readDollar(cursor, rules, readUntil);
      continue;
    }
    next(cursor);
    if (character !== rules.escape) {
      inner += character;
      continue;
    }
    if (rules.keepEscapes) inner += character;
    const escaped = peek(cursor);
    if (escaped === endOfText) continue;
    inner += ['"', '$', rules.escape].includes(escaped) ? next(cursor) : character;
  }
  next(cursor);
  return rules.keepQuotes ? quote + inner + quote : inner;
}

/** `<<` keeps the blanks after it, so that `<< EOF` is one word. */
function readHeredocMark(cursor: Cursor): string {
  next(cursor);
  if (peek(cursor) !== '<') return '<';
  next(cursor);
  let blanks = '';
  while (['\t', '\r', ' '].includes(peek(cursor))) blanks += next(cursor);
  return `<<${blanks}`;
}
