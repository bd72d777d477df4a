import { z } from 'zod';
import type { Http } from '../net/http.ts';
import { type RegistryRefusal, refusalOfFailure, refusalOfStatus } from './answer.ts';
import type { Challenge } from './challenge.ts';
import { parseJson } from './json.ts';

/** How to present oneself to a registry. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  /** An OAuth2 refresh token, docker's `identitytoken`. */
  | { readonly identityToken: string };

export type TokenAnswer =
  { readonly kind: 'granted'; readonly authorization: string; readonly lifetimeMs: number } | RegistryRefusal;

/** The specification's default, and the least that is worth keeping. */
const defaultLifetimeSeconds = 60;
const maxTokenBytes = 256 * 1024;

const tokenSchema = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().positive().optional(),
});

/**
 * Asks a token server for the right to pull (https://distribution.github.io/distribution/spec/auth/token/ and
 * …/oauth/ for identity tokens). Anonymous without credentials.
 */
export async function requestToken(
  http: Http,
  wanted: {
    readonly challenge: Extract<Challenge, { kind: 'bearer' }>;
    readonly scope: string;
    readonly credentials: Credentials | null;
    readonly resource: string;
    readonly nowMs: number;
  },
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const { realm, service } = wanted.challenge;
  const { host } = new URL(realm);
  const outcome = await http.request({ ...tokenRequest(realm, service, wanted), signal, maxBytes: maxTokenBytes });
  if (outcome.kind === 'failed') return refusalOfFailure(host, outcome);
  const { status, headers } = outcome;
  if (status !== 200) return refusalOfTokenServer({ ...wanted, host, status, headers });
  const parsed = tokenSchema.safeParse(parseJson(outcome.body.toString('utf8')));
  const token = parsed.data?.token ?? parsed.data?.access_token;
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) {
    return { kind: 'failed', host, phase: 'answer', status, evidence: `${host} answered without a token` };
  }
  const lifetimeMs = (parsed.data?.expires_in ?? defaultLifetimeSeconds) * 1000;
  return { kind: 'granted', authorization: `Bearer ${token}`, lifetimeMs };
}

/** A token server that knows nothing of our request is broken: its 404 does not mean that the image is missing. */
function refusalOfTokenServer(answered: Parameters<typeof refusalOfStatus>[0]): RegistryRefusal {
  const refusal = refusalOfStatus(answered);
  if (refusal.kind !== 'missing') return refusal;
  return { ...refusal, kind: 'failed', phase: 'answer', status: answered.status };
}

interface TokenRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function tokenRequest(
  realm: string,
  service: string | null,
  { scope, credentials }: { readonly scope: string; readonly credentials: Credentials | null },
): TokenRequest {
  const fields = new URLSearchParams({ ...(service === null ? {} : { service }), scope });
  if (credentials !== null && 'identityToken' in credentials) {
    fields.set('grant_type', 'refresh_token');
    fields.set('refresh_token', credentials.identityToken);
    fields.set('client_id', 'smart-docker-build');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { url: realm, method: 'POST', headers, body: fields.toString() };
  }
  const url = new URL(realm);
  for (const [name, value] of fields) url.searchParams.append(name, value);
  const headers = credentials === null ? {} : { authorization: basicAuthorization(credentials) };
  return { url: url.href, method: 'GET', headers };
}

/** RFC 7617. */
export function basicAuthorization(credentials: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}
