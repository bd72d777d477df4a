/** Faults that need no knowledge of the protocol behind the host. */
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, drain, htmlPage } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { RequestFault } from './fault-state.ts';

/** Says whether the request has been dealt with. */
export async function applyRequestFault(exchange: Exchange): Promise<boolean> {
  const { fault } = exchange;
  switch (fault?.fault) {
    case undefined:
    case 'cut':
    case 'stalled':
    case 'trickling':
    case 'tampered':
    case 'rate-limited':
    case 'lacks-platform':
    case 'stale-tag':
    case 'read-only':
      return false;
    case 'slow':
      await sleep(fault.delayMs);
      return exchange.response.destroyed;
    case 'silent':
      // Held until the caller gives up, or until the connection is cut by a new set of faults or a reset.
      exchange.request.resume();
      return true;
    case 'reset':
      await drain(exchange.request);
      exchange.resetConnection();
      return true;
    case 'status':
      await drain(exchange.request);
      await answer(exchange, statusReply(fault));
      return true;
  }
}

const registryCodes: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'NOT_FOUND',
  429: 'TOOMANYREQUESTS',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
};

function statusReply(fault: Extract<RequestFault, { fault: 'status' }>): Parameters<typeof answer>[1] {
  const title = `${fault.status} ${STATUS_CODES[fault.status] ?? 'Unknown'}`;
  switch (fault.body ?? 'html') {
    case 'html':
      return {
        status: fault.status,
        headers: { 'content-type': 'text/html', ...fault.headers },
        body: htmlPage(title),
      };
    case 'json': {
      const code = registryCodes[fault.status] ?? 'UNKNOWN';
      return {
        status: fault.status,
        headers: { 'content-type': 'application/json', ...fault.headers },
        // A registry's fields, GitHub's and Twirp's at once: each reader finds its own.
        body: JSON.stringify({
          errors: [{ code, message: title }],
          message: title,
          code: code.toLowerCase(),
          msg: title,
        }),
      };
    }
    case 'empty':
      return { status: fault.status, headers: { ...fault.headers } };
  }
}
