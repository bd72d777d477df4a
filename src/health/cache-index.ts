import { createHash } from 'node:crypto';
import { scopeNamesOf } from './cache-rights.ts';

/** The version under which BuildKit stores everything (go-actions-cache, cache.go `version`). */
export const BUILDKIT_VERSION = '693bb7016429d80366022f036f84856888c9f13e00145f5f6f4dce303a38d6f2';

/** More scopes than these are not asked for: one that is found shows as much. */
const MAX_PREFIXES = 4;

/** Whatever else BuildKit keeps there is on the same blob store. */
const ANY = ['index-', 'buildkit-blob-'];

/**
 * Beginnings of the keys under which BuildKit looks for its index: one for each of its scopes and each scope of the token
 * (BuildKit cache/remotecache/gha, `index-<scope>-1-<hash of the token's scope>#<n>`).
 */
export function indexPrefixes(scopes: readonly string[], token: string): readonly string[] {
  const granted = scopeNamesOf(token).map((name) => createHash('sha256').update(name).digest('hex').slice(0, 8));
  const own = scopes.flatMap((scope) => granted.map((hash) => `index-${scope}-1-${hash}#`)).slice(0, MAX_PREFIXES);
  return own.length === 0 ? [] : [...own, ...ANY];
}
