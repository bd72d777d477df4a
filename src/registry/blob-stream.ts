import type { Writable } from 'node:stream';
import { type Location, type RegistryRefusal, refusalOfStatus, resourceText } from './answer.ts';
import { type ApiRequest, type RegistryPorts, createSession } from './session.ts';

/** A blob was read to its end. Whether it has its digest is for the reader to check, who has all of it. */
export interface BlobStreamed {
  readonly kind: 'streamed';
  /** The host that served the bytes: the registry itself or its CDN. */
  readonly host: string;
}

/** Reads whole blobs of any size. */
export interface BlobClient {
  /**
   * Streams the blob whose digest is the location's reference, from a byte on. `open` is told where the bytes begin that
   * follow: at `fromByte`, or at 0 where the registry answers no ranges. Never rejects.
   */
  streamBlob(
    location: Location,
    fromByte: number,
    open: (fromByte: number) => Writable,
    signal: AbortSignal,
  ): Promise<BlobStreamed | RegistryRefusal>;
}

/** For error bodies, which are read so that the connection can be used again. */
const maxErrorBytes = 64 * 1024;

/** Ranges as in RFC 9110 section 14; the OCI distribution specification leaves them to the registry (end-2). */
export function createBlobClient(ports: RegistryPorts): BlobClient {
  const session = createSession(ports);
  const now = ports.now ?? Date.now;

  async function streamBlob(
    location: Location,
    fromByte: number,
    open: (fromByte: number) => Writable,
    signal: AbortSignal,
  ): Promise<BlobStreamed | RegistryRefusal> {
    const opened: number[] = [];
    const into: ApiRequest['into'] = ({ status, headers }) => {
      const start = status === 206 ? Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1]) : 0;
      if (status !== 200 && (status !== 206 || start !== fromByte)) return null;
      opened.push(start);
      return open(start);
    };
    const headers: Readonly<Record<string, string>> = fromByte === 0 ? {} : { range: `bytes=${fromByte}-` };
    const request = { method: 'GET', resource: 'blobs', headers, maxBytes: maxErrorBytes, into } as const;
    const answer = await session.send(location, request, signal);
    if (answer.kind !== 'answered') return answer;
    const { host, response } = answer;
    if (opened.length > 0) return { kind: 'streamed', host };
    const { status } = response;
    const resource = resourceText(location);
    if (status !== 206) return refusalOfStatus({ host, status, headers: response.headers, resource, nowMs: now() });
    const evidence = `${host} answers another range than it was asked for on ${resource}`;
    return { kind: 'failed', host, phase: 'answer', status, evidence };
  }

  return { streamBlob };
}
