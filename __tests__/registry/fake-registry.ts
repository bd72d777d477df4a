import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Loopback, serveHttp } from '../net/loopback.ts';

export const indexType = 'application/vnd.oci.image.index.v1+json';

export function sha256(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Who may pull, and how they prove it. */
export interface FakeAuth {
  readonly scheme: 'bearer' | 'basic';
  readonly user?: string;
  readonly password?: string;
  /** OAuth2 refresh token. */
  readonly identityToken?: string;
  readonly lifetimeSeconds?: number;
}

/** Answers a request in the registry's stead; false lets the registry answer. */
export type Fault = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

export interface FakeRegistry {
  /** `127.0.0.1:PORT`, token server and CDN are hosts of their own. */
  readonly host: string;
  readonly tokenHost: string;
  readonly cdnHost: string;
  /** `HEAD /v2/… (Bearer)`, `token scope`, `cdn /path (authorization)`. */
  readonly log: string[];
  /** Tags and digests of manifests. */
  readonly manifests: Map<string, Buffer>;
  readonly blobs: Map<string, Buffer>;
  readonly faults: { registry?: Fault; token?: Fault; cdn?: Fault };
  /** Takes back every token that was handed out. */
  readonly revoke: () => void;
  readonly close: () => Promise<void>;
}

/** A registry as Docker Hub is one: three hosts, tokens per repository, blobs behind a redirect. */
export async function startRegistry(auth: FakeAuth | null): Promise<FakeRegistry> {
  const log: string[] = [];
  const manifests = new Map<string, Buffer>();
  const blobs = new Map<string, Buffer>();
  const faults: FakeRegistry['faults'] = {};
  const tokens = new Map<string, string>();

  function scheme(request: IncomingMessage): string {
    return request.headers.authorization?.split(' ')[0] ?? 'anonymous';
  }

  function isAllowed(request: IncomingMessage, repository: string): boolean {
    if (auth === null) return true;
    const [, value = ''] = request.headers.authorization?.split(' ') ?? [];
    if (auth.scheme === 'bearer') return tokens.get(value) === `repository:${repository}:pull`;
    return Buffer.from(value, 'base64').toString() === `${auth.user}:${auth.password}`;
  }

  const cdn = await serve((request, response, url) => {
    log.push(`cdn ${url.pathname} (${scheme(request)})`);
    if (faults.cdn?.(request, response, url) === true) return;
    const blob = blobs.get(url.pathname.slice(1));
    const range = /^bytes=0-(\d+)$/.exec(request.headers.range ?? '');
    if (blob === undefined || range === null) {
      response.writeHead(404).end();
      return;
    }
    const part = blob.subarray(0, Number(range[1]) + 1);
    response.writeHead(206, { 'content-range': `bytes 0-${part.length - 1}/${blob.length}` }).end(part);
  });

  const token = await serve((request, response, url) => {
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () => {
      const fields = request.method === 'POST' ? new URLSearchParams(Buffer.concat(body).toString()) : url.searchParams;
      const scope = fields.get('scope') ?? '';
      log.push(`token ${scope} for ${fields.get('service') ?? ''} (${scheme(request)})`);
      if (faults.token?.(request, response, url) === true) return;
      const [, basic = ''] = request.headers.authorization?.split(' ') ?? [];
      const given = Buffer.from(basic, 'base64').toString();
      const wrongUser = auth?.user !== undefined && given !== `${auth.user}:${auth.password}`;
      const wrongToken = auth?.identityToken !== undefined && fields.get('refresh_token') !== auth.identityToken;
      if (wrongUser || wrongToken) {
        response.writeHead(401).end('{"details":"incorrect username or password"}');
        return;
      }
      const value = `t${tokens.size}`;
      tokens.set(value, scope);
      response.end(JSON.stringify({ token: value, expires_in: auth?.lifetimeSeconds ?? 300 }));
    });
  });

  const registry = await serve((request, response, url) => {
    log.push(`${request.method} ${url.pathname} (${scheme(request)})`);
    if (faults.registry?.(request, response, url) === true) return;
    const [, repository = '', resource, reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (!isAllowed(request, repository)) {
      const bearer = `Bearer realm="http://127.0.0.1:${token.port}/token",service="fake",scope="repository:${repository}:pull"`;
      response.writeHead(401, { 'www-authenticate': auth?.scheme === 'basic' ? 'Basic realm="fake"' : bearer });
      response.end('{"errors":[{"code":"UNAUTHORIZED"}]}');
      return;
    }
    if (resource === 'blobs') {
      response.writeHead(307, { location: `http://127.0.0.1:${cdn.port}/${reference}?signature=s` }).end();
      return;
    }
    const manifest = manifests.get(`${repository}:${reference}`) ?? manifests.get(reference);
    if (manifest === undefined) {
      response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
      return;
    }
    response.writeHead(200, {
      'content-type': indexType,
      'content-length': manifest.length,
      'docker-content-digest': sha256(manifest),
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '20;w=21600',
    });
    response.end(request.method === 'HEAD' ? undefined : manifest);
  });

  return {
    host: `127.0.0.1:${registry.port}`,
    tokenHost: `127.0.0.1:${token.port}`,
    cdnHost: `127.0.0.1:${cdn.port}`,
    log,
    manifests,
    blobs,
    faults,
    revoke: () => tokens.clear(),
    close: async () => {
      await Promise.all([registry.close(), token.close(), cdn.close()]);
    },
  };
}

function serve(answer: (request: IncomingMessage, response: ServerResponse, url: URL) => void): Promise<Loopback> {
  return serveHttp((request, response) => answer(request, response, new URL(request.url ?? '/', 'http://fake')));
}
