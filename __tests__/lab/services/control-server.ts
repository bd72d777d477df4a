/** The lab's remote control: HTTP and JSON over a unix socket, so that no fault and no firewall rule can touch it. */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Fault, LabArtifact, LabDocument, SeenRequest } from '../contract.ts';
import { readBody } from './exchange.ts';
import { findHost } from './hosts.ts';

export interface ControlActions {
  readonly setFaults: (faults: readonly Fault[]) => Promise<void>;
  readonly requests: () => readonly SeenRequest[];
  readonly clearRequests: () => void;
  readonly reset: () => Promise<void>;
  readonly setDocument: (document: LabDocument) => void;
  readonly artifacts: () => Promise<readonly LabArtifact[]>;
  readonly health: () => Promise<unknown>;
}

export async function startControl(socketPath: string, actions: ControlActions): Promise<Server> {
  await rm(socketPath, { force: true });
  const server = createServer((request, response) => {
    serve(actions, request, response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    });
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return server;
}

async function serve(actions: ControlActions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await readBody(request)).toString();
  const result = await perform(actions, `${request.method} ${request.url}`, body);
  response.writeHead(result === undefined ? 204 : 200, { 'content-type': 'application/json' });
  response.end(result === undefined ? undefined : JSON.stringify(result));
}

async function perform(actions: ControlActions, what: string, body: string): Promise<unknown> {
  switch (what) {
    case 'PUT /faults':
      return actions.setFaults(parseFaults(body));
    case 'DELETE /faults':
      return actions.setFaults([]);
    case 'GET /requests':
      return actions.requests();
    case 'DELETE /requests':
      actions.clearRequests();
      return undefined;
    case 'POST /reset':
      return actions.reset();
    case 'PUT /documents':
      actions.setDocument(parseDocument(body));
      return undefined;
    case 'GET /artifacts':
      return actions.artifacts();
    case 'GET /health':
      return actions.health();
    default:
      throw new Error(`the lab knows no ${what}`);
  }
}

function parseDocument(body: string): LabDocument {
  const document = JSON.parse(body) as LabDocument;
  mustBeHost(document.host);
  return document;
}

/** A fault of a host that is not there would silently test nothing. */
function parseFaults(body: string): readonly Fault[] {
  const faults = JSON.parse(body) as readonly Fault[];
  for (const fault of faults) {
    mustBeHost(fault.host);
    if ('path' in fault) {
      // Throws here rather than at the first request.
      new RegExp(fault.path ?? '');
    }
  }
  return faults;
}

function mustBeHost(host: string): void {
  if (findHost(host)?.name !== host) {
    throw new Error(`the lab has no host ${host}`);
  }
}
