import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CredentialStore, openCredentials } from '../../src/registry/credentials.ts';

const basic = Buffer.from('me:sec:ret').toString('base64');

interface Machine {
  readonly store: CredentialStore;
  readonly folder: string;
}

/** A machine with a config.json and helpers (shell scripts that read the key into $key). */
async function machine(config: unknown, helpers: Record<string, string> = {}, variable?: string): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  const configFile = join(folder, 'config.json');
  writeFileSync(configFile, typeof config === 'string' ? config : JSON.stringify(config));
  for (const [name, script] of Object.entries(helpers)) {
    const path = join(folder, `docker-credential-${name}`);
    writeFileSync(path, `#!/bin/sh\nkey=$(cat)\necho "$0 $* $key" >> ${folder}/log\n${script}\n`);
    chmodSync(path, 0o755);
  }
  const environment = { PATH: `${folder}:/usr/bin:/bin`, DOCKER_AUTH_CONFIG: variable };
  return { store: await openCredentials({ configFile, environment, helperTimeoutMs: 500 }), folder };
}

describe('the file', () => {
  const auths = {
    'https://index.docker.io/v1/': { auth: basic },
    'ghcr.io': { username: 'u', password: 'p' },
    'https://quay.io/v2/': { auth: Buffer.from('q:q\0').toString('base64') },
    'acr.example': {
      auth: Buffer.from('00000000-0000-0000-0000-000000000000:').toString('base64'),
      identitytoken: 'refresh',
    },
    'empty.example': {},
    'odd.example': { auth: 7 },
    'bad.example': { auth: Buffer.from('nocolon').toString('base64') },
  };

  test.each<[string, object | null]>([
    ['docker.io', { username: 'me', password: 'sec:ret' }],
    ['registry-1.docker.io', { username: 'me', password: 'sec:ret' }],
    ['ghcr.io', { username: 'u', password: 'p' }],
    ['quay.io', { username: 'q', password: 'q' }],
    ['acr.example', { identityToken: 'refresh' }],
    ['empty.example', null],
    ['other.example', null],
    ['sub.ghcr.io', null],
    ['constructor', null],
  ])('%s', async (host, credentials) => {
    const { store } = await machine({ auths });
    expect(await store.credentialsFor(host)).toEqual(credentials);
    expect(store.warnings()).toEqual([]);
  });

  test.each(['odd.example', 'bad.example'])('the entry of %s cannot be read', async (host) => {
    const { store, folder } = await machine({ auths });
    expect(await store.credentialsFor(host)).toBeNull();
    expect(await store.credentialsFor(host)).toBeNull();
    const warning = `${folder}/config.json: the entry of ${host} cannot be read; ${host} is used without a login`;
    expect(store.warnings()).toEqual([warning]);
  });

  test.each(['', '{', `{"auths":{"ghcr.io":{"auth":"${basic}"}}`, '[]', '{"auths":7}', '{"credsStore":{}}'])(
    'a malformed file is a warning without its text: %s',
    async (text) => {
      const { store, folder } = await machine(text);
      expect(await store.credentialsFor('ghcr.io')).toBeNull();
      const warning = `${folder}/config.json is not a docker configuration; registries are used without a login`;
      expect(store.warnings()).toEqual([warning]);
    },
  );

  test('no file, no logins, no warning; an unreadable one is a warning', async () => {
    const missing = await openCredentials({ configFile: '/nonexistent/config.json', environment: {} });
    expect([await missing.credentialsFor('ghcr.io'), missing.warnings()]).toEqual([null, []]);
    const folder = await openCredentials({ configFile: tmpdir(), environment: {} });
    expect(folder.warnings()).toEqual([`${tmpdir()} cannot be read (EISDIR); registries are used without a login`]);
  });
});

describe('helpers', () => {
  const answer = (user: string): string => `echo '{"ServerURL":"x","Username":"${user}","Secret":"s3cret"}'`;

  test('the own helper of a host, else the general store; asked once, with the key on stdin only', async () => {
    const config = { auths: { 'ghcr.io': { auth: basic } }, credsStore: 'all', credHelpers: { 'gcr.io': 'gcloud' } };
    const { store, folder } = await machine(config, { all: answer('me'), gcloud: answer('<token>') });
    expect(await Promise.all(['docker.io', 'docker.io', 'gcr.io', 'ghcr.io'].map(store.credentialsFor))).toEqual([
      { username: 'me', password: 's3cret' },
      { username: 'me', password: 's3cret' },
      { identityToken: 's3cret' },
      { username: 'me', password: 's3cret' },
    ]);
    expect(store.warnings()).toEqual([]);
    expect(readFileSync(`${folder}/log`, 'utf8').trim().split('\n').sort()).toEqual([
      `${folder}/docker-credential-all get ghcr.io`,
      `${folder}/docker-credential-all get https://index.docker.io/v1/`,
      `${folder}/docker-credential-gcloud get gcr.io`,
    ]);
  });

  test.each<[string, string, string | null]>([
    ['has nothing', 'echo "credentials not found in native keychain"; exit 1', null],
    ['has an empty secret', `echo '{"Username":"","Secret":""}'`, null],
    ['fails', 'echo "s3cret is wrong"; echo s3cret >&2; exit 2', 'docker-credential-all ended with code 2'],
    ['talks nonsense', 'echo s3cret', 'docker-credential-all gave an answer that cannot be read'],
    ['hangs', 'sleep 30', 'docker-credential-all did not answer in 0.5 s'],
  ])('that %s', async (_, script, problem) => {
    const { store } = await machine({ credsStore: 'all' }, { all: script });
    expect(await store.credentialsFor('ghcr.io')).toBeNull();
    expect(store.warnings()).toEqual(problem === null ? [] : [`${problem}; ghcr.io is used without a login`]);
  });

  test('that does not exist, or is a path', async () => {
    const { store } = await machine({ credHelpers: { 'a.example': 'none', 'b.example': '../x' } });
    await store.credentialsFor('a.example');
    await store.credentialsFor('b.example');
    expect(store.warnings()).toEqual([
      'docker-credential-none is not installed; a.example is used without a login',
      'docker-credential-../x is not the name of a helper; b.example is used without a login',
    ]);
  });
});

describe('DOCKER_AUTH_CONFIG', () => {
  const auth = (user: string): { auth: string } => ({ auth: Buffer.from(`${user}:pw`).toString('base64') });
  const config = { auths: { 'ghcr.io': auth('file'), 'quay.io': auth('file') }, credHelpers: { 'gcr.io': 'all' } };
  const auths = { 'https://index.docker.io/v1/': auth('env'), 'ghcr.io': auth('env'), 'gcr.io': auth('env') };

  test('comes before the file and its helpers, for the hosts that it names', async () => {
    const { store } = await machine(config, { all: 'exit 9' }, JSON.stringify({ auths }));
    const users = await Promise.all(
      ['docker.io', 'ghcr.io', 'gcr.io', 'quay.io', 'other.example'].map(store.credentialsFor),
    );
    expect(users.map((one) => (one !== null && 'username' in one ? one.username : null))).toEqual([
      'env',
      'env',
      'env',
      'file',
      null,
    ]);
    expect(store.warnings()).toEqual([]);
  });

  test.each(['{', '[]', JSON.stringify({ auths, credsStore: 'all' }), '{"auths":{"ghcr.io":{"username":"env"}}}'])(
    'is passed over where docker does so: %s',
    async (variable) => {
      const { store } = await machine(config, {}, variable);
      expect(await store.credentialsFor('ghcr.io')).toEqual({ username: 'file', password: 'pw' });
      expect(store.warnings()).toEqual([
        'DOCKER_AUTH_CONFIG is passed over, as docker does: it may hold nothing but auths with their auth',
      ]);
    },
  );

  test('an entry without a colon is said, and the file counts', async () => {
    const { store } = await machine(config, {}, '{"auths":{"ghcr.io":{"auth":"bm9jb2xvbg=="}}}');
    expect(await store.credentialsFor('ghcr.io')).toEqual({ username: 'file', password: 'pw' });
    expect(store.warnings()).toEqual(['DOCKER_AUTH_CONFIG: the entry of ghcr.io cannot be read']);
  });
});
