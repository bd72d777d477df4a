/**
 * Token endpoints, at their own hosts (auth.docker.io) or on the registry itself (ghcr.io/token).
 * Both ways of asking work: GET with Basic credentials, and the OAuth2 POST with a form
 * (distribution: docs/spec/auth/token.md and oauth.md).
 */
import type { LabHost, RegistryRole } from '../contract.ts';
import { repositoryExists } from './backend.ts';
import { answerJson, answerRegistryError, readBody } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { labHosts, pushCredentials } from './hosts.ts';
import type { Lab } from './lab.ts';
import { parseBasic, parseScopes } from './tokens.ts';
import type { BasicCredentials, Scope } from './tokens.ts';

interface TokenRequest {
  readonly service: string;
  readonly scopes: readonly Scope[];
  readonly fixed: boolean;
  readonly credentials: BasicCredentials | undefined;
}

const endpoints = new Set(
  labHosts.flatMap(({ role }) =>
    role.kind === 'registry' && role.auth?.scheme === 'bearer' ? [new URL(role.auth.realm).href] : [],
  ),
);

export function isTokenEndpoint(host: LabHost, pathname: string): boolean {
  return endpoints.has(`https://${host.name}${pathname}`);
}

export async function serveToken(lab: Lab, exchange: Exchange): Promise<void> {
  const asked = await readTokenRequest(exchange);
  const registry = asked === undefined ? undefined : registryOf(exchange, asked.service);
  if (asked === undefined || registry === undefined) {
    await answerJson(exchange, 400, { details: 'service or credentials are missing or not understood' });
    return;
  }
  const { credentials } = asked;
  const known = credentials?.user === pushCredentials.user && credentials.password === pushCredentials.password;
  if (credentials !== undefined && !known) {
    await refuseCredentials(exchange);
    return;
  }
  const granted = asked.fixed ? [{ repository: '*', actions: ['pull'] }] : await grant(lab, registry, asked, known);
  const hiddenOnly = granted.length === 0 && asked.scopes.length > 0 && asked.scopes.every(onlyPulls);
  if (hiddenOnly && registry.missing === 'denied') {
    // ghcr.io gives no token at all for a package that an anonymous caller may not see.
    await answerRegistryError(exchange, 403, {
      code: 'DENIED',
      message: 'requested access to the resource is denied',
    });
    return;
  }
  const { token, expiresInSeconds, issuedAt } = lab.tokens.issue(asked.service, granted);
  const body = { token, access_token: token, expires_in: expiresInSeconds, issued_at: issuedAt };
  await answerJson(exchange, 200, body);
}

async function grant(lab: Lab, registry: RegistryRole, asked: TokenRequest, known: boolean): Promise<readonly Scope[]> {
  const allowed = known && registry.push === true ? ['pull', 'push'] : ['pull'];
  const scopes = await Promise.all(
    asked.scopes.map(async ({ repository, actions }) => {
      const visible =
        known ||
        registry.missing === undefined ||
        (await repositoryExists(lab.backend, `${registry.prefix}/${repository}`));
      const wanted = actions.includes('*') ? allowed : actions;
      return { repository, actions: visible ? wanted.filter((action) => allowed.includes(action)) : [] };
    }),
  );
  return scopes.filter(({ actions }) => actions.length > 0);
}

async function readTokenRequest(exchange: Exchange): Promise<TokenRequest | undefined> {
  const form = exchange.method === 'POST';
  const fields = form
    ? new URLSearchParams((await readBody(exchange.request, 65_536)).toString())
    : exchange.url.searchParams;
  const basic = parseBasic(exchange.request.headers.authorization);
  const user = fields.get('username');
  const password = fields.get('password');
  const posted = form && user !== null && password !== null ? { user, password } : undefined;
  const scopes = fields.getAll('scope');
  const service = fields.get('service') ?? onlyServiceAt(exchange);
  if (service === undefined || (form && posted === undefined)) {
    return undefined;
  }
  return { service, scopes: parseScopes(scopes), fixed: isFixed(service), credentials: posted ?? basic };
}

/** `ghcr.io/token?scope=…` works without a service too. */
function onlyServiceAt(exchange: Exchange): string | undefined {
  const { role } = exchange.host;
  return role.kind === 'registry' && role.auth?.scheme === 'bearer' ? role.auth.service : undefined;
}

function isFixed(service: string): boolean {
  return labHosts.some(
    ({ role }) =>
      role.kind === 'registry' &&
      role.auth?.scheme === 'bearer' &&
      role.auth.service === service &&
      role.auth.fixedScope !== undefined,
  );
}

function registryOf(exchange: Exchange, service: string): RegistryRole | undefined {
  const realm = `https://${exchange.host.name}${exchange.url.pathname}`;
  const found = labHosts.find(
    ({ role }) =>
      role.kind === 'registry' &&
      role.auth?.scheme === 'bearer' &&
      role.auth.service === service &&
      role.auth.realm === realm,
  );
  return found?.role.kind === 'registry' ? found.role : undefined;
}

function onlyPulls(scope: Scope): boolean {
  return scope.actions.every((action) => action === 'pull');
}

/** Docker Hub says 401 with details; ghcr.io says 403, which docker prints as `denied: denied`. */
function refuseCredentials(exchange: Exchange): Promise<void> {
  return exchange.host.role.kind === 'token'
    ? answerJson(exchange, 401, { details: 'incorrect username or password' })
    : answerRegistryError(exchange, 403, { code: 'DENIED', message: 'denied' });
}
