import { afterEach, beforeEach } from 'vitest';
import { type Http, createHttp } from '../../src/net/http.ts';
import type { Location } from '../../src/registry/answer.ts';
import { type RegistryClient, createRegistryClient } from '../../src/registry/client.ts';
import type { Credentials } from '../../src/registry/token.ts';
import { type FakeAuth, type FakeRegistry, type Fault, sha256, startRegistry } from './fake-registry.ts';

export const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] }));
export const digest = sha256(manifest);
export const blob = Buffer.from('{"architecture":"amd64"}');

/** A client of a fake registry that has alpine:3.20 and a blob; both end with their test. */
export interface RegistryHarness {
  readonly start: (auth: FakeAuth | null, credentials?: Credentials | null) => Promise<Started>;
}

export interface Started {
  readonly client: RegistryClient;
  readonly registry: FakeRegistry;
  readonly at: (reference: string, repository?: string) => Location;
  /** The hosts whose credentials were asked for. */
  readonly askedFor: readonly string[];
  readonly passTime: (ms: number) => void;
}

export function registryHarness(): RegistryHarness {
  let http: Http;
  const closing: (() => Promise<void>)[] = [];

  beforeEach(() => {
    http = createHttp({ proxyFor: () => undefined });
  });

  afterEach(async () => {
    http.dispose();
    for (const close of closing.splice(0)) await close();
  });

  async function start(auth: FakeAuth | null, credentials: Credentials | null = null): Promise<Started> {
    const registry = await startRegistry(auth);
    closing.push(registry.close);
    registry.manifests.set('library/alpine:3.20', manifest).set(digest, manifest);
    registry.blobs.set(sha256(blob), blob);
    const askedFor: string[] = [];
    let nowMs = Date.parse('2026-08-23T12:00:00Z');
    const client = createRegistryClient({
      http,
      now: () => nowMs,
      credentialsFor: (host) => {
        askedFor.push(host);
        return Promise.resolve(credentials);
      },
    });
    const at = (reference: string, repository = 'library/alpine'): Location => {
      return { host: registry.host, repository, reference };
    };
    return { client, registry, at, askedFor, passTime: (ms) => (nowMs += ms) };
  }

  return { start };
}

export function soon(ms = 2000): AbortSignal {
  return AbortSignal.timeout(ms);
}

export function answers(status: number, headers: Record<string, string> = {}, body = ''): Fault {
  return (_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
}

export const silent: Fault = () => true;
