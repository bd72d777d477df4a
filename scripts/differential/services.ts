import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry and a cache service that are up and empty, for everything in the cases that must be healthy. */
export async function startEmptyServices(): Promise<{ readonly host: string; readonly stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    // https://github.com/actions/toolkit, packages/cache: a look-up of a key that is not there.
    if (request.url?.startsWith('/twirp/') === true) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":false}');
      return;
    }
    const body = JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] });
    response
      .writeHead(404, { 'content-type': 'application/json', 'docker-distribution-api-version': 'registry/2.0' })
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, stop: async () => await closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
