import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttp, type Http } from '../../src/net/http.ts';
import { createBlobClient, type BlobClient } from '../../src/registry/blob-stream.ts';
import { serveHttp, type Loopback } from '../net/loopback.ts';

const bytes = Buffer.from('a layer of some length, sent in one piece or from the middle on'.repeat(20));
const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

let http: Http;
let server: Loopback | undefined;

beforeEach(() => {
  http = createHttp({ proxyFor: () => undefined });
});
afterEach(async () => {
  http.dispose();
  await server?.close();
});

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = await serveHttp(answer);
  return `127.0.0.1:${server.port}`;
}

interface Read {
  readonly opened: number[];
  readonly body: () => string;
  readonly answer: Awaited<ReturnType<BlobClient['streamBlob']>>;
}

async function read(host: string, from: number): Promise<Read> {
  const client = createBlobClient({ http, credentialsFor: () => Promise.resolve(null) });
  const opened: number[] = [];
  const chunks: Buffer[] = [];
  const open = (start: number): Writable => {
    opened.push(start);
    return new Writable({
      write(chunk: Buffer, _, done) {
        chunks.push(chunk);
        done();
      },
    });
  };
  const location = { host, repository: 'library/alpine', reference: digest };
  const answer = await client.streamBlob(location, from, open, AbortSignal.timeout(5000));
  return { opened, body: () => Buffer.concat(chunks).toString(), answer };
}

const ranged = (request: IncomingMessage, response: ServerResponse): void => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (request.headers.range === undefined) response.writeHead(200).end(bytes);
  else
    response
      .writeHead(206, { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` })
      .end(bytes.subarray(start));
};

test('a blob is streamed whole, and from the middle where a range is answered', async () => {
  const host = await serving(ranged);
  const whole = await read(host, 0);
  expect([whole.answer, whole.opened, whole.body()]).toEqual([{ kind: 'streamed', host }, [0], bytes.toString()]);
  const rest = await read(host, 500);
  expect([rest.answer, rest.opened, rest.body()]).toEqual([
    { kind: 'streamed', host },
    [500],
    bytes.subarray(500).toString(),
  ]);
});

test('a registry without ranges begins at 0, and says so', async () => {
  const host = await serving((_, response) => void response.writeHead(200).end(bytes));
  const { opened, body } = await read(host, 500);
  expect([opened, body()]).toEqual([[0], bytes.toString()]);
});

test('another range than was asked for is refused, and so is an error, whose body is no blob', async () => {
  const wrong = await serving(
    (_, response) => void response.writeHead(206, { 'content-range': `bytes 0-9/${bytes.length}` }).end('0123456789'),
  );
  expect(await read(wrong, 500)).toMatchObject({ opened: [], answer: { kind: 'failed', phase: 'answer' } });
  await server?.close();
  const down = await serving((_, response) => void response.writeHead(503).end('<html>'));
  expect(await read(down, 0)).toMatchObject({ opened: [], answer: { kind: 'failed', status: 503 } });
});

test('a connection that breaks off is a refusal; what came before it has arrived', async () => {
  const host = await serving((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 300), () => response.destroy());
  });
  const { answer, opened } = await read(host, 0);
  expect([answer.kind, opened]).toEqual(['failed', [0]]);
});
