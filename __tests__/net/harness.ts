import { afterEach, expect } from 'vitest';
import { type Http, type HttpOptions, type HttpOutcome, createHttp } from '../../src/net/http.ts';
import type { Loopback } from './loopback.ts';

/** Clients and servers that end with their test. */
export interface Harness {
  readonly client: (options?: HttpOptions) => Http;
  readonly kept: (server: Promise<Loopback>) => Promise<Loopback>;
}

export function harness(): Harness {
  const closing: (() => unknown)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  return {
    client(options = {}) {
      const http = createHttp({ proxyFor: () => undefined, ...options });
      closing.push(http.dispose);
      return http;
    },
    async kept(server) {
      const started = await server;
      closing.unshift(started.close);
      return started;
    },
  };
}

export function get(http: Http, url: string, timeoutMs = 2000): Promise<HttpOutcome> {
  return http.request({ url, method: 'GET', signal: AbortSignal.timeout(timeoutMs), maxBytes: 1000 });
}

/** Without the latency, which no table can know. */
export function facts(outcome: HttpOutcome): Record<string, unknown> {
  const { latencyMs, ...rest } = outcome;
  expect(latencyMs).toBeGreaterThanOrEqual(0);
  return rest;
}
