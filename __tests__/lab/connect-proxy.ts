/**
 * An HTTP proxy as companies have them, for CONNECT alone (RFC 9110 section 9.3.6): it asks for a login, and notes the
 * authority of every tunnel in a file.
 *
 *   node __tests__/lab/connect-proxy.ts PORT FILE USER:PASSWORD
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';

const [port = '3128', file = '/dev/null', login = ''] = process.argv.slice(2);
const expected = `Basic ${Buffer.from(login).toString('base64')}`;

createServer((_, answer) => answer.writeHead(405).end())
  .on('connect', (request, client, head) => {
    client.on('error', () => undefined);
    if (request.headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="corp"\r\n\r\n');
      return;
    }
    const authority = request.url ?? '';
    const { hostname, port: targetPort } = new URL(`http://${authority}`);
    const upstream = connect(Number(targetPort || 80), hostname, () => {
      appendFileSync(file, `${authority}\n`);
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  })
  .listen(Number(port), '127.0.0.1');
