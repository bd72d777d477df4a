import type { HttpFailure, HttpPhase } from '../net/failure.ts';

/** Where an image is asked for: which host, under which path, by which tag or digest. */
export interface Location {
  /** Registry host with port, `docker.io` for Docker Hub. */
  readonly host: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

/** What a registry says of the pulls left to this caller (Docker Hub's `ratelimit-*` headers). */
export interface RateLimit {
  readonly remaining: number;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** Every way in which a registry does not hand out what it was asked for. `host` is the one that said so. */
export type RegistryRefusal =
  | { readonly kind: 'missing'; readonly host: string; readonly evidence: string }
  /** 401 after authentication, or 403: it exists for others, or not at all (Docker Hub does not tell). */
  | { readonly kind: 'denied'; readonly status: number; readonly host: string; readonly evidence: string }
  | { readonly kind: 'limited'; readonly retryAfterMs: number | null; readonly host: string; readonly evidence: string }
  | {
      readonly kind: 'failed';
      readonly host: string;
      /** Where it broke; `answer` for a complete answer that is wrong (5xx, no manifest), `digest` for false bytes. */
      readonly phase: HttpPhase | 'answer' | 'digest';
      readonly status: number | null;
      readonly evidence: string;
    };

/** The API's own host: Docker Hub answers at another name than it goes by. */
export function apiHost(host: string): string {
  return host === 'docker.io' || host === 'index.docker.io' ? 'registry-1.docker.io' : host;
}

/** `library/golang:1.24-alpine`, `library/golang@sha256:…`. */
export function resourceText(location: Location): string {
  return `${location.repository}${location.reference.includes(':') ? '@' : ':'}${location.reference}`;
}

/** The refusal that a request without an answer stands for: `auth.docker.io did not answer in 2.5 s`. */
export function refusalOfFailure(host: string, failure: HttpFailure): RegistryRefusal {
  return { kind: 'failed', host, phase: failure.phase, status: null, evidence: failureEvidence(host, failure) };
}

function failureEvidence(host: string, failure: HttpFailure): string {
  const noAnswer = /^no answer (in .*)$/.exec(failure.message);
  return noAnswer === null ? `${host}: ${failure.message}` : `${host} did not answer ${noAnswer[1]}`;
}

/** The refusal that a status other than success stands for. `now` is needed for a Retry-After that is a date. */
export function refusalOfStatus(answered: {
  readonly host: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What was asked for, `library/golang:1.24-alpine`. */
  readonly resource: string;
  readonly nowMs: number;
}): RegistryRefusal {
  const { host, status, headers, resource, nowMs } = answered;
  const evidence = `${status} from ${host} on ${resource}`;
  if (status === 404) return { kind: 'missing', host, evidence };
  if (status === 401 || status === 403) return { kind: 'denied', status, host, evidence };
  if (status === 429)
    return { kind: 'limited', retryAfterMs: retryAfterMs(headers['retry-after'], nowMs), host, evidence };
  return { kind: 'failed', host, phase: 'answer', status, evidence };
}

/** Seconds or a date (RFC 9110 section 10.2.3); null for neither. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | null {
  if (text === undefined || text.trim() === '') return null;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(date - nowMs, 0);
}

/** `ratelimit-limit: 100;w=21600` and `ratelimit-remaining: 20;w=21600`; null when the registry says nothing. */
export function rateLimitOf(headers: Readonly<Record<string, string>>): RateLimit | null {
  const limit = /^\s*(\d+)\s*(?:;\s*w=(\d+))?/.exec(headers['ratelimit-limit'] ?? '');
  const remaining = /^\s*(\d+)/.exec(headers['ratelimit-remaining'] ?? '');
  if (limit === null || remaining === null) return null;
  return { remaining: Number(remaining[1]), limit: Number(limit[1]), windowSeconds: Number(limit[2] ?? 0) };
}
