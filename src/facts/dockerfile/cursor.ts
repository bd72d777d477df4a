/** A place in a word that is being expanded. */
export interface Cursor {
  readonly characters: readonly string[];
  at: number;
}

/** The value of a variable; undefined if it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface LexRules {
  readonly lookup: Lookup;
  readonly escape: string;
  /** Keep quotes in the result. */
  readonly keepQuotes: boolean;
  /** Keep the escape character in the result. */
  readonly keepEscapes: boolean;
  /** Leave `$NAME` as it stands where NAME is not set. */
  readonly keepUnset: boolean;
  /** How many `${…}` the place is within. */
  readonly depth: number;
}

/** The end of the text, as peek() and next() return it. */
export const endOfText = '';

export function cursorOn(text: string): Cursor {
  return { characters: [...text], at: 0 };
}

export function peek(cursor: Cursor): string {
  return cursor.characters[cursor.at] ?? endOfText;
}

export function next(cursor: Cursor): string {
  const character = peek(cursor);
  cursor.at += 1;
  return character;
}
