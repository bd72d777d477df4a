/** What a 401 asks for. */
export type Challenge =
  | { readonly kind: 'bearer'; readonly realm: string; readonly service: string | null; readonly scope: string | null }
  | { readonly kind: 'basic' };

/**
 * Reads `WWW-Authenticate` (RFC 9110 section 11.6.1), several challenges in one header included: a Bearer challenge
 * with a usable realm is preferred to Basic. Null when there is neither.
 */
export function parseChallenge(header: string | undefined): Challenge | null {
  if (header === undefined) return null;
  const bearer = /(?:^|[\s,])bearer\s+(.*)$/is.exec(header);
  if (bearer !== null) {
    const parameters = parametersOf(bearer[1] ?? '');
    const realm = parameters.get('realm') ?? '';
    if (/^https?:\/\//i.test(realm) && URL.canParse(realm)) {
      return {
        kind: 'bearer',
        realm,
        service: parameters.get('service') ?? null,
        scope: parameters.get('scope') ?? null,
      };
    }
  }
  return /(?:^|[\s,])basic(?:\s|,|$)/i.test(header) ? { kind: 'basic' } : null;
}

/** `name="quoted"` and `name=token`, separated by commas; the first of a name wins, the next scheme ends the list. */
function parametersOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const pattern = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)/gy;
  for (const [, name = '', quoted, token] of text.matchAll(pattern)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted === undefined ? (token ?? '') : quoted.replace(/\\(.)/g, '$1'));
  }
  return found;
}
