import type { RequestListener } from 'node:http';
import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Http } from '../../src/net/http.ts';
import { probeDns, probeGoProxy, probeInternet } from '../../src/health/probe-network.ts';
import { harness } from '../net/harness.ts';
import { serveHttp } from '../net/loopback.ts';

const { client, kept } = harness();
const never = new AbortController().signal;

describe('a Go proxy', () => {
  const module: RequestListener = (request, response) => {
    if (request.url === '/golang.org/x/mod/@v/v0.2.0.mod') response.end('module golang.org/x/mod\n');
    else response.writeHead(404).end();
  };

  async function probe(answer: RequestListener, suffix = '', timeoutMs = 5000): Promise<object> {
    const { port } = await kept(serveHttp(answer));
    const { state, evidence } = await probeGoProxy(client(), `http://127.0.0.1:${port}${suffix}`, timeoutMs, never);
    return { state, evidence: evidence.replace(`127.0.0.1:${port}`, 'HOST') };
  }

  test.each<[string, RequestListener, object]>([
    ['serves a module', module, { state: 'up', evidence: 'HOST answered' }],
    ['404', (_, response) => response.writeHead(404).end(), { state: 'down', evidence: 'HOST answered 404' }],
    ['502', (_, response) => response.writeHead(502).end(), { state: 'down', evidence: 'HOST answered 502' }],
    [
      'a page for people',
      (_, response) => response.end('<html>'),
      { state: 'down', evidence: 'HOST answered something else than a module' },
    ],
  ])('%s', async (_, answer, observation) => {
    expect(await probe(answer)).toEqual(observation);
  });

  test('a slash at the end of its URL changes nothing', async () => {
    expect(await probe(module, '/')).toEqual({ state: 'up', evidence: 'HOST answered' });
  });

  test('is silent', async () => {
    expect(await probe(() => undefined, '', 300)).toEqual({ state: 'down', evidence: 'HOST: no answer in 0.3 s' });
  });
});

/** Anchors by name: an answer, a refusal, or silence until the signal. */
function anchors(answers: Readonly<Record<string, 'answers' | 'refuses'>>): { http: Http; given: () => number } {
  let givenUp = 0;
  const http: Http = {
    dispose: () => undefined,
    request: async ({ url, signal }) => {
      const { host } = new URL(url);
      if (answers[host] === 'answers')
        return { kind: 'response', status: 301, headers: {}, body: Buffer.alloc(0), truncated: false, latencyMs: 12 };
      if (answers[host] !== 'refuses') {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        givenUp += 1;
      }
      return { kind: 'failed', phase: 'connect', code: 'ECONNREFUSED', message: 'connection refused', latencyMs: 1 };
    },
  };
  return { http, given: () => givenUp };
}

describe('the internet', () => {
  test('one anchor of three is enough, and the others are not waited for', async () => {
    const { http, given } = anchors({ 'github.com': 'answers', 'www.google.com': 'refuses' });
    expect(await probeInternet(http, 60_000, never)).toEqual({
      state: 'up',
      latencyMs: 12,
      evidence: 'a way out is there',
    });
    await new Promise(setImmediate);
    expect(given()).toBe(1);
  });

  test('none', async () => {
    const { http } = anchors({ 'github.com': 'refuses', 'www.google.com': 'refuses', 'www.cloudflare.com': 'refuses' });
    expect(await probeInternet(http, 60_000, never)).toEqual({
      state: 'down',
      latencyMs: null,
      evidence:
        'www.google.com: connection refused, www.cloudflare.com: connection refused, github.com: connection refused',
    });
  });

  test('silence ends with the time-out', async () => {
    expect((await probeInternet(anchors({}).http, 200, never)).state).toBe('down');
  });
});

describe('DNS', () => {
  /** Knows some names; is silent on others until it is given up. */
  const knowing =
    (known: readonly string[], silent = false) =>
    (signal: AbortSignal): LookupFunction =>
    (name, _, callback) => {
      const unknown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
      if (known.includes(name)) callback(null, [{ address: '192.0.2.1', family: 4 }]);
      else if (silent) signal.addEventListener('abort', () => callback(unknown, '', 0));
      else callback(unknown, '', 0);
    };

  test('one name of three is enough', async () => {
    const { state, evidence } = await probeDns(knowing(['www.google.com'], true), 60_000, never);
    expect({ state, evidence }).toEqual({ state: 'up', evidence: 'names resolve' });
  });

  test.each([false, true])('none (silent: %s)', async (silent) => {
    expect(await probeDns(knowing([], silent), 200, never)).toEqual({
      state: 'down',
      latencyMs: null,
      evidence: 'github.com: ENOTFOUND, registry-1.docker.io: ENOTFOUND, www.google.com: ENOTFOUND',
    });
  });
});
