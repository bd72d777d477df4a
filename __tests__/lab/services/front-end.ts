/**
 * TCP and TLS of all hosts: one listener on port 443 of each address, so that each can refuse on its own,
 * and one HTTPS server behind all of them, because the address tells which host is meant.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server as HttpsServer } from 'node:https';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { LabHost } from '../contract.ts';
import type { CertificateFiles } from './certificates.ts';
import type { ConnectionFault, FaultState } from './fault-state.ts';

type Peer = Pick<Socket, 'localAddress' | 'remoteAddress' | 'remotePort'>;
export type RequestListener = (request: IncomingMessage, response: ServerResponse, resetConnection: () => void) => void;

interface Gate {
  readonly host: LabHost;
  readonly sockets: Set<Socket>;
  listener: Server | undefined;
  fault: ConnectionFault | undefined;
}

export interface FrontEnds {
  /** Brings listeners and connections in line with the faults; cuts what the hosts of `touched` keep alive. */
  readonly applyFaults: (touched: ReadonlySet<string>) => Promise<void>;
  readonly cutAll: () => void;
  readonly close: () => void;
}

export interface FrontEndOptions {
  readonly hosts: readonly LabHost[];
  readonly port: number;
  readonly certificates: CertificateFiles;
  readonly faults: FaultState;
  readonly onRequest: RequestListener;
  readonly onSilentConnection: (host: LabHost) => void;
}

export async function startFrontEnds(options: FrontEndOptions): Promise<FrontEnds> {
  const { certificates, faults } = options;
  const socketsByPeer = new Map<string, Socket>();
  const busy = new Set<Socket>();
  const right = await httpsServer(certificates.certificateFile, certificates.keyFile);
  const wrong = await httpsServer(certificates.wrongCertificateFile, certificates.wrongKeyFile);
  for (const server of [right, wrong]) {
    server.on('request', (request, response) => {
      const socket = socketsByPeer.get(peerKey(request.socket));
      if (socket !== undefined) {
        busy.add(socket);
        response.once('close', () => busy.delete(socket));
      }
      options.onRequest(request, response, () => socket?.resetAndDestroy());
    });
  }
  const gates = options.hosts.map((host): Gate => ({
    host,
    sockets: new Set(),
    listener: undefined,
    fault: undefined,
  }));

  function accept(gate: Gate, socket: Socket): void {
    const key = peerKey(socket);
    socketsByPeer.set(key, socket);
    gate.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      gate.sockets.delete(socket);
      socketsByPeer.delete(key);
    });
    switch (faults.connectionFault(gate.host.name)) {
      case 'tls-silent':
      case 'black-holed':
        options.onSilentConnection(gate.host);
        socket.resume();
        return;
      case 'refused':
        socket.resetAndDestroy();
        return;
      case 'wrong-certificate':
        wrong.emit('connection', socket);
        return;
      case undefined:
        right.emit('connection', socket);
    }
  }

  async function open(gate: Gate): Promise<void> {
    // Without noDelay, a small body would wait for the acknowledgement of its head: 40 ms a request.
    const listener = createServer({ noDelay: true }, (socket) => accept(gate, socket));
    gate.listener = listener;
    listener.listen({ host: gate.host.address, port: options.port, backlog: 256 });
    await once(listener, 'listening');
  }

  async function applyTo(gate: Gate, touched: boolean): Promise<void> {
    const fault = faults.connectionFault(gate.host.name);
    const changed = fault !== gate.fault;
    gate.fault = fault;
    if (fault === 'refused') {
      gate.listener?.close();
      gate.listener = undefined;
    }
    for (const socket of gate.sockets) {
      if (changed || (touched && !busy.has(socket))) {
        socket.resetAndDestroy();
      }
    }
    if (fault !== 'refused' && gate.listener === undefined) {
      await open(gate);
    }
  }

  function cutAll(): void {
    gates.forEach((gate) => gate.sockets.forEach((socket) => socket.resetAndDestroy()));
  }

  await Promise.all(gates.map(open));
  return {
    applyFaults: async (touched) => {
      await Promise.all(gates.map((gate) => applyTo(gate, touched.has(gate.host.name))));
    },
    cutAll,
    close: () => {
      gates.forEach((gate) => gate.listener?.close());
      cutAll();
    },
  };
}

async function httpsServer(certificateFile: string, keyFile: string): Promise<HttpsServer> {
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)]);
  const server = createHttpsServer({
    cert,
    key,
    // busybox's wget names no signature algorithms, which means SHA-1 (RFC 5246, 7.4.1.4.1): only level 0 has that.
    ciphers: 'DEFAULT@SECLEVEL=0',
    // No time-outs of the server's own: being slow or silent is what the faults are for.
    requestTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: 300_000,
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

function peerKey(peer: Peer): string {
  return `${peer.localAddress} ${peer.remoteAddress}:${peer.remotePort}`;
}
