/** Who may do what at a registry: Bearer or Basic challenges, answered as the real hosts answer them. */
import type { LabHost, RegistryAuth } from '../contract.ts';
import { answerRegistryError } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { RegistryPath } from './registry-path.ts';
import { allows, parseBasic, parseBearer } from './tokens.ts';
import type { Grant, TokenStore } from './tokens.ts';

type BearerAuth = Extract<RegistryAuth, { scheme: 'bearer' }>;
type Action = 'pull' | 'push';

export type Access =
  /** `mayPull` judges the source repository of a cross-repository mount. */
  { readonly kind: 'granted'; readonly mayPull: (repository: string) => boolean } | { readonly kind: 'refused' };

/** Answers the request itself where access is refused. */
export async function authorize(
  tokens: TokenStore,
  exchange: Exchange,
  route: RegistryPath | undefined,
): Promise<Access> {
  const auth = authOf(exchange.host);
  switch (auth?.scheme) {
    case undefined:
      return { kind: 'granted', mayPull: () => true };
    case 'basic':
      return basicAccess(exchange, auth);
    case 'bearer':
      return bearerAccess(tokens, exchange, route, auth);
  }
}

function authOf(host: LabHost): RegistryAuth | undefined {
  return host.role.kind === 'registry' ? host.role.auth : undefined;
}

async function basicAccess(
  exchange: Exchange,
  auth: { readonly user: string; readonly password: string },
): Promise<Access> {
  const given = parseBasic(exchange.request.headers.authorization);
  if (given?.user === auth.user && given.password === auth.password) {
    return { kind: 'granted', mayPull: () => true };
  }
  const challenge = { 'www-authenticate': 'Basic realm="Registry Realm"' };
  await answerRegistryError(exchange, 401, { code: 'UNAUTHORIZED', message: 'authentication required' }, challenge);
  return { kind: 'refused' };
}

async function bearerAccess(
  tokens: TokenStore,
  exchange: Exchange,
  route: RegistryPath | undefined,
  auth: BearerAuth,
): Promise<Access> {
  const action: Action = exchange.method === 'GET' || exchange.method === 'HEAD' ? 'pull' : 'push';
  if (auth.anonymousRead === true && route !== undefined && action === 'pull') {
    return { kind: 'granted', mayPull: () => true };
  }
  const token = parseBearer(exchange.request.headers.authorization);
  const grant = token === undefined ? undefined : tokens.find(token);
  const valid = grant?.service === auth.service ? grant : undefined;
  if (valid !== undefined && (route === undefined || allows(valid, route.repository, action))) {
    return { kind: 'granted', mayPull: (repository) => allows(valid, repository, 'pull') };
  }
  await (valid === undefined || route === undefined
    ? challenge(exchange, auth, route, action, token === undefined ? undefined : 'invalid_token')
    : refuseScope(exchange, auth, route, action, valid));
  return { kind: 'refused' };
}

async function challenge(
  exchange: Exchange,
  auth: BearerAuth,
  route: RegistryPath | undefined,
  action: Action,
  error: 'invalid_token' | 'insufficient_scope' | undefined,
): Promise<void> {
  const wanted = action === 'pull' ? 'pull' : 'pull,push';
  const scope = auth.fixedScope ?? (route === undefined ? undefined : `repository:${route.repository}:${wanted}`);
  const fields = [
    `realm="${auth.realm}"`,
    `service="${auth.service}"`,
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
    ...(error === undefined ? [] : [`error="${error}"`]),
  ];
  const detail =
    route === undefined ? null : [{ Type: 'repository', Class: '', Name: route.repository, Action: action }];
  await answerRegistryError(
    exchange,
    401,
    { code: 'UNAUTHORIZED', message: 'authentication required', detail },
    { 'www-authenticate': `Bearer ${fields.join(',')}` },
  );
}

/** ghcr.io ends a push without the right in a 403; the others ask again, which docker reports as access denied. */
async function refuseScope(
  exchange: Exchange,
  auth: BearerAuth,
  route: RegistryPath,
  action: Action,
  grant: Grant,
): Promise<void> {
  const asksInVain = action === 'push' && allows(grant, route.repository, 'pull');
  if (action === 'push' && (auth.service === 'ghcr.io' || asksInVain)) {
    const message =
      auth.service === 'ghcr.io' ? 'permission_denied: write_package' : 'requested access to the resource is denied';
    await answerRegistryError(exchange, 403, { code: 'DENIED', message });
    return;
  }
  await challenge(exchange, auth, route, action, 'insufficient_scope');
}
