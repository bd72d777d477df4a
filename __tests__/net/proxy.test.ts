import type { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { facts, get, harness } from './harness.ts';
import { type Certificate, type Loopback, certificateFor, freePort, serveHttp, serveTcp } from './loopback.ts';

const { client, kept } = harness();
let certificate: Certificate;

beforeAll(() => {
  certificate = certificateFor('127.0.0.1');
});

function ok(_request: IncomingMessage, response: ServerResponse): void {
  response.end('hello');
}

interface Proxy extends Loopback {
  readonly seen: string[];
}

async function proxy(refuse?: number): Promise<Proxy> {
  const seen: string[] = [];
  const server = await kept(
    serveTcp((socket) => {
      socket.once('data', (head) => {
        const [line = ''] = head.toString().split('\r\n');
        const authorization = /^proxy-authorization: (.*)$/im.exec(head.toString())?.[1] ?? '';
        seen.push(`${line} ${authorization}`.trim());
        if (refuse === 0) return;
        if (refuse !== undefined) {
          socket.end(`HTTP/1.1 ${refuse} No\r\ncontent-length: 0\r\n\r\n`);
          return;
        }
        const [, port] = /:(\d+) /.exec(line) ?? [];
        const onwards = net.connect(Number(port), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.pipe(onwards).pipe(socket);
        });
        onwards.on('error', () => socket.destroy());
      });
    }),
  );
  return { ...server, seen };
}

test.each([false, true])('a tunnel, kept alive (TLS: %s)', async (secure) => {
  const target = await kept(serveHttp(ok, secure ? certificate : undefined));
  const through = await proxy();
  const proxyFor = (): URL => new URL(`http://user:secret@127.0.0.1:${through.port}`);
  const http = client({ proxyFor, ca: certificate.cert });
  const url = `${secure ? 'https' : 'http'}://127.0.0.1:${target.port}/`;
  expect(await get(http, url)).toMatchObject({ status: 200, body: Buffer.from('hello') });
  expect(await get(http, url)).toMatchObject({ status: 200 });
  const basic = Buffer.from('user:secret').toString('base64');
  expect(through.seen).toEqual([`CONNECT 127.0.0.1:${target.port} HTTP/1.1 Basic ${basic}`]);
});

test.each([
  [407, 'answered 407'],
  [503, 'answered 503'],
])('a proxy that says %i', async (status, message) => {
  const through = await proxy(status);
  const http = client({ proxyFor: () => new URL(`http://127.0.0.1:${through.port}`) });
  expect(facts(await get(http, 'https://registry.example/v2/'))).toEqual({
    kind: 'failed',
    phase: 'connect',
    code: 'ERR_PROXY',
    message: `proxy 127.0.0.1:${through.port} ${message}`,
  });
});

test('a silent or dead proxy', async () => {
  const through = await proxy(0);
  const http = client({ proxyFor: () => new URL(`http://127.0.0.1:${through.port}`) });
  expect(await get(http, 'https://registry.example/', 200)).toMatchObject({ phase: 'connect', code: 'ETIMEDOUT' });
  await expect.poll(through.open).toBe(0);

  const port = await freePort();
  const dead = client({ proxyFor: () => new URL(`http://127.0.0.1:${port}`) });
  const message = `proxy 127.0.0.1:${port} failed: ECONNREFUSED`;
  expect(await get(dead, 'https://registry.example/')).toMatchObject({ phase: 'connect', message });
});
