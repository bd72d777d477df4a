import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';

/** Tells a tunnel under construction that its request was given up; agents hand unknown options through. */
export interface GivenUp {
  readonly givenUp?: AbortSignal;
}

type OnCreated = (error: Error | null, stream: Duplex) => void;

/**
 * Makes an agent reach its origin through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6), for http: origins too, as
 * GitHub's own toolkit does. TLS runs inside the tunnel, with the agent's own settings.
 */
export function tunnelThrough(agent: http.Agent, proxy: URL, target: URL): void {
  const direct = agent.createConnection.bind(agent);
  const secure = target.protocol === 'https:';
  const authority = `${target.hostname}:${target.port === '' ? (secure ? 443 : 80) : target.port}`;

  agent.createConnection = function connectThroughProxy(options, callback) {
    const created = callback as OnCreated;
    const connecting = connectRequest(proxy, authority, (options as GivenUp).givenUp);
    let settled = false;
    function fail(message: string): void {
      if (settled) return;
      settled = true;
      const error = Object.assign(new Error(`proxy ${proxy.host} ${message}`), { code: 'ERR_PROXY' });
      (created as (error: Error) => void)(error);
    }
    connecting.once('connect', (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        fail(`answered ${answer.statusCode}`);
        return;
      }
      settled = true;
      created(null, secure ? (direct({ ...options, socket } as typeof options) as Duplex) : socket);
    });
    connecting.once('response', (answer) => {
      connecting.destroy();
      fail(`answered ${answer.statusCode}`);
    });
    connecting.on('error', (error: NodeJS.ErrnoException) => fail(`failed: ${error.code ?? error.message}`));
    connecting.end();
    return undefined;
  };
}

function connectRequest(proxy: URL, authority: string, signal: AbortSignal | undefined): http.ClientRequest {
  const credentials = proxy.username === '' ? null : `${proxy.username}:${proxy.password}`;
  const authorization =
    credentials === null ? {} : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
  const options = {
    host: proxy.hostname,
    port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...authorization },
    agent: false as const,
    ...(signal === undefined ? {} : { signal }),
  };
  return proxy.protocol === 'https:' ? https.request(options) : http.request(options);
}
