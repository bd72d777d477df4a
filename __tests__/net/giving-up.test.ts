import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { facts, get, harness } from './harness.ts';
import { serveHttp, serveTcp } from './loopback.ts';

const { client, kept } = harness();

test('an abort without a deadline', async () => {
  const server = await kept(serveHttp(() => undefined));
  const given = new AbortController();
  const url = `http://127.0.0.1:${server.port}/`;
  const asked = client().request({ url, method: 'GET', signal: given.signal, maxBytes: 0 });
  setTimeout(() => given.abort(), 50);
  expect(facts(await asked)).toEqual({ kind: 'failed', phase: 'aborted', code: 'ABORT_ERR', message: 'given up' });
  await expect.poll(server.open).toBe(0);
});

test('before the start, in line, on a kept connection, by dispose', async () => {
  const server = await kept(serveHttp((request, response) => void (request.url === '/' && response.end())));
  const http = client({ perHost: 1 });
  const url = `http://127.0.0.1:${server.port}`;
  const early = await http.request({ url, method: 'GET', signal: AbortSignal.abort(), maxBytes: 0 });
  expect(early).toMatchObject({ phase: 'aborted' });
  expect(server.connections()).toBe(0);

  expect(await get(http, `${url}/`)).toMatchObject({ status: 200 });
  const silent = get(http, `${url}/silent`, 400);
  const queued = get(http, `${url}/`, 200);
  expect(await queued).toMatchObject({ kind: 'failed', code: 'ETIMEDOUT', message: 'no answer in 0.2 s' });
  expect(await silent).toMatchObject({ kind: 'failed', phase: 'response', message: 'no answer in 0.4 s' });
  expect(server.connections()).toBe(1);

  const last = get(http, `${url}/silent`);
  setTimeout(http.dispose, 50);
  expect(await last).toMatchObject({ kind: 'failed', phase: 'aborted' });
});

test('nothing keeps the process alive, neither idle connections nor silent ones', async () => {
  const silent = await kept(serveHttp((request, response) => void (request.url === '/' && response.end())));
  const source = new URL('../../src/net/http.ts', import.meta.url).href;
  const mute = await kept(serveTcp((socket) => socket.resume()));
  const program = `
      import { createHttp } from ${JSON.stringify(source)};
      const http = createHttp({ proxyFor: () => undefined });
      const ask = (url) => http.request({ url, method: 'GET', signal: AbortSignal.timeout(300), maxBytes: 9 });
      const url = 'http://127.0.0.1:${silent.port}/';
      const all = await Promise.all([ask(url), ask(url + 'silent'), ask('https://127.0.0.1:${mute.port}/')]);
      console.log(all.map((one) => one.kind).join());`;
  const startedAt = performance.now();
  const output = await new Promise<string>((resolve, reject) => {
    const done = (error: Error | null, stdout: string, stderr: string): void =>
      error === null ? resolve(stdout) : reject(new Error(stderr, { cause: error }));
    execFile(process.execPath, ['--input-type=module', '-e', program], { timeout: 10_000 }, done);
  });
  expect(output).toBe('response,failed,failed\n');
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
