/** How far a request got before it failed; `aborted` when the caller gave it up before any deadline. */
export type HttpPhase = 'dns' | 'connect' | 'tls' | 'response' | 'body' | 'aborted';

/** A request without a complete answer. */
export interface HttpFailure {
  readonly kind: 'failed';
  readonly phase: HttpPhase;
  /** Node's or OpenSSL's code, `ETIMEDOUT` for a deadline, `ABORT_ERR` for a request that was given up. */
  readonly code: string | null;
  /** Short and human, follows "HOST: " in a sentence: `connection refused`, `no answer in 2.5 s`. */
  readonly message: string;
  readonly latencyMs: number;
}

/** Codes: https://nodejs.org/api/errors.html, `openssl verify`, c-ares (https://nodejs.org/api/dns.html#error-codes). */
const messages: Readonly<Record<string, string>> = {
  ENOTFOUND: 'name not found',
  ENODATA: 'name has no address',
  ESERVFAIL: 'name server failed',
  EREFUSED: 'name server refused to answer',
  EAI_AGAIN: 'name server failed',
  ETIMEOUT: 'name server did not answer',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ECONNABORTED: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no connection',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another name',
  CERT_HAS_EXPIRED: 'certificate has expired',
  CERT_NOT_YET_VALID: 'certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate is not trusted',
  EPROTO: 'TLS handshake failed',
};

const deadlineMessages: Readonly<Record<HttpPhase, string>> = {
  dns: 'name server did not answer',
  connect: 'no connection',
  tls: 'no TLS handshake',
  response: 'no answer',
  body: 'incomplete answer',
  aborted: 'no answer',
};

/** The failure that an error or an abort reason stands for. */
export function failureOf(failed: {
  readonly cause: unknown;
  readonly phase: HttpPhase;
  readonly latencyMs: number;
}): HttpFailure {
  const { cause, phase, latencyMs } = failed;
  const code = codeOf(cause);
  if (nameOf(cause) === 'TimeoutError') {
    const message = `${deadlineMessages[phase]} in ${seconds(latencyMs)}`;
    return { kind: 'failed', phase, code: 'ETIMEDOUT', message, latencyMs };
  }
  if (nameOf(cause) === 'AbortError') {
    return { kind: 'failed', phase: 'aborted', code: 'ABORT_ERR', message: 'given up', latencyMs };
  }
  return { kind: 'failed', phase, code, message: messageOf(cause, code), latencyMs };
}

/** 2.5 s, 0.3 s, 12 s: as exact as a person needs it. */
export function seconds(ms: number): string {
  return `${ms < 9950 ? (ms / 1000).toFixed(1).replace(/\.0$/, '') : Math.round(ms / 1000)} s`;
}

function messageOf(cause: unknown, code: string | null): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (text === 'socket hang up' || text === 'aborted') return 'connection closed without a complete answer';
  const known = code !== null && Object.hasOwn(messages, code) ? messages[code] : undefined;
  if (known !== undefined) return known;
  if (code?.startsWith('HPE_') === true) return 'answer is not HTTP';
  if (code?.startsWith('ERR_SSL_') === true) return 'TLS handshake failed';
  return text;
}

function codeOf(cause: unknown): string | null {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

function nameOf(cause: unknown): string | null {
  return cause instanceof Error ? cause.name : null;
}
