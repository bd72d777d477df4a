import { z } from 'zod';
import { parseJson } from './json.ts';
import type { Credentials } from './token.ts';

/**
 * The parts of docker's config.json that say how to log in
 * (https://docs.docker.com/reference/cli/docker/#configuration-files, docker/cli cli/config/configfile/file.go).
 */
export interface DockerConfig {
  /** Entries by registry as `docker login` wrote them; each is read only when it is needed. */
  readonly auths: Readonly<Record<string, unknown>>;
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore: string | null;
  /** Proxies that docker hands to builds, by engine or `default`. */
  readonly proxies: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Where the credentials of a host are. `key` is the name that docker files them under. */
export type CredentialSource =
  | { readonly kind: 'helper'; readonly helper: string; readonly key: string }
  | { readonly kind: 'file'; readonly credentials: Credentials }
  | { readonly kind: 'malformed'; readonly key: string }
  | { readonly kind: 'none' };

export const noDockerConfig: DockerConfig = { auths: {}, credHelpers: {}, credsStore: null, proxies: {} };

const dockerHubKey = 'https://index.docker.io/v1/';

const configSchema = z.object({
  auths: z.record(z.string(), z.unknown()).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
  // What is wrong about them is docker's to say.
  proxies: z.record(z.string(), z.record(z.string(), z.string())).optional().catch(undefined),
});

const variableSchema = z.strictObject({ auths: z.record(z.string(), z.strictObject({ auth: z.string() })).optional() });

const entrySchema = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});

/** Null for anything that is no config.json. The text is not quoted in any message: it holds secrets. */
export function parseDockerConfig(text: string): DockerConfig | null {
  const parsed = configSchema.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { auths = {}, credHelpers = {}, credsStore = '', proxies = {} } = parsed.data;
  return { auths, credHelpers, credsStore: credsStore === '' ? null : credsStore, proxies };
}

/**
 * `DOCKER_AUTH_CONFIG`, which docker asks before its file and helpers; null for anything that docker passes over as well:
 * it takes `auths` with their `auth` and nothing beside these (docker/cli cli/config/configfile/file.go `parseEnvConfig`).
 */
export function parseAuthVariable(text: string): DockerConfig['auths'] | null {
  const parsed = variableSchema.safeParse(parseJson(text));
  return parsed.success ? (parsed.data.auths ?? {}) : null;
}

/** What the variable says of a host, by exactly the name that docker files it under; none where it says nothing. */
export function variableSource(auths: DockerConfig['auths'], host: string): CredentialSource {
  const key = credentialKey(host);
  const parsed = Object.hasOwn(auths, key) ? entrySchema.safeParse(auths[key]) : null;
  if (parsed === null) return { kind: 'none' };
  return parsed.success ? sourceOf(parsed.data, key) : { kind: 'malformed', key };
}

/** In docker's order: the host's own helper, the general store, the file. */
export function credentialSource(config: DockerConfig, host: string): CredentialSource {
  const key = credentialKey(host);
  const own = Object.hasOwn(config.credHelpers, key) ? config.credHelpers[key] : undefined;
  const helper = own === undefined || own === '' ? config.credsStore : own;
  if (helper !== null) return { kind: 'helper', helper, key };
  const entry = entryOf(config.auths, key);
  if (entry === undefined) return { kind: 'none' };
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) return { kind: 'malformed', key };
  return sourceOf(parsed.data, key);
}

/** Docker Hub is filed under the address of its first API. */
export function credentialKey(host: string): string {
  return /^(index\.|registry-1\.)?docker\.io$/.test(host) ? dockerHubKey : host;
}

function sourceOf(entry: z.infer<typeof entrySchema>, key: string): CredentialSource {
  if (entry.identitytoken !== undefined && entry.identitytoken !== '') {
    return { kind: 'file', credentials: { identityToken: entry.identitytoken } };
  }
  if (entry.auth !== undefined && entry.auth !== '') {
    const decoded = Buffer.from(entry.auth, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon < 1) return { kind: 'malformed', key };
    const password = decoded.slice(colon + 1).replace(/^\0+|\0+$/g, '');
    return { kind: 'file', credentials: { username: decoded.slice(0, colon), password } };
  }
  const { username = '', password = '' } = entry;
  return username === '' ? { kind: 'none' } : { kind: 'file', credentials: { username, password } };
}

/** The entry itself, else one whose key names the same host with a scheme or a path (`ConvertToHostname`). */
function entryOf(auths: DockerConfig['auths'], key: string): unknown {
  if (Object.hasOwn(auths, key)) return auths[key];
  return Object.entries(auths).find(([other]) => hostOf(other) === hostOf(key))?.[1];
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
}
