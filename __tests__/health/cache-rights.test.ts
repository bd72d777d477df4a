import { describe, expect, test } from 'vitest';
import { cacheRights } from '../../src/health/cache-rights.ts';

const nowMs = Date.UTC(2026, 8, 1);
const seconds = nowMs / 1000;

function token(claims: object): string {
  return ['{}', JSON.stringify(claims), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

function granting(...permissions: readonly number[]): string {
  const scopes = permissions.map((permission, index) => ({ Scope: `refs/heads/b${index}`, Permission: permission }));
  return token({ ac: JSON.stringify(scopes), nbf: seconds - 60, exp: seconds + 3600 });
}

const all = { read: true, write: true, reason: null };
const fork = 'the token may only read the cache, as in a pull request from a fork';
const readOnly = { read: true, write: false, reason: fork };
const nothing = (reason: string): object => ({ read: false, write: false, reason });

describe('what the token grants', () => {
  test.each<[string, string, object]>([
    ['its own branch, and reading the default one', granting(3, 1), all],
    ['a fork', granting(1, 1), readOnly],
    ['writing alone', granting(2), { read: false, write: true, reason: null }],
    ['no scopes', granting(), { read: false, write: false, reason: fork }],
    ['no token', 'opaque', nothing('the runtime token is not a JSON web token')],
    ['broken claims', 'a.!!!.c', nothing('the runtime token is not a JSON web token')],
    [
      'claims that are no object',
      `a.${Buffer.from('7').toString('base64url')}.c`,
      nothing('the runtime token is not a JSON web token'),
    ],
    ['expired', token({ ac: '[]', nbf: 0, exp: seconds - 1 }), nothing('the runtime token has expired')],
    ['not yet', token({ ac: '[]', nbf: seconds + 1, exp: seconds + 9 }), nothing('the runtime token is not valid yet')],
    ['without end', token({ ac: '[]', nbf: 0 }), nothing('the runtime token does not say how long it is valid')],
    [
      'without beginning',
      token({ ac: '[]', exp: seconds + 9 }),
      nothing('the runtime token does not say how long it is valid'),
    ],
    [
      'an end in words',
      token({ ac: '[]', nbf: 0, exp: 'soon' }),
      nothing('the runtime token does not say how long it is valid'),
    ],
    ['no scopes claim', token({ nbf: 0, exp: seconds + 9 }), nothing('the runtime token names no cache scopes')],
    [
      'scopes as a list',
      token({ ac: [], nbf: 0, exp: seconds + 9 }),
      nothing('the runtime token names no cache scopes'),
    ],
    [
      'scopes that are no list',
      token({ ac: '{}', nbf: 0, exp: seconds + 9 }),
      nothing('the runtime token names no cache scopes'),
    ],
    [
      'scopes that are no JSON',
      token({ ac: '[', nbf: 0, exp: seconds + 9 }),
      nothing('the runtime token names no cache scopes'),
    ],
  ])('%s', (_, given, rights) => {
    expect(cacheRights(given, '', nowMs)).toEqual(rights);
  });
});

describe('what ACTIONS_CACHE_MODE leaves of it', () => {
  test.each<[string, string, object]>([
    ['write', granting(3), all],
    [
      'read',
      granting(3),
      { read: true, write: false, reason: 'this job may only read the cache (ACTIONS_CACHE_MODE=read)' },
    ],
    ['read', granting(1), readOnly],
    [
      'write-only',
      granting(3),
      { read: false, write: true, reason: 'this job may only write the cache (ACTIONS_CACHE_MODE=write-only)' },
    ],
    ['none', granting(3), nothing('this job may not use the cache (ACTIONS_CACHE_MODE=none)')],
    ['none', 'opaque', nothing('this job may not use the cache (ACTIONS_CACHE_MODE=none)')],
    ['a mode of tomorrow', granting(3), all],
  ])('%s', (mode, given, rights) => {
    expect(cacheRights(given, mode, nowMs)).toEqual(rights);
  });
});
