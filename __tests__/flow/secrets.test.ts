import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretsOf, type KnownSecrets } from '../../src/flow/secrets.ts';
import { inputsOf } from '../plan/world.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  await writeFile(join(folder, 'key.pem'), 'first line\nsecond line\n');
  await writeFile(join(folder, 'data'), 'x'.repeat(70_000));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function found(
  flags: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  secretFiles: readonly string[] = [],
): Promise<KnownSecrets> {
  const inputs = inputsOf(flags);
  const asked = { ...inputs.asked, secretFiles };
  return await secretsOf({ ...inputs, asked }, { env, cwd: folder, secretValues: new Map([['secret-1', 'as text']]) });
}

test('secrets in every form that they are given in', async () => {
  const files = ['id=KEY,src=key.pem', 'id=DATA,src=data', 'id=NONE,src=not-there', 'id=DIR,src=.'];
  expect(await found({ 'secret-envs': 'A=FROM_ENV,B=UNSET' }, { FROM_ENV: 'of a variable' }, files)).toEqual({
    sure: ['as text', 'of a variable'],
    guessed: ['first line\nsecond line\n'],
  });
});

describe('credentials by their place', () => {
  test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, readonly string[]]>([
    ['a cache', { 'cache-to': 'type=s3,bucket=b,secret_access_key=k3y' }, {}, ['k3y']],
    ['a Go proxy', { 'go-proxies': 'https://me:p%40ss@proxy.example' }, {}, ['p%40ss', 'p@ss']],
    [
      'a proxy',
      {},
      { HTTPS_PROXY: 'http://me:p@ss@proxy.example:3128', https_proxy: 'me:other@proxy' },
      ['p@ss', 'other'],
    ],
    ['a proxy for the build', { 'build-args': 'http_proxy=http://me:pass@proxy' }, {}, ['pass']],
    ['the runner', {}, { ACTIONS_RUNTIME_TOKEN: 'rt', GITHUB_TOKEN: 'gt' }, ['rt', 'gt']],
    [
      'a docker configuration',
      {},
      { DOCKER_AUTH_CONFIG: `{"auths":{"r.example":{"auth":"${Buffer.from('me:pass').toString('base64')}"}}}` },
      [Buffer.from('me:pass').toString('base64'), 'pass'],
    ],
  ])('%s', async (_, flags, env, secrets) => {
    expect((await found(flags, env)).sure).toEqual(['as text', ...secrets]);
  });
});

test.each([
  ['NPM_TOKEN', 'npm_a1b2c3', true],
  ['DB_PASSWORD', 'hunter2', true],
  ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG', true],
  ['apikey', 'Ab12Cd34', true],
  ['POSTGRES_PASSWORD', 'postgres', false],
  ['TOKEN', 'abc1', false],
  ['TOKEN_FILE', '/run/secrets/a1', false],
  ['CREDENTIALS', '/home/me/a1.json', false],
  ['SECRET_NAME', 'name-of-1', false],
  ['KEYBOARD', 'qwerty12', false],
  ['COMPASS', 'north-12', false],
  ['TOKENIZER', 'bpe-1234', false],
])('what is called a secret, as a variable and as a build argument: %s=%s', async (name, value, isSecret) => {
  const guessed = isSecret ? [value] : [];
  expect((await found({}, { [name]: value, [`INPUT_${name}`]: `x${value}` })).guessed).toEqual(guessed);
  expect((await found({ 'build-args': `${name}=${value}` })).guessed).toEqual(guessed);
  expect((await found({ 'build-args': name }, { [name]: value })).guessed).toEqual(guessed);
});
