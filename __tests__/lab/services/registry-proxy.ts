/** Streams a request to the real registry and its answer back, moving repositories under the host's prefix and back. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { askBackend, passedHeaders } from './backend.ts';
import type { Backend } from './backend.ts';
import { answer, readBody } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { RegistryPath } from './registry-path.ts';

/**
 * The same request in the real registry. A mount from a repository that the caller may not read becomes a plain
 * upload, as the distribution spec wants it ("Mounting a blob from another repository").
 */
export function backendPath(
  prefix: string,
  route: RegistryPath,
  mayPull: (repository: string) => boolean = () => true,
): string {
  const query = new URLSearchParams(route.query);
  const from = query.get('from');
  if (from !== null && mayPull(from)) {
    query.set('from', `${prefix}/${from}`);
  } else {
    query.delete('from');
    query.delete('mount');
  }
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  return `/v2/${prefix}/${route.repository}/${route.kind}/${route.reference}${search}`;
}

export async function forward(backend: Backend, exchange: Exchange, prefix: string, path: string): Promise<void> {
  const { request, method, host } = exchange;
  const reads = method === 'GET' || method === 'HEAD';
  const headers = { ...passedHeaders(request.headers), host: host.name, 'x-forwarded-proto': 'https' };
  const reply = await askBackend(backend, { method, path, headers, ...(reads ? {} : { body: request }) });
  const status = reply.statusCode ?? 502;
  const passed = withoutPrefix(passedHeaders(reply.headers), prefix);
  if (status >= 400 && method !== 'HEAD') {
    // Errors name the repository: `{"detail":{"name":"hub/library/golang"}}`.
    const body = (await readBody(reply)).toString().replaceAll(`"${prefix}/`, '"');
    return answer(exchange, { status, headers: { ...passed, 'content-length': Buffer.byteLength(body) }, body });
  }
  return answer(exchange, { status, headers: passed, body: bodyOf(exchange, reply) });
}

/** `Location` of uploads and `Link` of tag lists name the prefixed repository. */
function withoutPrefix(headers: OutgoingHttpHeaders, prefix: string): OutgoingHttpHeaders {
  const { location, link } = headers;
  const strip = (value: string): string => value.replace(`/v2/${prefix}/`, '/v2/');
  return {
    ...headers,
    ...(typeof location === 'string' ? { location: strip(location) } : {}),
    ...(typeof link === 'string' ? { link: strip(link) } : {}),
  };
}

export function bodyOf(exchange: Exchange, reply: IncomingMessage): Readable {
  const sizeBytes = Number(reply.headers['content-length'] ?? 0);
  return exchange.fault?.fault === 'tampered' ? Readable.from(tamper(reply, Math.floor(sizeBytes / 2))) : reply;
}

/** Inverts one bit in the middle, so that sizes and headers stay as they are. */
async function* tamper(chunks: AsyncIterable<Buffer>, position: number): AsyncGenerator<Buffer> {
  let start = 0;
  for await (const chunk of chunks) {
    const at = position - start;
    if (at >= 0 && at < chunk.length) {
      chunk.writeUInt8(chunk.readUInt8(at) ^ 1, at);
    }
    start += chunk.length;
    yield chunk;
  }
}
