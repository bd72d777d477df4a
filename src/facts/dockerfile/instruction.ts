import { isSpace, trimSpace } from './spaces.ts';

/** One instruction, its lines joined. */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  /** `--name=value`, quotes taken off. */
  readonly flags: readonly string[];
  /** What follows the flags. */
  readonly rest: string;
  /** The joined line. */
  readonly line: string;
  /** Bodies of its heredocs. */
  readonly heredocs: readonly string[];
  /** 1-based. */
  readonly startLine: number;
}

/** BuildKit's `reWhitespace`. */
const blanks = /[\t\v\f\r ]+/;

/** Keyword, flags and the rest of a joined line (BuildKit frontend/dockerfile/parser/split_command.go). */
export function splitInstruction(line: string, escape: string): Pick<Instruction, 'keyword' | 'flags' | 'rest'> {
  const text = trimSpace(line);
  const blank = blanks.exec(text);
  if (blank === null) return { keyword: text.toUpperCase(), flags: [], rest: '' };
  const { flags, rest } = splitFlags(text.slice(blank.index + blank[0].length), escape);
  return { keyword: text.slice(0, blank.index).toUpperCase(), flags, rest: trimSpace(rest) };
}

/** `extractBuilderFlags`: leading words that start with `--`, up to a bare `--`. */
function splitFlags(text: string, escape: string): { readonly flags: readonly string[]; readonly rest: string } {
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text.charAt(at))) at += 1;
    if (!text.startsWith('--', at)) return { flags, rest: text.slice(at) };
    const word = readFlag(text, at, escape);
    at = word.end;
    if (word.value !== '--') flags.push(word.value);
    else if (at < text.length) return { flags, rest: text.slice(at) };
  }
}

function readFlag(text: string, start: number, escape: string): { readonly value: string; readonly end: number } {
  let value = '';
  let quote: string | null = null;
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === null && isSpace(character)) break;
    if (character === quote) quote = null;
    else if (quote === null && (character === '"' || character === "'")) quote = character;
    else if (character === escape) {
      at += 1;
      value += text.charAt(at);
    } else value += character;
  }
  return { value, end: at };
}

/** The last value of a flag: BuildKit refuses a repeated one. Null if it is absent or without value. */
export function flagValue(instruction: Pick<Instruction, 'flags'>, name: string): string | null {
  return flagValues(instruction, name).at(-1) ?? null;
}

export function flagValues(instruction: Pick<Instruction, 'flags'>, name: string): readonly string[] {
  const prefix = `--${name}=`;
  return instruction.flags.filter((flag) => flag.startsWith(prefix)).map((flag) => flag.slice(prefix.length));
}

/** Words separated by blanks, with no heed to quotes (`parseStringsWhitespaceDelimited`): those of FROM. */
export function plainWords(rest: string): readonly string[] {
  return rest === '' ? [] : rest.split(blanks);
}

/** An instruction's rest as JSON, where it is an array (`parseJSON`); else it is a shell's. */
type JsonForm =
  | { readonly kind: 'strings'; readonly strings: readonly string[] }
  /** An array of other things, which BuildKit refuses. */
  | { readonly kind: 'mixed' }
  | { readonly kind: 'shell' };

export function jsonForm(rest: string): JsonForm {
  if (!rest.startsWith('[')) return { kind: 'shell' };
  try {
    const value: unknown = JSON.parse(rest);
    if (!Array.isArray(value)) return { kind: 'shell' };
    return value.every((item) => typeof item === 'string') ? { kind: 'strings', strings: value } : { kind: 'mixed' };
  } catch {
    return { kind: 'shell' };
  }
}

/** Words with quotes respected and kept (`parseWords`): those of ARG and ENV. */
export function quotedWords(rest: string, escape: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote: string | null = null;
  let inWord = false;
  for (let at = 0; at < rest.length; at += 1) {
    const character = rest.charAt(at);
    if (quote === null && isSpace(character)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
      continue;
    }
    inWord = true;
    if (character === escape && quote !== "'") {
      at += 1;
      word += at < rest.length ? character + rest.charAt(at) : '';
      continue;
    }
    if (quote === null && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = null;
    word += character;
  }
  return word === '' ? words : [...words, word];
}
