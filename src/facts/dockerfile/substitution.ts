import { endOfText, next, peek, type Cursor, type LexRules } from './cursor.ts';
import { BadSubstitution, replacePattern, trimPrefix, trimSuffix } from './shell-pattern.ts';

/** Reads on to the closing character, expanding; the lexer's own loop, which calls back into this file. */
type ReadUntil = (cursor: Cursor, rules: LexRules, stop: string) => string;

/** `$NAME` and `${NAME…}` at the cursor (BuildKit frontend/dockerfile/shell/lex.go `processDollar`). */
export function readDollar(cursor: Cursor, rules: LexRules, readUntil: ReadUntil): string {
  next(cursor);
  if (peek(cursor) !== '{') {
    const name = readName(cursor);
    if (name === '') return '$';
    return rules.lookup(name) ?? (rules.keepUnset ? `$${name}` : '');
  }
  next(cursor);
  const first = peek(cursor);
  if (first === endOfText) throw new BadSubstitution(`missing "}"`);
  if ('{}:'.includes(first)) throw new BadSubstitution('bad substitution');

  const name = readName(cursor);
  const operator = next(cursor);
  if (operator === '}') return rules.lookup(name) ?? (rules.keepUnset ? `\${${name}}` : '');
  if (operator === '/') return replaced(cursor, rules, readUntil, name);

  const colon = operator === ':';
  const kind = colon ? next(cursor) : operator;
  const supported = colon ? '+-?' : '+-?#%';
  if (kind === endOfText || !supported.includes(kind)) {
    throw new BadSubstitution(`unsupported modifier (${colon ? ':' : ''}${kind}) in substitution`);
  }
  const word = readUntil(cursor, { ...rules, keepEscapes: kind === '#' || kind === '%' }, '}');
  const value = rules.lookup(name);
  if (value === undefined && rules.keepUnset) return `\${${name}${colon ? ':' : ''}${kind}${word}}`;
  return modified({ name, kind, word, value, emptyIsUnset: colon });
}

interface Modification {
  readonly name: string;
  readonly kind: string;
  readonly word: string;
  readonly value: string | undefined;
  readonly emptyIsUnset: boolean;
}

function modified({ name, kind, word, value, emptyIsUnset }: Modification): string {
  const isSet = value !== undefined && !(emptyIsUnset && value === '');
  switch (kind) {
    case '-':
      return isSet ? value : word;
    case '+':
      return isSet ? word : '';
    case '?':
      if (isSet) return value;
      throw new BadSubstitution(`${name}: ${word === '' ? `is not allowed to be ${value ?? 'unset'}` : word}`);
    default: {
      const greedy = word.startsWith(kind);
      const pattern = greedy ? word.slice(1) : word;
      return kind === '%' ? trimSuffix(pattern, value ?? '', greedy) : trimPrefix(pattern, value ?? '', greedy);
    }
  }
}

function replaced(cursor: Cursor, rules: LexRules, readUntil: ReadUntil, name: string): string {
  const all = peek(cursor) === '/';
  if (all) next(cursor);
  const raw: LexRules = { ...rules, keepEscapes: true };
  const pattern = readUntil(cursor, raw, '/');
  const replacement = readUntil(cursor, raw, '}');
  const value = rules.lookup(name);
  if (value === undefined && rules.keepUnset) return `\${${name}/${pattern}/${replacement}}`;
  return replacePattern(value ?? '', pattern, replacement, all);
}

const letterOrDigit = /^[\p{L}\p{Nd}_]$/u;
const digit = /^\p{Nd}$/u;

/** A name: letters, digits and `_`; only digits after a leading digit; or one special parameter. */
function readName(cursor: Cursor): string {
  const first = peek(cursor);
  if (first !== endOfText && '@*#?-$!'.includes(first)) return next(cursor);
  const allowed = digit.test(first) ? digit : letterOrDigit;
  let name = '';
  while (allowed.test(peek(cursor))) name += next(cursor);
  return name;
}
