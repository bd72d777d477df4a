/** Manifests and blobs of one registry host, with the faults that change what is served. */
import type { RegistryRole } from '../contract.ts';
import { fetchBackend, passedHeaders } from './backend.ts';
import { answer, answerRegistryError } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { cdnLocation } from './cdn.ts';
import type { Lab } from './lab.ts';
import { sendAltered, serveAlteredManifest } from './manifest-faults.ts';
import type { RegistryPath } from './registry-path.ts';
import { backendPath, forward } from './registry-proxy.ts';

export async function serveManifest(
  lab: Lab,
  exchange: Exchange,
  role: RegistryRole,
  route: RegistryPath,
): Promise<void> {
  const { fault, host, response } = exchange;
  const { exceeded, headers } = lab.rateLimits.count(host.name, exchange.method);
  if (role.rateLimit === true) {
    Object.entries(headers).forEach(([name, value]) => response.setHeader(name, value ?? ''));
  }
  if (fault?.fault === 'rate-limited' && exceeded) {
    return answerRegistryError(exchange, 429, { code: 'TOOMANYREQUESTS', message: tooManyRequests(role) });
  }
  const kept = lab.altered.find(host.name, route.reference);
  if (kept !== undefined) {
    return sendAltered(exchange, route.reference, kept);
  }
  if (fault?.fault === 'tampered' || fault?.fault === 'lacks-platform') {
    return serveAlteredManifest(lab.backend, lab.altered, exchange, route, role.prefix);
  }
  return forward(
    lab.backend,
    exchange,
    role.prefix,
    backendPath(role.prefix, await staleRoute(lab, exchange, role, route)),
  );
}

export async function serveBlob(lab: Lab, exchange: Exchange, role: RegistryRole, asked: RegistryPath): Promise<void> {
  const route = await staleRoute(lab, exchange, role, asked);
  const path = backendPath(role.prefix, route);
  // A CDN serves what the registry points to, so content that was tampered with here comes from here.
  if (role.cdn === undefined || exchange.fault?.fault === 'tampered') {
    return forward(lab.backend, exchange, role.prefix, path);
  }
  const { status } = await fetchBackend(lab.backend, { method: 'HEAD', path });
  if (status !== 200) {
    return answerRegistryError(exchange, 404, { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' });
  }
  const location = cdnLocation(role.cdn, `${role.prefix}/${route.repository}`, route.reference);
  return answer(exchange, { status: 307, headers: { location, 'docker-distribution-api-version': 'registry/2.0' } });
}

/** Where a `stale-tag` fault leads: to another tag, or to another repository, whose content then hides in this one. */
async function staleRoute(
  lab: Lab,
  exchange: Exchange,
  role: RegistryRole,
  route: RegistryPath,
): Promise<RegistryPath> {
  const { fault } = exchange;
  if (fault?.fault !== 'stale-tag') {
    return route;
  }
  const colon = fault.servedAs.lastIndexOf(':');
  const repository = colon < 0 ? route.repository : fault.servedAs.slice(0, colon);
  if (route.reference === fault.tag) {
    return { ...route, repository, reference: fault.servedAs.slice(colon + 1) };
  }
  // The registry denies having an OCI index to whoever does not say that he can read one.
  const headers = passedHeaders(exchange.request.headers);
  const path = backendPath(role.prefix, route);
  const { status } = await fetchBackend(lab.backend, { method: 'HEAD', path, headers });
  return status === 200 ? route : { ...route, repository };
}

/** The words of Docker Hub and of public.ecr.aws. */
function tooManyRequests(role: RegistryRole): string {
  return role.rateLimit === true
    ? 'You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: ' +
        'https://www.docker.com/increase-rate-limit'
    : 'Rate exceeded';
}
