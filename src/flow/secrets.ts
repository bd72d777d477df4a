import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Inputs } from '../inputs/types.ts';
import { credentialsIn } from '../plan/cache-entry.ts';
import type { World } from './world.ts';

type Env = World['env'];

/** What is larger is data, and nobody prints it by mistake. */
const MAX_FILE_BYTES = 64 * 1024;
/** What is shorter (`on`, `basic`) would be found everywhere. */
const MIN_GUESSED = 6;

/** What nobody may read who was not meant to, as far as a run can know it. */
export interface KnownSecrets {
  /** Given as secrets, or credentials by their place. */
  readonly sure: readonly string[];
  /** Files of secrets, and what is called a secret among build arguments and variables: hidden in what we say ourselves. */
  readonly guessed: readonly string[];
}

/** Makes them unreadable in everything that leaves. */
export async function hideSecrets(inputs: Inputs, world: World): Promise<void> {
  const { sure, guessed } = await secretsOf(inputs, world);
  for (const value of sure) world.addSecret(value);
  for (const value of guessed) world.addSecret(value, 'guessed');
  // The runner hides its own token by itself.
  if (world.githubToken !== null) world.addSecret(world.githubToken, 'guessed');
}

/** Secrets in whatever form they were given, and credentials in caches, proxies and Go proxies. */
export async function secretsOf(
  { request, asked, settings }: Inputs,
  { env, cwd, secretValues }: Pick<World, 'env' | 'cwd' | 'secretValues'>,
): Promise<KnownSecrets> {
  const files = await Promise.all(asked.secretFiles.map(async (entry) => await textOf(attributeOf(entry, 'src'), cwd)));
  const buildArgs = request.buildArgs.map((line) => pairOf(line, env));
  const sure = [
    ...secretValues.values(),
    ...request.secretEnvs.map((entry) => env[attributeOf(entry, 'env')] ?? ''),
    ...[...request.cacheFrom, ...request.cacheTo].flatMap(credentialsIn),
    ...settings.goProxies.flatMap(passwordsOf),
    ...[...Object.entries(env), ...buildArgs].flatMap(([name, value = '']) => credentialsOf(name, value)),
  ];
  const guessed = [...files, ...namedSecrets(Object.entries(env)), ...namedSecrets(buildArgs)];
  return { sure: distinct(sure), guessed: distinct(guessed) };
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((value) => value.trim() !== '');
}

/** `id=NAME,src=FILE`, as `readSecretFiles` and `readSecretEnvs` write it: the last attribute is the rest. */
function attributeOf(entry: string, name: string): string {
  const at = entry.indexOf(`,${name}=`);
  return at === -1 ? '' : entry.slice(at + name.length + 2);
}

async function textOf(path: string, cwd: string): Promise<string> {
  try {
    const place = resolve(cwd, path);
    const found = await stat(place);
    return found.isFile() && found.size <= MAX_FILE_BYTES ? await readFile(place, 'utf8') : '';
  } catch {
    return '';
  }
}

/** `NAME=value`; a name alone takes its value from the environment. */
function pairOf(line: string, env: Env): readonly [string, string | undefined] {
  const at = line.indexOf('=');
  return at === -1 ? [line, env[line]] : [line.slice(0, at), line.slice(at + 1)];
}

/** BuildKit's own words for it (frontend/dockerfile/dockerfile2llb/convert.go, SecretsUsedInArgOrEnv), and access keys. */
const SECRET_NAME =
  /(?:^|_)(?:apikey|api_key|access_key|private_key|credential|credentials|pass|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET_NAME = /(?:^|_)(?:public|file|path|dir|url|id|name|type|expires?|ttl)$/i;
const RUNNER_TOKENS = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'];
const PROXY_NAME = /^(?:https?|ftp|all)_proxy$/i;

/** Variables that hold credentials by their nature. */
function credentialsOf(name: string, value: string): readonly string[] {
  if (PROXY_NAME.test(name)) return passwordsOf(value);
  if (name === 'DOCKER_AUTH_CONFIG') return authsIn(value);
  return RUNNER_TOKENS.includes(name) ? [value] : [];
}

/** The inputs of the action, which are variables as well, are read as what they are. */
function namedSecrets(pairs: readonly (readonly [string, string | undefined])[]): readonly string[] {
  return pairs.flatMap(([name, value = '']) => {
    const isNamed = SECRET_NAME.test(name) && !NO_SECRET_NAME.test(name) && !name.startsWith('INPUT_');
    return isNamed && value.trim().length >= MIN_GUESSED && !isHarmless(value) ? [value] : [];
  });
}

/** Where a secret lies is none, nor is a setting or a word (`POSTGRES_PASSWORD=postgres`). */
function isHarmless(value: string): boolean {
  return /^(?:\.{0,2}\/|[A-Za-z]:\\)/.test(value) || /^(?:[a-z]+|True|False|TRUE|FALSE|\d{1,7})$/.test(value);
}

/** The password of a URL, as it stands there and as it is. */
function passwordsOf(url: string): readonly string[] {
  const [, written] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^:/@\s]*:(\S+)@/i.exec(url) ?? [];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}

/** `auth` and `identitytoken` of a docker configuration in a variable. */
function authsIn(text: string): readonly string[] {
  return [...text.matchAll(/"(?:auth|identitytoken|registrytoken|password)"\s*:\s*"([^"\\]+)"/g)].flatMap(
    ([, value = '']) => {
      const [, password = ''] = /^[^:]+:([^]*)$/.exec(Buffer.from(value, 'base64').toString('utf8')) ?? [];
      return [value, password];
    },
  );
}
