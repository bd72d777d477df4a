import type { IncomingMessage, RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import type { CacheService } from '../../src/facts/runner.ts';
import { probeCache } from '../../src/health/probe-cache.ts';
import { harness } from '../net/harness.ts';
import { freePort, serveHttp } from '../net/loopback.ts';

const { client, kept } = harness();
const never = new AbortController().signal;

function replies(status: number, type: string, body: string): RequestListener {
  return (_, response) => response.writeHead(status, { 'content-type': type }).end(body);
}

async function probe(answer: RequestListener, timeoutMs = 5000, version: CacheService['version'] = 2): Promise<object> {
  const { port } = await kept(serveHttp(answer));
  const service = { version, url: `http://127.0.0.1:${port}/`, token: 'secret-token' } as const;
  const { latencyMs, evidence, ...rest } = await probeCache(client(), service, timeoutMs, never);
  expect(evidence).not.toContain('secret-token');
  expect(latencyMs === null || latencyMs >= 0).toBe(true);
  return { ...rest, evidence: evidence.replace(`127.0.0.1:${port}`, 'HOST') };
}

const html = '<!DOCTYPE html><html><body>Our services aren’t available right now</body></html>';

test.each<[string, RequestListener, object]>([
  ['a miss', replies(200, 'application/json', '{"ok":false}'), { state: 'up', evidence: 'HOST answered' }],
  [
    'an HTML page with 400',
    replies(400, 'text/html', html),
    { state: 'down', evidence: 'HOST answered 400 with an HTML page' },
  ],
  [
    'an HTML page with 200',
    replies(200, 'text/html; charset=utf-8', html),
    { state: 'down', evidence: 'HOST answered 200 with an HTML page' },
  ],
  [
    'an HTML page without a type',
    replies(200, '', `\n${html}`),
    { state: 'down', evidence: 'HOST answered 200 with an HTML page' },
  ],
  ['500', replies(500, 'application/json', '{}'), { state: 'down', evidence: 'HOST answered 500' }],
  ['503', replies(503, 'text/plain', 'busy'), { state: 'down', evidence: 'HOST answered 503' }],
  ['401', replies(401, 'application/json', '{}'), { state: 'down', evidence: "HOST refused the job's token (401)" }],
  ['403', replies(403, 'application/json', '{}'), { state: 'down', evidence: "HOST refused the job's token (403)" }],
  [
    '429',
    replies(429, 'application/json', '{}'),
    { state: 'limited', evidence: 'HOST is rate-limiting this job (429)' },
  ],
])('%s', async (_, answer, observation) => {
  expect(await probe(answer)).toEqual(observation);
});

test('silence ends with the time-out', async () => {
  expect(await probe(() => undefined, 300)).toEqual({ state: 'down', evidence: 'HOST: no answer in 0.3 s' });
});

test('a port that nobody listens on', async () => {
  const service = { version: 2, url: `http://127.0.0.1:${await freePort()}/`, token: 'secret-token' } as const;
  expect((await probeCache(client(), service, 2000, never)).state).toBe('down');
});

/** What the service was asked, as it came. */
async function asked(
  version: CacheService['version'],
  path = '',
): Promise<{ request: IncomingMessage; body: unknown }> {
  return await new Promise((resolve) => {
    void kept(
      serveHttp((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          response
            .writeHead(version === 2 ? 200 : 204, { 'content-type': 'application/json' })
            .end(version === 2 ? '{"ok":false}' : '');
          resolve({ request, body: body === '' ? null : JSON.parse(body) });
        });
      }),
    ).then(async ({ port }) => {
      await probeCache(
        client(),
        { version, url: `http://127.0.0.1:${port}/${path}`, token: 'secret-token' },
        5000,
        never,
      );
    });
  });
}

test('version 2 is asked by a look-up that writes nothing', async () => {
  const { request, body } = await asked(2, 'prefix/');
  expect([request.method, request.url]).toEqual([
    'POST',
    '/prefix/twirp/github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL',
  ]);
  expect(request.headers).toMatchObject({ authorization: 'Bearer secret-token', 'content-type': 'application/json' });
  expect(body).toEqual({
    key: expect.any(String) as string,
    restore_keys: [],
    version: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test('version 1 too', async () => {
  const { request } = await asked(1);
  expect(request.method).toBe('GET');
  expect(request.url).toMatch(/^\/_apis\/artifactcache\/cache\?keys=[\w-]+&version=[0-9a-f]{64}$/);
  expect(request.headers).toMatchObject({
    authorization: 'Bearer secret-token',
    accept: 'application/json;api-version=6.0-preview.1',
  });
});
