/** A substitution that BuildKit refuses; never leaves this folder's expansion. */
export class BadSubstitution extends Error {}

type Token =
  { readonly kind: 'star' } | { readonly kind: 'any' } | { readonly kind: 'character'; readonly text: string };

/**
 * A shell pattern: `*`, `?`, escapes of these and of `\`, no brackets (BuildKit frontend/dockerfile/shell/lex.go
 * `convertShellPatternToRegex`). Matched by hand in linear steps: as a regular expression, a few stars would be enough
 * to make JavaScript's engine, which backtracks unlike Go's, stand still.
 */
function tokensOf(pattern: string): readonly Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else if (character !== '\\') tokens.push({ kind: 'character', text: character });
    else {
      const next = characters[at + 1] ?? '';
      // The end of the pattern has to be escaped within it, but that escape is no part of it.
      if (next === '}' || next === '/') continue;
      if (next !== '*' && next !== '?' && next !== '\\') throw new BadSubstitution(`invalid escape '\\${next}'`);
      tokens.push({ kind: 'character', text: next });
      at += 1;
    }
  }
  return tokens;
}

/** Where matches that begin at `start` can end, as the shortest and the longest; null if there is none. */
function matchEnds(
  tokens: readonly Token[],
  text: readonly string[],
  start: number,
): { readonly shortest: number; readonly longest: number } | null {
  let shortest: number | null = null;
  let longest = start;
  let places = withSkippedStars(new Set([0]), tokens);
  for (let at = start; ; at += 1) {
    if (places.has(tokens.length)) {
      shortest ??= at;
      longest = at;
    }
    const character = text[at];
    if (character === undefined || places.size === 0) return shortest === null ? null : { shortest, longest };
    places = withSkippedStars(step(places, tokens, character), tokens);
  }
}

/** The places in the pattern after one more character; a wildcard matches anything but a line feed. */
function step(places: ReadonlySet<number>, tokens: readonly Token[], character: string): Set<number> {
  const following = new Set<number>();
  for (const place of places) {
    const token = tokens[place];
    if (token === undefined) continue;
    if (token.kind === 'character' ? token.text !== character : character === '\n') continue;
    following.add(token.kind === 'star' ? place : place + 1);
  }
  return following;
}

/** A star also matches nothing. A set that grows while it is walked reaches every star in a row. */
function withSkippedStars(places: Set<number>, tokens: readonly Token[]): ReadonlySet<number> {
  for (const place of places) {
    if (tokens[place]?.kind === 'star') places.add(place + 1);
  }
  return places;
}

function trimmed(tokens: readonly Token[], value: readonly string[], greedy: boolean): readonly string[] {
  const ends = matchEnds(tokens, value, 0);
  if (ends === null) return value;
  return value.slice(greedy ? ends.longest : ends.shortest);
}

/** `${name#pattern}`: the shortest (or greedy: longest) match cut off the start. */
export function trimPrefix(pattern: string, value: string, greedy: boolean): string {
  return trimmed(tokensOf(pattern), [...value], greedy).join('');
}

/** `${name%pattern}`: the same from the end. */
export function trimSuffix(pattern: string, value: string, greedy: boolean): string {
  const rest = trimmed(tokensOf(pattern).toReversed(), [...value].toReversed(), greedy);
  return rest.toReversed().join('');
}

/** `${name/pattern/replacement}` and, with `all`, `${name//pattern/replacement}`: leftmost, longest matches. */
export function replacePattern(value: string, pattern: string, replacement: string, all: boolean): string {
  const tokens = tokensOf(pattern);
  const characters = [...value];
  let result = '';
  let previousEnd = -1;
  for (let at = 0; at <= characters.length;) {
    const end = matchEnds(tokens, characters, at)?.longest ?? null;
    // Go ignores an empty match that touches the one before it.
    const matches = end !== null && !(end === at && at === previousEnd);
    if (matches) result += replacement;
    if (matches && !all) return result + characters.slice(end).join('');
    if (matches) previousEnd = end;
    if (!matches || end === at) {
      result += characters[at] ?? '';
      at += 1;
    } else at = end;
  }
  return result;
}
