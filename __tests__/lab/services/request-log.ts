/** What the lab's hosts were asked, in the order of arrival. */
import type { IncomingMessage } from 'node:http';
import type { LabHost, SeenRequest } from '../contract.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface RequestLog {
  readonly addRequest: (host: LabHost, request: IncomingMessage) => LogEntry;
  readonly addSilentConnection: (host: LabHost) => void;
  readonly list: () => readonly SeenRequest[];
  readonly clear: () => void;
}

export interface LogEntry {
  readonly answered: (status: number) => void;
  readonly noteBody: (body: string) => void;
}

export function createRequestLog(): RequestLog {
  let seen: SeenRequest[] = [];
  return {
    addRequest: (host, request) => {
      const entry: Writable<SeenRequest> = {
        atMs: Date.now(),
        host: host.name,
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        status: null,
        authorization: authorizationKind(request.headers.authorization),
        userAgent: request.headers['user-agent'] ?? '',
      };
      seen.push(entry);
      return {
        answered: (status) => {
          entry.status = status;
        },
        noteBody: (body) => {
          entry.body = body;
        },
      };
    },
    addSilentConnection: (host) => {
      const nothing = { method: 'TLS', path: '', status: null, authorization: 'none', userAgent: '' } as const;
      seen.push({ atMs: Date.now(), host: host.name, ...nothing });
    },
    list: () => seen,
    clear: () => {
      seen = [];
    },
  };
}

function authorizationKind(header: string | undefined): SeenRequest['authorization'] {
  if (header === undefined) {
    return 'none';
  }
  return /^basic /i.test(header) ? 'basic' : 'bearer';
}
