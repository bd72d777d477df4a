/**
 * The runner's variables for the Actions cache. BuildKit reads the JWT without verifying it, but wants a decodable
 * signature, `ac` as a JSON string, and `exp` and `nbf` as numbers (go-actions-cache: cache.go `New`).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const secret = 'outage lab, not a secret';
export const resultsUrl = 'https://results-receiver.actions.githubusercontent.com/';

/** How the run and the job are called behind the scenes; artifacts are uploaded under these. */
export const jobIds = {
  run: 'ce7f54c7-61c7-4aae-887f-30da475f5f1a',
  job: 'ca395085-040a-526b-2ce8-bdc85f692774',
} as const;

/** 1 reads, 2 writes, 3 does both (go-actions-cache: cache.go `Permission`). */
export interface CacheScope {
  readonly scope: string;
  readonly permission: 1 | 2 | 3;
}

export interface RunnerTokenOptions {
  /** The branch's own scope first, then those it may read. */
  readonly scopes?: readonly CacheScope[];
  /** Negative for an expired one. */
  readonly validForSeconds?: number;
}

const defaultScopes: readonly CacheScope[] = [{ scope: 'refs/heads/main', permission: 3 }];

export function createRunnerToken(options: RunnerTokenOptions = {}): string {
  const { scopes = defaultScopes, validForSeconds = 6 * 3600 } = options;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    scp: `Actions.ExampleScope Actions.Results:${jobIds.run}:${jobIds.job}`,
    ac: JSON.stringify(scopes.map(({ scope, permission }) => ({ Scope: scope, Permission: permission }))),
    repository_id: '42',
    nbf: now - 300,
    exp: now + validForSeconds,
    iat: now - 300,
  };
  const head = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return `${head}.${sign(head)}`;
}

/** What a job of the lab has in its environment. `@actions/cache` wants the server URL, to take itself for github.com. */
export function runnerVariables(options: RunnerTokenOptions = {}): Readonly<Record<string, string>> {
  return {
    ACTIONS_RUNTIME_TOKEN: createRunnerToken(options),
    ACTIONS_RESULTS_URL: resultsUrl,
    ACTIONS_CACHE_URL: resultsUrl,
    ACTIONS_CACHE_SERVICE_V2: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
  };
}

/** The scopes of a good token; undefined for a forged, broken or expired one. */
export function readRunnerToken(token: string): readonly CacheScope[] | undefined {
  const [header, payload, signature = ''] = token.split('.');
  const expected = Buffer.from(sign(`${header}.${payload}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return undefined;
  }
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as { ac: string; exp: number };
  if (claims.exp * 1000 < Date.now()) {
    return undefined;
  }
  const scopes = JSON.parse(claims.ac) as readonly { Scope: string; Permission: CacheScope['permission'] }[];
  return scopes.map(({ Scope, Permission }) => ({ scope: Scope, permission: Permission }));
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(head: string): string {
  return createHmac('sha256', secret).update(head).digest('base64url');
}
