/** Opaque bearer tokens, each bound to a service and the scopes it was granted (distribution: "Token Authentication"). */
import { randomBytes } from 'node:crypto';

const lifetimeMs = 300_000;

export interface Scope {
  readonly repository: string;
  readonly actions: readonly string[];
}

export interface Grant {
  readonly service: string;
  readonly scopes: readonly Scope[];
  readonly expiresAtMs: number;
}

export interface TokenStore {
  readonly issue: (service: string, scopes: readonly Scope[]) => IssuedToken;
  readonly find: (token: string) => Grant | undefined;
  readonly clear: () => void;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresInSeconds: number;
  readonly issuedAt: string;
}

export function createTokenStore(): TokenStore {
  const grants = new Map<string, Grant>();
  return {
    issue: (service, scopes) => {
      const token = `lab_${randomBytes(24).toString('base64url')}`;
      grants.set(token, { service, scopes, expiresAtMs: Date.now() + lifetimeMs });
      return { token, expiresInSeconds: lifetimeMs / 1000, issuedAt: new Date().toISOString() };
    },
    find: (token) => {
      const grant = grants.get(token);
      return grant !== undefined && grant.expiresAtMs > Date.now() ? grant : undefined;
    },
    clear: () => grants.clear(),
  };
}

/** `repository:library/golang:pull,push`, several separated by spaces or given several times. */
export function parseScopes(texts: readonly string[]): readonly Scope[] {
  return texts
    .flatMap((text) => text.split(' '))
    .flatMap((text) => {
      const match = /^repository(?:\([^)]*\))?:(?<repository>.+):(?<actions>[^:]*)$/.exec(text);
      const { repository, actions } = match?.groups ?? {};
      return repository === undefined || actions === undefined ? [] : [{ repository, actions: actions.split(',') }];
    });
}

export function allows(grant: Grant, repository: string, action: string): boolean {
  return grant.scopes.some(
    (scope) => (scope.repository === repository || scope.repository === '*') && scope.actions.includes(action),
  );
}

export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

export function parseBasic(header: string | undefined): BasicCredentials | undefined {
  const encoded = /^basic (?<encoded>.+)$/i.exec(header ?? '')?.groups?.['encoded'];
  if (encoded === undefined) {
    return undefined;
  }
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

export function parseBearer(header: string | undefined): string | undefined {
  return /^bearer (?<token>.+)$/i.exec(header ?? '')?.groups?.['token'];
}
