import type { Http, HttpRequest, HttpResponse } from '../net/http.ts';
import { type Location, type RegistryRefusal, apiHost, refusalOfFailure, resourceText } from './answer.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import { type Credentials, basicAuthorization, requestToken } from './token.ts';

export interface RegistryPorts {
  readonly http: Http;
  /** For a registry as the user names it (`docker.io`, `ghcr.io`); null means anonymous. */
  readonly credentialsFor: (host: string) => Promise<Credentials | null>;
  /** Hosts spoken to in clear text; by default loopback alone, as in containerd (`MatchLocalhost`). */
  readonly plainHttp?: (host: string) => boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface ApiRequest {
  readonly method: 'GET' | 'HEAD';
  /** `manifests` or `blobs`. */
  readonly resource: 'manifests' | 'blobs';
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  /** Takes the body as it comes; see HttpRequest. */
  readonly into?: HttpRequest['into'];
}

/** A complete answer of whatever status, after authentication and redirects. `host` is the one that gave it, a CDN perhaps. */
export type ApiAnswer =
  { readonly kind: 'answered'; readonly host: string; readonly response: HttpResponse } | RegistryRefusal;

export interface RegistrySession {
  send(location: Location, request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>;
}

interface Given {
  readonly header: string | null;
  readonly resource: string;
  readonly signal: AbortSignal;
}

type Authorization = { readonly kind: 'authorized'; readonly header: string | null } | RegistryRefusal;

const anonymous: Authorization = { kind: 'authorized', header: null };
const maxRedirects = 5;
/** A token is renewed this long before its end. */
const tokenMarginMs = 10_000;

/** Authentication and redirects, the two things that lie between a request and a registry's answer. */
export function createSession(ports: RegistryPorts): RegistrySession {
  const now = ports.now ?? Date.now;
  const isPlain = ports.plainHttp ?? isLoopback;
  const challenges = new Map<string, Challenge>();
  const tokens = new Map<string, { readonly header: string; readonly endsAtMs: number }>();

  async function authorize(location: Location, challenge: Challenge, signal: AbortSignal): Promise<Authorization> {
    const scope = scopeOf(location, challenge);
    const key = tokenKey(location, challenge);
    const known = tokens.get(key);
    if (known !== undefined && known.endsAtMs > now()) return { kind: 'authorized', header: known.header };
    const credentials = await ports.credentialsFor(location.host);
    if (challenge.kind === 'basic') {
      const usable = credentials !== null && 'username' in credentials;
      return { kind: 'authorized', header: usable ? basicAuthorization(credentials) : null };
    }
    const host = apiHost(location.host);
    // Nor may a registry out there learn by us what a service on this machine answers.
    const mayBePlain = isPlain(host) && isPlain(new URL(challenge.realm).host);
    if (new URL(challenge.realm).protocol === 'http:' && !mayBePlain) {
      return wrongAnswer(host, 401, `${host} names a token server without TLS: ${new URL(challenge.realm).origin}`);
    }
    const resource = resourceText(location);
    const token = await requestToken(ports.http, { challenge, scope, credentials, resource, nowMs: now() }, signal);
    if (token.kind !== 'granted') return token;
    tokens.set(key, { header: token.authorization, endsAtMs: now() + token.lifetimeMs - tokenMarginMs });
    return { kind: 'authorized', header: token.authorization };
  }

  /** Follows redirects by hand: the authorization goes to the registry's own origin and nowhere else. */
  async function follow(first: URL, request: ApiRequest, given: Given): Promise<ApiAnswer> {
    const { header, resource, signal } = given;
    let url = first;
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      const own = url.origin === first.origin && header !== null;
      const headers = own ? { ...request.headers, authorization: header } : request.headers;
      const { method, maxBytes, into } = request;
      const sent = { url: url.href, method, headers, signal, maxBytes };
      const response = await ports.http.request(into === undefined ? sent : { ...sent, into });
      if (response.kind === 'failed') return refusalOfFailure(url.host, response);
      const target = response.headers['location'];
      if (response.status < 300 || response.status > 399 || target === undefined) {
        return { kind: 'answered', host: url.host, response };
      }
      const next = URL.canParse(target, url.href) ? new URL(target, url) : null;
      if (next === null || !isSafeStep(url, next)) {
        const where = next === null ? 'nowhere' : next.origin;
        return wrongAnswer(url.host, response.status, `${url.host} redirects ${resource} to ${where}`);
      }
      url = next;
    }
    return wrongAnswer(url.host, null, `${url.host} redirects ${resource} in circles`);
  }

  async function send(location: Location, request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    const host = apiHost(location.host);
    const resource = resourceText(location);
    const origin = `${isPlain(host) ? 'http' : 'https'}://${host}`;
    const text = `${origin}/v2/${location.repository}/${request.resource}/${location.reference}`;
    if (!URL.canParse(text)) return wrongAnswer(host, null, `${host} is not a host name`);
    const url = new URL(text);

    // The second try is for what a 401 taught: how to authenticate, or that a token was withdrawn.
    let challenge = challenges.get(location.host) ?? null;
    for (let tries = 1; ; tries += 1) {
      const authorization = challenge === null ? anonymous : await authorize(location, challenge, signal);
      if (authorization.kind !== 'authorized') return authorization;
      const answer = await follow(url, request, { header: authorization.header, resource, signal });
      if (answer.kind !== 'answered' || answer.response.status !== 401 || answer.host !== url.host) return answer;

      tokens.delete(tokenKey(location, challenge));
      const asked = parseChallenge(answer.response.headers['www-authenticate']);
      if (asked === null || tries === 2) return answer;
      challenge = asked;
      challenges.set(location.host, asked.kind === 'bearer' ? { ...asked, scope: null } : asked);
    }
  }

  return { send };
}

/** The challenge's own scope is more exact than the usual one, but says nothing about other repositories. */
function scopeOf(location: Location, challenge: Challenge | null): string {
  const given = challenge?.kind === 'bearer' ? challenge.scope : null;
  return given ?? `repository:${location.repository}:pull`;
}

function tokenKey(location: Location, challenge: Challenge | null): string {
  return `${location.host} ${scopeOf(location, challenge)}`;
}

/** Never from TLS to clear text. */
function isSafeStep(from: URL, to: URL): boolean {
  return to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
}

function wrongAnswer(host: string, status: number | null, evidence: string): RegistryRefusal {
  return { kind: 'failed', host, phase: 'answer', status, evidence };
}

/** containerd's `MatchLocalhost`: registries on this machine are spoken to without TLS. */
export function isLoopback(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname, port } = new URL(`http://${host}`);
  return port !== '443' && (hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname));
}
