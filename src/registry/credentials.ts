import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  type DockerConfig,
  credentialSource,
  noDockerConfig,
  parseAuthVariable,
  parseDockerConfig,
  variableSource,
} from './docker-config.ts';
import { parseJson } from './json.ts';
import type { Credentials } from './token.ts';

/** The logins of this machine. A problem with them never stops a build: it is a warning, and anonymous access. */
export interface CredentialStore {
  /** For a registry as the user names it: `docker.io`, `ghcr.io`. Never rejects; each host is asked for once. */
  credentialsFor(host: string): Promise<Credentials | null>;
  /** What went wrong so far, in words for the log; never with a secret. */
  warnings(): readonly string[];
  /** The proxies of the same configuration. */
  readonly proxies: DockerConfig['proxies'];
}

export interface CredentialOptions {
  /** docker's config.json; a missing file is a machine without logins. */
  readonly configFile: string;
  /** What a helper runs with: at least PATH, and HOME for most. Its `DOCKER_AUTH_CONFIG` comes before the file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default 10 s. */
  readonly helperTimeoutMs?: number;
}

type HelperAnswer =
  | { readonly kind: 'credentials'; readonly credentials: Credentials }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly problem: string };

/** Logins for those who cannot write a file (docker/cli, since 28.3). */
const VARIABLE = 'DOCKER_AUTH_CONFIG';
const maxHelperBytes = 1024 * 1024;
const helperSchema = z.object({ Username: z.string(), Secret: z.string() });
/** docker/docker-credential-helpers credentials/error.go: what a helper says when it has nothing. */
const nothingThere = /credentials not found in native keychain|no credentials server URL|no credentials username/i;

export async function openCredentials(options: CredentialOptions): Promise<CredentialStore> {
  const { configFile, environment, helperTimeoutMs = 10_000 } = options;
  const warnings: string[] = [];
  const config = await readConfig(configFile, warnings);
  const variable = readVariable(environment[VARIABLE], warnings);
  const asked = new Map<string, Promise<Credentials | null>>();

  async function find(host: string): Promise<Credentials | null> {
    const given = variableSource(variable, host);
    if (given.kind === 'malformed') warnings.push(`${VARIABLE}: the entry of ${given.key} cannot be read`);
    const source = given.kind === 'file' ? given : credentialSource(config, host);
    switch (source.kind) {
      case 'none':
        return null;
      case 'file':
        return source.credentials;
      case 'malformed':
        warnings.push(`${configFile}: the entry of ${source.key} cannot be read; ${host} is used without a login`);
        return null;
      case 'helper': {
        const answer = await askHelper(source.helper, source.key, environment, helperTimeoutMs);
        if (answer.kind === 'failed') {
          warnings.push(`docker-credential-${source.helper} ${answer.problem}; ${host} is used without a login`);
        }
        return answer.kind === 'credentials' ? answer.credentials : null;
      }
    }
  }

  function credentialsFor(host: string): Promise<Credentials | null> {
    const known = asked.get(host) ?? find(host);
    asked.set(host, known);
    return known;
  }

  return { credentialsFor, warnings: () => [...warnings], proxies: config.proxies };
}

function readVariable(text: string | undefined, warnings: string[]): DockerConfig['auths'] {
  if (text === undefined || text === '') return {};
  const auths = parseAuthVariable(text);
  if (auths === null)
    warnings.push(`${VARIABLE} is passed over, as docker does: it may hold nothing but auths with their auth`);
  return auths ?? {};
}

async function readConfig(path: string, warnings: string[]): Promise<DockerConfig> {
  try {
    const config = parseDockerConfig(await readFile(path, 'utf8'));
    if (config !== null) return config;
    warnings.push(`${path} is not a docker configuration; registries are used without a login`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code !== 'ENOENT') warnings.push(`${path} cannot be read (${code}); registries are used without a login`);
  }
  return noDockerConfig;
}

/** The protocol of docker/docker-credential-helpers: the key on stdin, JSON on stdout. */
function askHelper(
  helper: string,
  key: string,
  environment: CredentialOptions['environment'],
  timeoutMs: number,
): Promise<HelperAnswer> {
  if (!/^[\w.-]+$/.test(helper)) return Promise.resolve({ kind: 'failed', problem: 'is not the name of a helper' });
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${helper}`, ['get'], {
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'ignore'],
      signal: AbortSignal.timeout(timeoutMs),
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdin.on('error', () => undefined);
    child.stdin.end(key);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxHelperBytes) chunks.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const problem = error.code === 'ENOENT' ? 'is not installed' : `failed (${error.code ?? error.name})`;
      const late = error.name === 'AbortError';
      // A grandchild may hold the pipe open: nothing of it is awaited.
      child.stdout.destroy();
      resolve({ kind: 'failed', problem: late ? `did not answer in ${timeoutMs / 1000} s` : problem });
    });
    child.on('close', (code) => resolve(helperAnswer(code, Buffer.concat(chunks).toString('utf8'))));
  });
}

function helperAnswer(code: number | null, output: string): HelperAnswer {
  if (code !== 0) {
    return nothingThere.test(output) ? { kind: 'none' } : { kind: 'failed', problem: `ended with code ${code}` };
  }
  const parsed = helperSchema.safeParse(parseJson(output));
  if (!parsed.success) return { kind: 'failed', problem: 'gave an answer that cannot be read' };
  const { Username: username, Secret: secret } = parsed.data;
  if (secret === '') return { kind: 'none' };
  const credentials = username === '<token>' ? { identityToken: secret } : { username, password: secret };
  return { kind: 'credentials', credentials };
}
