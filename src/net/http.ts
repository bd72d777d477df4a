import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { pipeline, type Writable } from 'node:stream';
import { getProxyUrl } from '@actions/http-client/lib/proxy';
import { type HttpFailure, type HttpPhase, failureOf } from './failure.ts';
import { createLimit } from './limit.ts';
import { createLookup } from './lookup.ts';
import { type GivenUp, tunnelThrough } from './tunnel.ts';

/** One request. Redirects are not followed: where a registry sends us is a fact worth knowing. */
export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** Only with POST and PUT. */
  readonly body?: string | Buffer;
  /** Ends the request at any point; a reason named TimeoutError (`AbortSignal.timeout`) is reported as a deadline. */
  readonly signal: AbortSignal;
  /** Reading stops here, and the connection with it. */
  readonly maxBytes: number;
  /**
   * Takes the body of an answer as it comes, which then is not in the response and not limited by `maxBytes`. Null leaves
   * this answer's body where it is. The stream is ended with the body, or destroyed where that breaks off.
   */
  readonly into?: (head: Pick<HttpResponse, 'status' | 'headers'>) => Writable | null;
}

export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  /** Lower-case names; repeated headers are joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The answer was longer than `maxBytes`. */
  readonly truncated: boolean;
  /** From the start of the request (after waiting for a free slot) to the end of the answer's headers. */
  readonly latencyMs: number;
}

export type HttpOutcome = HttpResponse | HttpFailure;

export interface Http {
  /** Never rejects. */
  request(request: HttpRequest): Promise<HttpOutcome>;
  /** Closes every connection; requests under way end as failures. */
  dispose(): void;
}

export interface HttpOptions {
  /**
   * The proxy for a URL, with user name and password as they are (not percent-encoded). By default what https_proxy,
   * http_proxy and no_proxy say, as in GitHub's own toolkit: no proxy for loopback.
   */
  readonly proxyFor?: (url: URL) => URL | undefined;
  /** Certificate authorities to trust instead of Node's own (PEM). */
  readonly ca?: string;
  /** Requests under way at once to one host; more wait in line. Default 8. */
  readonly perHost?: number;
}

/** An HTTP client with keep-alive connections per origin, whose every failure is a value. */
export function createHttp(options: HttpOptions = {}): Http {
  const proxyFor = options.proxyFor ?? getProxyUrl;
  const lookup = createLookup();
  const limit = createLimit(options.perHost ?? 8);
  const agents = new Map<string, http.Agent>();
  const disposed = new AbortController();

  function agentFor(url: URL): http.Agent {
    const known = agents.get(url.origin);
    if (known !== undefined) return known;
    const secure = url.protocol === 'https:';
    const ca = options.ca === undefined ? {} : { ca: options.ca };
    const agent = secure ? new https.Agent({ keepAlive: true, ...ca }) : new http.Agent({ keepAlive: true });
    const proxy = proxyFor(url);
    if (proxy !== undefined) tunnelThrough(agent, proxy, url);
    agents.set(url.origin, agent);
    return agent;
  }

  async function request(wanted: HttpRequest): Promise<HttpOutcome> {
    const queuedAt = performance.now();
    if (!URL.canParse(wanted.url)) return failureOf({ cause: 'not a URL', phase: 'connect', latencyMs: 0 });
    const url = new URL(wanted.url);
    const signal = AbortSignal.any([wanted.signal, disposed.signal]);
    const release = await limit.acquire(url.host, signal);
    if (release === null) {
      return failureOf({ cause: signal.reason, phase: 'response', latencyMs: performance.now() - queuedAt });
    }
    try {
      const agent = agentFor(url);
      const proxied = proxyFor(url) !== undefined;
      for (;;) {
        const sent = await send({ ...wanted, signal }, url, { agent, proxied, lookup: lookup.withSignal(signal) });
        if (sent.kind !== 'stale') return sent;
      }
    } finally {
      release();
    }
  }

  function dispose(): void {
    disposed.abort();
    for (const agent of agents.values()) agent.destroy();
    agents.clear();
  }

  return { request, dispose };
}

interface Wiring {
  readonly agent: http.Agent;
  readonly proxied: boolean;
  readonly lookup: NonNullable<http.RequestOptions['lookup']>;
}

/**
 * `stale`: a kept-alive connection that the server had closed meanwhile. That says nothing about the server, so the
 * request is sent again (https://nodejs.org/api/http.html#requestreusedsocket); each time, one such connection is gone.
 */
function send(wanted: HttpRequest, url: URL, wiring: Wiring): Promise<HttpOutcome | { readonly kind: 'stale' }> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const secure = url.protocol === 'https:';
    let phase: HttpPhase = wiring.proxied || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0 ? 'connect' : 'dns';
    const { agent, lookup } = wiring;
    const options: http.RequestOptions & GivenUp = {
      method: wanted.method,
      headers: { ...wanted.headers },
      agent,
      lookup,
      givenUp: wanted.signal,
    };
    let outgoing: http.ClientRequest;
    try {
      outgoing = secure ? https.request(url, options) : http.request(url, options);
    } catch (cause) {
      // What somebody else told us, such as a token, need not fit into a header.
      resolve(failureOf({ cause, phase, latencyMs: 0 }));
      return;
    }

    function finish(outcome: HttpOutcome | { readonly kind: 'stale' }): void {
      wanted.signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    }
    function fail(cause: unknown): void {
      finish(failureOf({ cause, phase, latencyMs: performance.now() - startedAt }));
    }
    function onAbort(): void {
      fail(wanted.signal.reason);
      outgoing.destroy();
    }

    outgoing.on('socket', (socket) => {
      if (outgoing.reusedSocket) {
        phase = 'response';
        return;
      }
      if (wiring.proxied) phase = secure ? 'tls' : 'response';
      socket.once('lookup', (error: Error | null) => {
        if (error === null) phase = 'connect';
      });
      socket.once('connect', () => (phase = secure ? 'tls' : 'response'));
      socket.once('secureConnect', () => (phase = 'response'));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const repeatable = wanted.method !== 'POST' && phase === 'response' && !wanted.signal.aborted;
      if (outgoing.reusedSocket && repeatable && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '')) {
        finish({ kind: 'stale' });
      } else {
        fail(error);
      }
    });
    outgoing.on('response', (message) => {
      phase = 'body';
      const latencyMs = performance.now() - startedAt;
      const head = { status: message.statusCode ?? 0, headers: headersOf(message.headers) };
      const into = wanted.into?.(head) ?? null;
      if (into !== null) {
        const whole = { kind: 'response', ...head, body: Buffer.alloc(0), truncated: false, latencyMs } as const;
        pipeline(message, into, (error) => (error == null ? finish(whole) : fail(error)));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      function done(truncated: boolean): void {
        const body = Buffer.concat(chunks, Math.min(bytes, wanted.maxBytes));
        finish({ kind: 'response', ...head, body, truncated, latencyMs });
        if (truncated) outgoing.destroy();
      }
      message.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > wanted.maxBytes) done(true);
      });
      message.on('end', () => done(false));
      message.on('error', fail);
    });

    wanted.signal.addEventListener('abort', onAbort, { once: true });
    if (wanted.signal.aborted) onAbort();
    else outgoing.end(wanted.body);
  });
}

function headersOf(headers: http.IncomingHttpHeaders): Record<string, string> {
  const flat = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
  return Object.fromEntries(flat) as Record<string, string>;
}
