/** From a request to the handler of its host, with the faults in between. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveActionsCache } from './actions-cache.ts';
import { serveBlobStore } from './blob-store.ts';
import { serveCdn } from './cdn.ts';
import { answer, htmlPage } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { FaultState } from './fault-state.ts';
import { serveGoProxy } from './go-proxy.ts';
import { hostAt } from './hosts.ts';
import type { Lab } from './lab.ts';
import { serveRegistry } from './registry.ts';
import { applyRequestFault } from './request-faults.ts';
import type { RequestLog } from './request-log.ts';
import { serveToken } from './token-endpoint.ts';
import { serveDocument, servePackageMirror, serveWeb } from './web.ts';

export async function handleRequest(
  lab: Lab,
  faults: FaultState,
  log: RequestLog,
  request: IncomingMessage,
  response: ServerResponse,
  resetConnection: () => void,
): Promise<void> {
  const host = hostAt(request.socket.localAddress ?? '');
  const { method = 'GET', url: path = '/' } = request;
  if (host === undefined || !path.startsWith('/')) {
    resetConnection();
    return;
  }
  const entry = log.addRequest(host, request);
  response.once('close', () => {
    if (response.headersSent) {
      entry.answered(response.statusCode);
    }
  });
  const exchange: Exchange = {
    host,
    request,
    response,
    method,
    path,
    url: new URL(path, `https://${host.name}`),
    fault: faults.requestFault({ host: host.name, method, path }),
    resetConnection,
    noteBody: entry.noteBody,
  };
  try {
    if (!(await applyRequestFault(exchange)) && !(await serveDocument(lab, exchange))) {
      await serveHost(lab, exchange);
    }
  } catch (error) {
    fail(exchange, error);
  }
}

async function serveHost(lab: Lab, exchange: Exchange): Promise<void> {
  const { role } = exchange.host;
  switch (role.kind) {
    case 'registry':
      return serveRegistry(lab, exchange, role);
    case 'token':
      return serveToken(lab, exchange);
    case 'cdn':
      return serveCdn(lab, exchange);
    case 'go-proxy':
      return serveGoProxy(lab, exchange, exchange.url.pathname);
    case 'sumdb':
      return answer(exchange, { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found\n' });
    case 'package-mirror':
      return servePackageMirror(lab, exchange);
    case 'actions-cache':
      return serveActionsCache(lab, exchange);
    case 'blob-store':
      return serveBlobStore(lab, exchange);
    case 'web':
      return serveWeb(lab, exchange);
    case 'retired':
      return answer(exchange, {
        status: role.status,
        headers: { 'content-type': 'text/html' },
        body: htmlPage(role.status === 403 ? '403 Forbidden' : `${role.status} Not Found`),
      });
  }
}

/** A caller that goes away in the middle is part of every outage; anything else is a defect of the lab, and says so. */
function fail(exchange: Exchange, error: unknown): void {
  const { response, request } = exchange;
  if (response.destroyed || request.destroyed) {
    return;
  }
  process.stderr.write(`lab: ${exchange.method} ${exchange.host.name}${exchange.path}: ${String(error)}\n`);
  if (response.headersSent) {
    exchange.resetConnection();
  } else {
    response.writeHead(502, { 'x-lab-error': 'true', connection: 'close' });
    response.end('the lab failed, see its log\n');
  }
}
