import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleBlob } from '../../src/health/sample-blob.ts';
import { createHttp, type Http } from '../../src/net/http.ts';
import { createBlobClient } from '../../src/registry/blob-stream.ts';
import { serveHttp, type Loopback } from '../net/loopback.ts';

let http: Http;
let server: Loopback;

beforeEach(() => {
  http = createHttp({ proxyFor: () => undefined });
});
afterEach(async () => {
  http.dispose();
  await server.close();
});

async function sample(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  from = 0,
): ReturnType<typeof sampleBlob> {
  server = await serveHttp(answer);
  const blobs = createBlobClient({ http, credentialsFor: () => Promise.resolve(null) });
  const reference = `sha256:${'a'.repeat(64)}`;
  const location = { host: `127.0.0.1:${server.port}`, repository: 'library/alpine', reference };
  return await sampleBlob(blobs, location, from, new AbortController().signal);
}

test('a blob that comes, of which no more is read than is needed', async () => {
  const seen = await sample((_, response) => response.writeHead(200).end(Buffer.alloc(5_000_000)));
  expect(seen).toEqual({ kind: 'comes', bytesPerSecond: expect.any(Number) as unknown });
});

test('the rest of a blob, from where the builder is', async () => {
  const seen = await sample((request, response) => {
    expect(request.headers.range).toBe('bytes=1000-');
    response.writeHead(206, { 'content-range': 'bytes 1000-1999/2000' }).end(Buffer.alloc(1000));
  }, 1000);
  expect(seen.kind).toBe('comes');
});

test('a blob that stops on an open connection', async () => {
  const seen = await sample((_, response) => {
    response.writeHead(200, { 'content-length': '5000000' }).write(Buffer.alloc(20_000));
  });
  expect(seen).toMatchObject({ kind: 'fails', evidence: expect.stringContaining('20000 bytes') as unknown });
});

test('a blob that never begins', async () => {
  const seen = await sample(() => undefined);
  expect(seen).toMatchObject({ kind: 'fails' });
});

test.each([
  [503, 'fails'],
  [403, 'unknown'],
  [404, 'unknown'],
])('a registry that answers %i', async (status, kind) => {
  expect((await sample((_, response) => response.writeHead(status).end())).kind).toBe(kind);
});
