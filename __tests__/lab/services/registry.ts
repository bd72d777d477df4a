/** One registry host in front of the real one: tokens, redirects, access, and then the content. */
import type { RegistryRole } from '../contract.ts';
import { answer, answerJson, answerRegistryError } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Lab } from './lab.ts';
import { authorize } from './registry-auth.ts';
import { serveBlob, serveManifest } from './registry-content.ts';
import { parseRegistryPath } from './registry-path.ts';
import { backendPath, forward } from './registry-proxy.ts';
import { isTokenEndpoint, serveToken } from './token-endpoint.ts';

export async function serveRegistry(lab: Lab, exchange: Exchange, role: RegistryRole): Promise<void> {
  const { pathname } = exchange.url;
  if (isTokenEndpoint(exchange.host, pathname)) {
    return serveToken(lab, exchange);
  }
  if (role.redirect !== undefined) {
    return answer(exchange, { status: 302, headers: { location: `https://${role.redirect}${exchange.path}` } });
  }
  if (!/^\/v2(\/|$)/.test(pathname)) {
    return answer(exchange, { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' });
  }
  const route = parseRegistryPath(exchange.path);
  const access = await authorize(lab.tokens, exchange, route);
  if (access.kind === 'refused') {
    return;
  }
  if (route === undefined) {
    return /^\/v2\/?$/.test(pathname)
      ? answerJson(exchange, 200, {}, { 'docker-distribution-api-version': 'registry/2.0' })
      : answerRegistryError(exchange, 404, { code: 'UNSUPPORTED', message: 'The operation is unsupported.' });
  }
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    return role.push === true
      ? forward(lab.backend, exchange, role.prefix, backendPath(role.prefix, route, access.mayPull))
      : answerRegistryError(exchange, 405, { code: 'UNSUPPORTED', message: 'The operation is unsupported.' });
  }
  if (route.kind === 'manifests') {
    return serveManifest(lab, exchange, role, route);
  }
  if (route.kind === 'blobs' && !route.reference.startsWith('uploads/')) {
    return serveBlob(lab, exchange, role, route);
  }
  return forward(lab.backend, exchange, role.prefix, backendPath(role.prefix, route, access.mayPull));
}
