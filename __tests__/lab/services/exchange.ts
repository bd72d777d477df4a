/** One request and its answer, as all front ends see them; every body leaves through `answer`. */
import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from '../contract.ts';
import type { RequestFault } from './fault-state.ts';

export interface Exchange {
  readonly host: LabHost;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly url: URL;
  readonly fault: RequestFault | undefined;
  readonly resetConnection: () => void;
  /** Adds what was sent to the request log. */
  readonly noteBody: (body: string) => void;
}

export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer | Readable;
}

export async function answer(exchange: Exchange, reply: Reply): Promise<void> {
  const { response, fault, method } = exchange;
  const { body = '' } = reply;
  const sized = body instanceof Readable || reply.status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  // What is left of an upload that is answered early must be read, or the connection cannot be used again.
  exchange.request.resume();
  response.writeHead(reply.status, { ...sized, ...reply.headers });
  if (method === 'HEAD') {
    if (body instanceof Readable) {
      body.resume();
    }
    response.end();
  } else if (fault?.fault === 'cut' || fault?.fault === 'stalled') {
    await sendPart(exchange, body instanceof Readable ? body : Readable.from([Buffer.from(body)]), fault);
  } else if (fault?.fault === 'trickling') {
    await trickle(response, body instanceof Readable ? body : Readable.from([Buffer.from(body)]), fault.bytesPerSecond);
  } else if (body instanceof Readable) {
    await pipeline(body, response);
  } else {
    response.end(body);
  }
}

async function sendPart(
  exchange: Exchange,
  body: Readable,
  { fault, bytes }: { readonly fault: 'cut' | 'stalled'; readonly bytes: number },
): Promise<void> {
  exchange.response.flushHeaders();
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Buffer>) {
      let left = bytes;
      for await (const chunk of chunks) {
        yield chunk.subarray(0, left);
        left -= chunk.length;
        if (left <= 0) {
          if (fault === 'stalled') {
            await once(exchange.response, 'close');
          }
          // A reset overtakes what is still in the send buffer.
          await sleep(30);
          exchange.resetConnection();
          return;
        }
      }
    },
    exchange.response,
  );
}

/** Pieces small enough that nobody who waits for one would call it a pause. */
const TRICKLE_MS = 50;

async function trickle(response: ServerResponse, body: Readable, bytesPerSecond: number): Promise<void> {
  const size = Math.max(1, Math.round((bytesPerSecond * TRICKLE_MS) / 1000));
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        for (let at = 0; at < chunk.length; at += size) {
          yield chunk.subarray(at, at + size);
          await sleep(TRICKLE_MS);
        }
      }
    },
    response,
  );
}

export function answerJson(
  exchange: Exchange,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): Promise<void> {
  const body = JSON.stringify(value);
  return answer(exchange, { status, headers: { 'content-type': 'application/json', ...headers }, body });
}

/** The error body of the distribution API (opencontainers/distribution-spec: spec.md, "Error Codes"). */
export function answerRegistryError(
  exchange: Exchange,
  status: number,
  error: { readonly code: string; readonly message: string; readonly detail?: unknown },
  headers: OutgoingHttpHeaders = {},
): Promise<void> {
  const version = { 'docker-distribution-api-version': 'registry/2.0' };
  return answerJson(exchange, status, { errors: [error] }, { ...version, ...headers });
}

export function htmlPage(title: string): string {
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

export async function readBody(stream: Readable, limitBytes = 16 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) {
      throw new Error(`a body of more than ${limitBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads the request to its end, without keeping it. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (!request.readableEnded && !request.complete) {
    request.resume();
    await Promise.race([once(request, 'end'), once(request, 'close')]);
  }
  request.resume();
}
