/** The typed client of the lab's remote control, for tests; it works from any network namespace. */
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, LabArtifact, LabDocument, SeenRequest } from '../contract.ts';

export interface Control {
  /** Replaces the faults; when it returns they hold, and connections to hosts they name have been cut. */
  readonly setFaults: (faults: readonly Fault[]) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
  readonly requests: () => Promise<readonly SeenRequest[]>;
  readonly clearRequests: () => Promise<void>;
  /** Faults, requests, rate limits, tokens, cache entries, documents: everything but the registry's content. */
  readonly reset: () => Promise<void>;
  readonly setDocument: (document: LabDocument) => Promise<void>;
  readonly artifacts: () => Promise<readonly LabArtifact[]>;
  /** Waits until the services answer. */
  readonly ready: (timeoutMs?: number) => Promise<void>;
}

export function connectControl(socketPath: string): Control {
  const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
    callControl(socketPath, method, path, body);
  const tell = async (method: string, path: string, body?: unknown): Promise<void> => {
    await call(method, path, body);
  };
  return {
    setFaults: (faults) => tell('PUT', '/faults', faults),
    clearFaults: () => tell('DELETE', '/faults'),
    requests: async () => (await call('GET', '/requests')) as readonly SeenRequest[],
    clearRequests: () => tell('DELETE', '/requests'),
    reset: () => tell('POST', '/reset'),
    artifacts: async () => (await call('GET', '/artifacts')) as readonly LabArtifact[],
    setDocument: (document) => tell('PUT', '/documents', document),
    ready: (timeoutMs = 10_000) => waitUntilReady(call, timeoutMs),
  };
}

async function waitUntilReady(
  call: (method: string, path: string) => Promise<unknown>,
  timeoutMs: number,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      await call('GET', '/health');
      return;
    } catch (error) {
      if (Date.now() > deadlineMs) {
        throw new Error(`the lab's services are not ready after ${timeoutMs} ms`, { cause: error });
      }
      await sleep(25);
    }
  }
}

async function callControl(socketPath: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const request = httpRequest({ socketPath, method, path, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('error', reject);
    response.once('end', () => {
      const text = Buffer.concat(chunks).toString();
      if ((response.statusCode ?? 500) >= 300) {
        reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
      } else {
        resolve(text === '' ? undefined : JSON.parse(text));
      }
    });
  });
  request.once('error', reject);
  request.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
