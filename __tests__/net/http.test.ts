import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { facts, get, harness } from './harness.ts';
import { type Certificate, certificateFor, freePort, serveHttp, serveTcp } from './loopback.ts';

const { client, kept } = harness();
let certificate: Certificate;

beforeAll(() => {
  certificate = certificateFor('127.0.0.1');
});

function ok(_request: IncomingMessage, response: ServerResponse): void {
  response.end('hello');
}

describe('answers', () => {
  test('status, headers and body', async () => {
    const server = await kept(
      serveHttp((request, response) => {
        response.writeHead(404, { 'X-Method': request.method, 'Set-Cookie': ['a=1', 'b=2'], date: 'never' });
        response.end('no such thing');
      }),
    );
    expect(facts(await get(client(), `http://127.0.0.1:${server.port}/x?y=1`))).toEqual({
      kind: 'response',
      status: 404,
      headers: expect.objectContaining({ 'x-method': 'GET', 'set-cookie': 'a=1, b=2' }),
      body: Buffer.from('no such thing'),
      truncated: false,
    });
  });

  test('a redirect is an answer', async () => {
    const server = await kept(serveHttp((_, response) => response.writeHead(307, { location: '/there' }).end()));
    const outcome = await get(client(), `http://127.0.0.1:${server.port}/`);
    expect(outcome).toMatchObject({ kind: 'response', status: 307, headers: { location: '/there' } });
    expect(server.connections()).toBe(1);
  });

  test('a header that cannot be sent is a failure', async () => {
    const headers = { authorization: 'Bearer a\r\nb' };
    const signal = AbortSignal.timeout(2000);
    const asked = client().request({ url: 'http://127.0.0.1:1/', method: 'GET', headers, signal, maxBytes: 1 });
    expect(await asked).toMatchObject({ kind: 'failed', code: 'ERR_INVALID_CHAR' });
  });

  test('reading stops at maxBytes, even of an endless body', async () => {
    const server = await kept(
      serveHttp((_, response) => {
        const timer = setInterval(() => response.write('x'.repeat(600)), 1);
        response.on('close', () => clearInterval(timer));
      }),
    );
    const outcome = await get(client(), `http://127.0.0.1:${server.port}/`);
    expect(facts(outcome)).toMatchObject({ status: 200, body: Buffer.alloc(1000, 'x'), truncated: true });
    await expect.poll(server.open).toBe(0);
  });

  test('connections are kept, and one that the server closed meanwhile is replaced', async () => {
    const server = await kept(
      serveHttp((request, response) => {
        response.setHeader('keep-alive', 'timeout=60');
        response.end('hello');
        if (request.url === '/last') setTimeout(() => request.socket.resetAndDestroy(), 0);
      }),
    );
    const http = client();
    const url = `http://127.0.0.1:${server.port}`;
    await get(http, `${url}/`);
    await get(http, `${url}/`);
    expect(server.connections()).toBe(1);
    for (let round = 0; round < 20; round += 1) {
      await get(http, `${url}/last`);
      expect(await get(http, `${url}/`)).toMatchObject({ kind: 'response', status: 200 });
    }
  });

  test('no more than the allowed requests at once to a host, the others in line', async () => {
    let running = 0;
    let most = 0;
    const server = await kept(
      serveHttp((_, response) => {
        running += 1;
        most = Math.max(most, running);
        setTimeout(() => {
          running -= 1;
          response.end();
        }, 10);
      }),
    );
    const http = client({ perHost: 3 });
    const all = await Promise.all(Array.from({ length: 12 }, () => get(http, `http://127.0.0.1:${server.port}/`)));
    expect(all.every((outcome) => outcome.kind === 'response')).toBe(true);
    expect(most).toBe(3);
  });
});

describe('failures', () => {
  test('connection refused', async () => {
    const outcome = await get(client(), `http://127.0.0.1:${await freePort()}/`);
    const message = 'connection refused';
    expect(facts(outcome)).toEqual({ kind: 'failed', phase: 'connect', code: 'ECONNREFUSED', message });
  });

  test('silence', async () => {
    const server = await kept(serveHttp(() => undefined));
    const outcome = await get(client(), `http://127.0.0.1:${server.port}/`, 300);
    const message = 'no answer in 0.3 s';
    expect(facts(outcome)).toEqual({ kind: 'failed', phase: 'response', code: 'ETIMEDOUT', message });
    await expect.poll(server.open).toBe(0);
  });

  test('silence in the TLS handshake', async () => {
    const server = await kept(serveTcp((socket) => socket.resume()));
    const outcome = await get(client(), `https://127.0.0.1:${server.port}/`, 300);
    const message = 'no TLS handshake in 0.3 s';
    expect(facts(outcome)).toEqual({ kind: 'failed', phase: 'tls', code: 'ETIMEDOUT', message });
    await expect.poll(server.open).toBe(0);
  });

  test('a body that never ends', async () => {
    const server = await kept(serveHttp((_, response) => void response.write('hel')));
    const outcome = await get(client(), `http://127.0.0.1:${server.port}/`, 300);
    const message = 'incomplete answer in 0.3 s';
    expect(facts(outcome)).toEqual({ kind: 'failed', phase: 'body', code: 'ETIMEDOUT', message });
  });

  test('a body that is cut', async () => {
    const server = await kept(
      serveHttp((request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('hel', () => request.socket.destroy());
      }),
    );
    const outcome = await get(client(), `http://127.0.0.1:${server.port}/`);
    const message = 'connection closed without a complete answer';
    expect(facts(outcome)).toEqual({ kind: 'failed', phase: 'body', code: 'ECONNRESET', message });
  });

  test('connection reset', async () => {
    const server = await kept(serveHttp((request) => request.socket.resetAndDestroy()));
    const outcome = await get(client(), `http://127.0.0.1:${server.port}/`);
    const message = 'connection reset';
    expect(facts(outcome)).toEqual({ kind: 'failed', phase: 'response', code: 'ECONNRESET', message });
  });

  test('not HTTP', async () => {
    const server = await kept(serveTcp((socket) => socket.end('220 smtp.example ESMTP\r\n')));
    const outcome = await get(client(), `http://127.0.0.1:${server.port}/`);
    expect(outcome).toMatchObject({ kind: 'failed', phase: 'response', message: 'answer is not HTTP' });
  });

  test.each([
    ['no-such-name.invalid', 'name not found'],
    ['no-such-name', 'name not found'],
  ])('%s', async (name, message) => {
    const outcome = await get(client(), `http://${name}/`, 10_000);
    expect(outcome).toMatchObject({ kind: 'failed', phase: 'dns' });
    // A sandbox without a name server answers EAI_AGAIN.
    expect([message, 'name server failed', 'name server did not answer']).toContain(
      (outcome as { message: string }).message,
    );
  });

  test('not a URL', async () => {
    expect(await get(client(), 'http://')).toMatchObject({ kind: 'failed', message: 'not a URL' });
  });

  test('certificates', async () => {
    const trusted = await kept(serveHttp(ok, certificate));
    const http = client({ ca: certificate.cert });
    expect(await get(http, `https://127.0.0.1:${trusted.port}/`)).toMatchObject({ status: 200 });
    expect(await get(client(), `https://127.0.0.1:${trusted.port}/`)).toMatchObject({
      phase: 'tls',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      message: 'certificate is not trusted',
    });
    expect(await get(http, `https://localhost:${trusted.port}/`)).toMatchObject({
      phase: 'tls',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: 'certificate is for another name',
    });
  });
});
