import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server on loopback that counts its connections and takes them all down when closed. */
export interface Loopback {
  readonly port: number;
  readonly connections: () => number;
  /** Open right now. */
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed certificate for one name or address, made by openssl. */
export function certificateFor(name: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const key = join(folder, 'key.pem');
  const cert = join(folder, 'cert.pem');
  const subject = /^\d/.test(name) ? `IP:${name}` : `DNS:${name}`;
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${name}`];
  execFileSync('openssl', ['req', '-x509', ...made, '-addext', `subjectAltName=${subject}`], { stdio: 'ignore' });
  const certificate = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return certificate;
}

export function serveHttp(answer: http.RequestListener, certificate?: Certificate): Promise<Loopback> {
  return listen(certificate === undefined ? http.createServer(answer) : https.createServer({ ...certificate }, answer));
}

/** Raw TCP: for servers that never speak, or speak nonsense. */
export function serveTcp(onConnection: (socket: Socket) => void): Promise<Loopback> {
  return listen(net.createServer(onConnection));
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = await serveTcp(() => undefined);
  await server.close();
  return server.port;
}

async function listen(server: net.Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => connections, open: () => sockets.size, close };
}
