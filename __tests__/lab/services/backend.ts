/** Requests to the one real registry behind all front ends. */
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readBody } from './exchange.ts';

export interface Backend {
  readonly origin: string;
  readonly agent: Agent;
}

export interface BackendRequest {
  readonly method: string;
  /** Path and query, with the host's prefix. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Readable;
}

export function createBackend(registryUrl: string): Backend {
  return { origin: registryUrl.replace(/\/$/, ''), agent: new Agent({ keepAlive: true }) };
}

export async function askBackend(backend: Backend, ask: BackendRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method, headers = {} } = ask;
  const outgoing = httpRequest(`${backend.origin}${ask.path}`, { method, headers, agent: backend.agent });
  outgoing.once('response', resolve);
  outgoing.once('error', reject);
  if (ask.body === undefined) {
    outgoing.end();
  } else {
    // A caller that breaks off must not leave a half upload hanging in the registry.
    pipeline(ask.body, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
  }
  return promise;
}

export interface BackendAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export async function fetchBackend(backend: Backend, ask: BackendRequest): Promise<BackendAnswer> {
  const response = await askBackend(backend, ask);
  return { status: response.statusCode ?? 0, headers: response.headers, body: await readBody(response) };
}

export async function repositoryExists(backend: Backend, repository: string): Promise<boolean> {
  const { status } = await fetchBackend(backend, { method: 'GET', path: `/v2/${repository}/tags/list` });
  return status === 200;
}

const perConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'authorization', 'expect']);

/** Headers that may travel on: credentials stay at the front end, connection handling belongs to each side. */
export function passedHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !perConnection.has(name)));
}
