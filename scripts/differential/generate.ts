import type { Case, StandInWorld } from './case.ts';
import * as pools from './pools.ts';
import type { Random } from './random.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const HEAD_SHA = 'fedcba9876543210fedcba9876543210fedcba98';
/** The content of every Dockerfile in the little repository: it needs nothing. */
export const DOCKERFILE = 'FROM scratch\nCOPY . /\n';
const DIGEST = `sha256:${'1f3c8a0b'.repeat(8)}`;

/** One step with random inputs. `host` is a registry of this machine that is up. */
export function generateCase(number: number, random: Random, host: string): Case {
  const inputs: Record<string, string> = {};
  for (const [name, pool] of Object.entries(pools.ITEM_POOLS)) {
    if (random.chance(0.25)) inputs[name] = joinItems(random.some(pool, 3), random);
  }
  for (const [name, pool] of Object.entries(pools.LINE_POOLS)) {
    if (random.chance(0.25)) inputs[name] = joinLines(random.some(pool, 3), random);
  }
  for (const [name, pool] of Object.entries(pools.SINGLE_POOLS)) {
    if (random.chance(0.25)) inputs[name] = random.pick(pool);
  }
  if (random.chance(0.35)) inputs['secrets'] = joinLines(random.some(pools.SECRETS, 4), random);
  for (const name of pools.BOOLEANS) {
    if (random.chance(0.25))
      inputs[name] = random.chance(0.97) ? random.pick(['true', 'True', 'false']) : random.pick(pools.BOOLEAN_VALUES);
  }
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, value.replaceAll('HOST', host)]),
  );
  return {
    number,
    inputs: given,
    env: { ...environment(random), ...(random.chance(0.5) ? cacheService(host) : {}) },
    event: eventOf(random),
    world: worldOf(random),
  };
}

function joinItems(items: readonly string[], random: Random): string {
  const separator = random.pick(['\n', ',', ', ', ' , ', '\n\n', '\r\n']);
  const text = items.join(separator);
  if (random.chance(0.05)) return `"${items.join(',')}"\n${text}`;
  return random.chance(0.1) ? `  ${text}${random.pick(['\n', ',', '  ', '\r\n'])}` : text;
}

function joinLines(items: readonly string[], random: Random): string {
  const lines = items.map((item) => (random.chance(0.08) && !item.startsWith('"') ? quoted(item, random) : item));
  // Now and then both kinds of line ends, or a quote that never closes.
  if (random.chance(0.02)) return `${lines.join('\r\n')}\nLAST=1`;
  if (random.chance(0.02)) return `"${lines.join('\n')}`;
  const text = lines.join(random.pick(['\n', '\n', '\n', '\r\n', '\n\n']));
  return random.chance(0.2) ? `${text}\n` : text;
}

function quoted(item: string, random: Random): string {
  const text = random.chance(0.3) ? `${item}\nand a second line` : item;
  return `"${text.replaceAll('"', '""')}"`;
}

function environment(random: Random): Record<string, string> {
  const ref = random.pick(pools.REFS);
  const env: Record<string, string> = {
    GITHUB_REPOSITORY: 'acme/api',
    GITHUB_REF: ref,
    GITHUB_SHA: SHA,
    GITHUB_RUN_ID: '123456789',
    GITHUB_ACTOR: 'octocat',
    MY_SECRET_ENV: 'secret from the environment',
  };
  for (const [name, pool] of Object.entries(pools.VARIABLES)) {
    if (random.chance(0.2)) env[name] = random.pick(pool);
  }
  return env;
}

/** The job's cache service, with a token that may read and write (actions/runner, the claims that BuildKit reads). */
function cacheService(host: string): Readonly<Record<string, string>> {
  const claims = { nbf: 0, exp: 4_000_000_000, ac: '[{"Scope":"refs/heads/main","Permission":3}]' };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    ACTIONS_RUNTIME_TOKEN: `${part({ alg: 'none' })}.${part(claims)}.signature`,
    ACTIONS_RESULTS_URL: `http://${host}/`,
    ACTIONS_CACHE_SERVICE_V2: 'true',
  };
}

function eventOf(random: Random): unknown {
  const repository = random.chance(0.9)
    ? { private: random.chance(0.5), name: 'api', owner: { login: 'acme' } }
    : undefined;
  return random.chance(0.4) ? { repository, pull_request: { number: 12, head: { sha: HEAD_SHA } } } : { repository };
}

function worldOf(random: Random): StandInWorld {
  return {
    docker: random.chance(0.93),
    buildx: random.chance(0.02) ? null : random.pick(pools.BUILDX_VERSIONS),
    builder: random.pick(pools.BUILDERS),
    build: random.chance(0.8) ? goodBuild(random) : badBuild(random),
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Findings of build checks, as buildx puts them into its metadata. */
function warningsOf(random: Random): unknown {
  return random.some([1, 2, 3], 3).map((line) => ({
    level: 1,
    short: base64(`StageNameCasing: Stage name 'Build' should be lowercase (line ${line})`),
    detail: random.chance(0.9) ? [base64('Stage names should be lowercase')] : undefined,
    url: random.chance(0.7) ? 'https://docs.docker.com/go/dockerfile/rule/stage-name-casing/' : undefined,
    sourceInfo: {
      filename: random.pick(['Dockerfile', 'Dockerfile', 'other.Dockerfile']),
      data: base64(random.chance(0.8) ? DOCKERFILE : 'FROM other\n'),
      language: 'Dockerfile',
    },
    range: random.chance(0.9) ? [{ start: { line }, end: { line } }] : undefined,
  }));
}

function goodBuild(random: Random): StandInWorld['build'] {
  const metadata = random.pick<unknown>([
    { 'buildx.build.ref': 'mybuilder/mybuilder0/abcdef', 'containerimage.digest': DIGEST, 'image.name': 'acme/api:1' },
    {
      'buildx.build.provenance': { builder: { id: '' } },
      'containerimage.config.digest': DIGEST,
      'containerimage.digest': DIGEST,
    },
    { 'buildx.build.ref': 'mybuilder/mybuilder0/abcdef' },
    { 'buildx.build.ref': 'mybuilder/mybuilder0/abcdef', 'buildx.build.warnings': warningsOf(random) },
    { 'buildx.build.ref': 'mybuilder/mybuilder0/abcdef', 'buildx.build.warnings': warningsOf(random) },
    {},
    null,
  ]);
  const stderr =
    '#1 [internal] load build definition from Dockerfile\n#1 transferring dockerfile: 32B done\n#1 DONE 0.0s\n';
  const written = random.chance(0.9)
    ? `${JSON.stringify(metadata, null, random.pick([0, 2, 4]))}${random.pick(['', '\n'])}`
    : null;
  return { exitCode: 0, stdout: '', stderr, imageId: random.chance(0.8) ? DIGEST : null, metadata: written };
}

/** Failures that are the build's own: the ones that nobody would try again. */
function badBuild(random: Random): StandInWorld['build'] {
  const last = random.pick([
    'ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2',
    'ERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN',
    'ERROR: failed to build: unable to prepare context: path "nowhere" not found',
    'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref abc::def: "/app": not found',
  ]);
  const stderr = `#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n------\n${last}\n${random.pick(['', '\n', '  \n'])}`;
  const stdout = random.chance(0.3) ? 'Check complete, 3 warnings have been found!\n\nWARNING: StageNameCasing\n' : '';
  const metadata = random.chance(0.3) ? JSON.stringify({ 'buildx.build.ref': 'mybuilder/mybuilder0/abcdef' }) : null;
  return { exitCode: 1, stdout, stderr, imageId: null, metadata };
}
