/**
 * The block-blob store behind the Actions cache: Put Blob, Put Block, Put Block List, Get Blob and its properties
 * (learn.microsoft.com/rest/api/storageservices). BuildKit crashes on an upload reply without `x-ms-request-id`
 * (cirruslabs/cirrus-cli#918), and the Azure SDK compares the ETags of ranges.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { answer, readBody } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Lab } from './lab.ts';

const origin = 'https://productionresultssa0.blob.core.windows.net';
const container = '/actions-cache/';
const secret = randomBytes(32);
const lifetimeMs = 3_600_000;

type Permission = 'r' | 'w';

export function signedBlobUrl(blob: string, permission: Permission): string {
  const url = new URL(`${origin}${container}${blob}`);
  const until = new Date(Date.now() + lifetimeMs).toISOString();
  const fields = {
    se: until,
    sig: sign(blob, permission, until),
    sp: permission,
    spr: 'https',
    sr: 'b',
    sv: '2025-11-05',
  };
  Object.entries(fields).forEach(([name, value]) => url.searchParams.set(name, value));
  return url.href;
}

export async function serveBlobStore(lab: Lab, exchange: Exchange): Promise<void> {
  const { url, method } = exchange;
  const blob = decodeURIComponent(url.pathname.slice(container.length));
  const permission: Permission = method === 'PUT' ? 'w' : 'r';
  const until = url.searchParams.get('se') ?? '';
  const signed = url.searchParams.get('sig') === sign(blob, permission, until) && Date.parse(until) > Date.now();
  if (!url.pathname.startsWith(container) || !signed) {
    return answerStoreError(exchange, 403, 'AuthenticationFailed');
  }
  switch (method) {
    case 'PUT':
      return put(lab, exchange, blob);
    case 'GET':
    case 'HEAD':
      return get(lab, exchange, blob);
    default:
      return answerStoreError(exchange, 405, 'UnsupportedHttpVerb');
  }
}

async function put(lab: Lab, exchange: Exchange, blob: string): Promise<void> {
  const { request, url } = exchange;
  switch (url.searchParams.get('comp')) {
    case 'block':
      await lab.cache.putBlock(blob, url.searchParams.get('blockid') ?? '', request);
      break;
    case 'blocklist': {
      const xml = (await readBody(request)).toString();
      // Blocks arrive in any order; the list decides.
      const blockIds = [...xml.matchAll(/<(?:Latest|Committed|Uncommitted)>([^<]+)</g)].map((match) => match[1] ?? '');
      if (!(await lab.cache.putBlockList(blob, blockIds))) {
        return answerStoreError(exchange, 400, 'InvalidBlockList');
      }
      break;
    }
    case null:
    default:
      if (request.headers['x-ms-blob-type'] !== 'BlockBlob') {
        return answerStoreError(exchange, 400, 'MissingRequiredHeader');
      }
      await lab.cache.putBlob(blob, request);
  }
  return answer(exchange, { status: 201, headers: { ...storeHeaders(blob), 'x-ms-request-server-encrypted': 'true' } });
}

async function get(lab: Lab, exchange: Exchange, blob: string): Promise<void> {
  const sizeBytes = await lab.cache.blobSize(blob);
  if (sizeBytes === undefined) {
    return answerStoreError(exchange, 404, 'BlobNotFound');
  }
  const headers: OutgoingHttpHeaders = {
    ...storeHeaders(blob),
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'x-ms-blob-type': 'BlockBlob',
  };
  const { range: plainRange, 'x-ms-range': asked = plainRange } = exchange.request.headers;
  const range = /^bytes=(?<start>\d+)-(?<end>\d*)$/.exec(String(asked))?.groups;
  const start = Number(range?.['start'] ?? 0);
  const end = Math.min(Number(range?.['end'] || sizeBytes - 1), sizeBytes - 1);
  if (range !== undefined && start >= sizeBytes) {
    return answerStoreError(exchange, 416, 'InvalidRange');
  }
  const partial = range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${sizeBytes}` };
  return answer(exchange, {
    status: range === undefined ? 200 : 206,
    headers: { ...headers, ...partial, 'content-length': end - start + 1 },
    ...(sizeBytes === 0 || exchange.method === 'HEAD' ? {} : { body: lab.cache.readBlob(blob, start, end) }),
  });
}

function storeHeaders(blob: string): OutgoingHttpHeaders {
  return {
    server: 'Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0',
    etag: `"0x${Buffer.from(blob).toString('hex').slice(0, 15).toUpperCase()}"`,
    'last-modified': new Date().toUTCString(),
    'x-ms-request-id': randomUUID(),
    'x-ms-version': '2025-11-05',
  };
}

function answerStoreError(exchange: Exchange, status: number, code: string): Promise<void> {
  return answer(exchange, {
    status,
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': code, 'x-ms-request-id': randomUUID() },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  });
}

function sign(blob: string, permission: Permission, until: string): string {
  return createHmac('sha256', secret).update(`${blob} ${permission} ${until}`).digest('base64');
}
