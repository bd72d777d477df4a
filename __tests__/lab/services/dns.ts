/**
 * The lab's name server: A records for the table, an empty NOERROR for AAAA, NXDOMAIN for the rest.
 * Only what resolvers of musl, glibc, Go and Docker send is read: one question over UDP (RFC 1035, section 4).
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { findHost } from './hosts.ts';
import type { FaultState } from './fault-state.ts';

const noError = 0;
const serverFailure = 2;
const nameError = 3;
const typeA = 1;

interface Question {
  readonly name: string;
  readonly type: number;
  /** Where the question section ends. */
  readonly end: number;
}

export interface DnsServer {
  readonly close: () => void;
}

export async function startDns(address: string, port: number, faults: FaultState): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) => {
    const reply = replyTo(query, faults);
    if (reply !== undefined) {
      // The asker may be gone, or a fault may drop the datagram: nobody to tell.
      socket.send(reply, peer.port, peer.address, () => undefined);
    }
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  socket.on('error', () => undefined);
  return { close: () => socket.close() };
}

function replyTo(query: Buffer, faults: FaultState): Buffer | undefined {
  const question = readQuestion(query);
  if (question === undefined) {
    return undefined;
  }
  const host = findHost(question.name);
  if (host === undefined) {
    return encode(query, question, nameError);
  }
  switch (faults.dnsFault(host.name)) {
    case 'dns-silent':
      return undefined;
    case 'nxdomain':
      return encode(query, question, nameError);
    case 'servfail':
      return encode(query, question, serverFailure);
    case undefined:
      return encode(query, question, noError, question.type === typeA ? host.address : undefined);
  }
}

function readQuestion(query: Buffer): Question | undefined {
  const isQuery = query.length > 12 && (query.readUInt16BE(2) & 0x8000) === 0;
  if (!isQuery) {
    return undefined;
  }
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  return end > query.length ? undefined : { name: labels.join('.'), type: query.readUInt16BE(at + 1), end };
}

function encode(query: Buffer, question: Question, code: number, address?: string): Buffer {
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  const recursionDesired = query.readUInt16BE(2) & 0x0100;
  // Response, recursion available.
  header.writeUInt16BE(0x8080 | recursionDesired | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  const parts = [header, query.subarray(12, question.end)];
  if (address !== undefined) {
    // A pointer to the question's name, type A, class IN, time to live 0: a fault must hold at once.
    parts.push(Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]));
  }
  return Buffer.concat(parts);
}
