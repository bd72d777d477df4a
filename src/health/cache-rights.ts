/**
 * What the token of the Actions cache service allows. BuildKit reads the same claims itself and fails the whole build on
 * a malformed or expired token, `ignore-error` or not (go-actions-cache, cache.go `New`), so it has to be known before.
 */
export interface CacheRights {
  readonly read: boolean;
  readonly write: boolean;
  /** Why something is not allowed, or null. */
  readonly reason: string | null;
}

/** Permission bits of a scope in the `ac` claim (go-actions-cache, `Permission`). */
const READ = 1;
const WRITE = 2;

/**
 * @param token the runner's ACTIONS_RUNTIME_TOKEN, a JWT
 * @param mode the runner's ACTIONS_CACHE_MODE (read, write, write-only, none), or empty where it says nothing
 * @param nowMs the time, milliseconds since the epoch
 */
export function cacheRights(token: string, mode: string, nowMs: number): CacheRights {
  const granted = tokenRights(token, nowMs);
  switch (mode) {
    case 'none':
      return { read: false, write: false, reason: 'this job may not use the cache (ACTIONS_CACHE_MODE=none)' };
    case 'read':
      return {
        ...granted,
        write: false,
        reason: granted.reason ?? 'this job may only read the cache (ACTIONS_CACHE_MODE=read)',
      };
    case 'write-only':
      return {
        ...granted,
        read: false,
        reason: granted.reason ?? 'this job may only write the cache (ACTIONS_CACHE_MODE=write-only)',
      };
    default:
      return granted;
  }
}

function tokenRights(token: string, nowMs: number): CacheRights {
  const nothing = (reason: string): CacheRights => ({ read: false, write: false, reason });
  const claims = claimsOf(token);
  if (claims === null) return nothing('the runtime token is not a JSON web token');
  const seconds = nowMs / 1000;
  if (typeof claims['exp'] !== 'number' || typeof claims['nbf'] !== 'number') {
    return nothing('the runtime token does not say how long it is valid');
  }
  if (claims['exp'] < seconds) return nothing('the runtime token has expired');
  if (claims['nbf'] > seconds) return nothing('the runtime token is not valid yet');
  const scopes = scopesOf(claims['ac']);
  if (scopes === null) return nothing('the runtime token names no cache scopes');
  const bits = scopes.reduce((all, scope) => all | scope, 0);
  const write = (bits & WRITE) !== 0;
  return {
    read: (bits & READ) !== 0,
    write,
    reason: write ? null : 'the token may only read the cache, as in a pull request from a fork',
  };
}

/** The names of the scopes that a token speaks for, such as `refs/heads/main`; none where it cannot be read. */
export function scopeNamesOf(token: string): readonly string[] {
  const claim = claimsOf(token)?.['ac'];
  try {
    const scopes: unknown = typeof claim === 'string' ? JSON.parse(claim) : null;
    if (!Array.isArray(scopes)) return [];
    return scopes.flatMap((scope: unknown) => {
      const name = (scope as { Scope?: unknown } | null)?.Scope;
      return typeof name === 'string' ? [name] : [];
    });
  } catch {
    return [];
  }
}

/** What the token may do where, a line a scope: `refs/heads/main: read/write`; none where it cannot be read. */
export function scopeLines(token: string): readonly string[] {
  const names = ['none', 'read', 'write', 'read/write'];
  const bits = scopesOf(claimsOf(token)?.['ac']) ?? [];
  return scopeNamesOf(token).map((name, index) => `${name}: ${names[bits[index] ?? 0] ?? `permission ${bits[index]}`}`);
}

function claimsOf(token: string): Record<string, unknown> | null {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function scopesOf(claim: unknown): readonly number[] | null {
  if (typeof claim !== 'string') return null;
  try {
    const scopes: unknown = JSON.parse(claim);
    if (!Array.isArray(scopes)) return null;
    return scopes.map((scope: unknown) => Number((scope as { Permission?: unknown } | null)?.Permission ?? 0));
  } catch {
    return null;
  }
}
