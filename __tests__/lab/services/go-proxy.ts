/** A Go module proxy is a folder of files (go.dev/ref/mod#goproxy-protocol); it passes no checksum database on. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { answer } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Lab } from './lab.ts';

export async function serveGoProxy(lab: Lab, exchange: Exchange, pathname: string): Promise<void> {
  const file = join(lab.goProxyFolder, normalize(decodeURIComponent(pathname)));
  const sizeBytes = pathname.startsWith('/sumdb/') ? undefined : await fileSize(file);
  if (sizeBytes === undefined || (exchange.method !== 'GET' && exchange.method !== 'HEAD')) {
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
    return answer(exchange, { status: 404, headers, body: 'not found: unknown revision\n' });
  }
  const headers = { 'content-type': contentType(pathname), 'content-length': sizeBytes };
  const body = exchange.method === 'GET' ? { body: createReadStream(file) } : {};
  return answer(exchange, { status: 200, headers, ...body });
}

function contentType(pathname: string): string {
  if (pathname.endsWith('.zip')) {
    return 'application/zip';
  }
  return pathname.endsWith('.info') || pathname.endsWith('/@latest') ? 'application/json' : 'text/plain; charset=utf-8';
}

async function fileSize(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}
