import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Observed, StandInWorld } from '../../scripts/differential/case.ts';
import { observe, readSide, type Side } from '../../scripts/differential/observe.ts';
import { actions, RUN_URL, SHA } from '../inputs/drop-in/given.ts';

/*
 * The whole action as GitHub's runner starts it, in the form of docker/build-push-action, with a stand-in for docker that
 * records what it is asked. What is asserted here is what `npm run test:differential` compares with the original.
 */

const digest = `sha256:${'1f3c8a0b'.repeat(8)}`;
const GIT = `https://github.com/acme/api.git#${SHA}`;
const good: StandInWorld['build'] = {
  exitCode: 0,
  stdout: '',
  stderr: '#1 DONE 0.0s\n',
  imageId: digest,
  metadata: `{"containerimage.digest":"${digest}"}\n`,
};
const failing = { ...good, exitCode: 1, imageId: null, metadata: null };

let folder = '';
let action: Side | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drop-in-'));
  action = await readSide('action.yml', 'src/action.ts');
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

interface Changes {
  readonly env?: Readonly<Record<string, string>>;
  readonly world?: Partial<Omit<StandInWorld, 'build'>>;
  readonly build?: Partial<StandInWorld['build']>;
}

async function step(
  inputs: Readonly<Record<string, string>>,
  { env = {}, world = {}, build = {} }: Changes = {},
): Promise<Observed> {
  if (action === undefined) throw new Error('the action was not read');
  const one = {
    number: 1,
    inputs,
    env: { ...actions, ...env },
    event: { repository: { private: true } },
    world: {
      docker: true,
      buildx: 'v0.29.1',
      builder: { driver: 'docker-container', nodes: ['v0.25.1'] },
      ...world,
      build: { ...good, ...build },
    },
  };
  return await observe({ ...action, main: join(process.cwd(), action.main) }, one, join(folder, 'run'));
}

test('a build of the default Git context, with secrets', async () => {
  const secrets = 'TOKEN=hunter22\n"KEY=line one\nline two\n"\nnot a secret at all';
  const seen = await step({ secrets, tags: 'acme/api:1' });
  expect(seen.argv).toEqual([
    ...[
      'docker',
      'build',
      '--iidfile',
      '<iidfile>',
      '--attest',
      `type=provenance,mode=min,inline-only=true,builder-id=${RUN_URL}`,
    ],
    ...['--secret', 'id=TOKEN,src=<"hunter22">', '--secret', 'id=KEY,src=<"line one\\nline two\\n">'],
    ...[
      '--secret',
      'id=GIT_AUTH_TOKEN.github.com,src=<"ghs_defaulttoken0123">',
      '--tag',
      'acme/api:1',
      '--metadata-file',
      '<metadata-file>',
      GIT,
    ],
  ]);
  expect(seen).toMatchObject({ exitCode: 0, builds: 1, secretModes: ['600', '600', '600'] });
  expect(seen.outputs).toMatchObject({
    imageid: digest,
    digest,
    metadata: `{\n  "containerimage.digest": "${digest}"\n}`,
  });
  expect(seen.masks).toEqual(expect.arrayContaining(['hunter22', 'line one', 'line two', 'ghs_defaulttoken0123']));
  const told = seen.log.replaceAll(/^::add-mask::.*$/gm, '') + seen.summary;
  expect(told).not.toMatch(/hunter22|line one|not a secret at all|ghs_/);
  expect(told).toContain('input secrets: item 3 is not a valid secret');
  expect(seen.summary).toContain('acme/api:1');
});

test('a short secret eats no part of an output', async () => {
  const seen = await step({ secrets: 'PIN=1', context: '.' });
  expect(seen.outputs['digest']).toBe(digest);
});

test('a failure in the words that people search for, without a summary where it is turned off', async () => {
  const stderr = '#1 DONE 0.0s\nERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN\n';
  const seen = await step(
    { context: '.' },
    { build: { ...failing, stderr, metadata: '{"buildx.build.ref":"a/b/c"}' }, env: { DOCKER_BUILD_SUMMARY: 'false' } },
  );
  expect(seen).toMatchObject({ exitCode: 1, builds: 1, summary: '' });
  expect(seen.errors).toContain(
    'buildx failed with: ERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN',
  );
  expect(seen.outputs['metadata']).toBe('{\n  "buildx.build.ref": "a/b/c"\n}');
  expect(seen.outputs).not.toHaveProperty('digest');
});

test('a check that finds something is made once, and its first line is the error', async () => {
  const stdout = 'Check complete, 3 warnings have been found!\n\nWARNING: StageNameCasing\n';
  const seen = await step(
    { context: '.', call: 'check' },
    { build: { ...failing, stdout, stderr: 'ERROR: 503 Service Unavailable\n' } },
  );
  expect(seen).toMatchObject({ exitCode: 1, builds: 1 });
  expect(seen.errors.at(-1)).toBe('Check complete, 3 warnings have been found!');
});

test.each<[string, Readonly<Record<string, string>>, Changes, string]>([
  [
    'no buildx',
    {},
    { world: { buildx: null } },
    'Docker buildx is required. See https://github.com/docker/setup-buildx-action to set up buildx.',
  ],
  ['no such builder', { builder: 'nobody' }, {}, 'ERROR: no builder "nobody" found'],
  [
    'call with an old buildx',
    { call: 'check' },
    { world: { buildx: 'v0.14.1' } },
    'Buildx >= 0.15.0 is required to use the call flag.',
  ],
])('%s: nothing is built', async (_, inputs, changes, error) => {
  const seen = await step({ context: '.', ...inputs }, changes);
  expect(seen).toMatchObject({ exitCode: 1, builds: 0, errors: [error] });
});

test('without a docker command, and with what build checks found', async () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const warning = {
    short: base64('FromAsCasing: oops (line 1)'),
    detail: [base64('Case')],
    sourceInfo: { filename: 'Dockerfile', data: base64('FROM scratch\nCOPY . /\n') },
    range: [{ start: { line: 1 } }],
  };
  const build = { metadata: JSON.stringify({ 'buildx.build.warnings': [warning] }) };
  const seen = await step({ context: './sub' }, { world: { docker: false }, build });
  expect(seen.argv?.slice(0, 2)).toEqual(['buildx', 'build']);
  expect(seen.annotations).toEqual(['title=Case,file=sub/Dockerfile,line=1 FromAsCasing: oops']);
  const silent = await step({ context: './sub' }, { build, env: { DOCKER_BUILD_CHECKS_ANNOTATIONS: 'false' } });
  expect(silent.annotations).toEqual([]);
});

test('a docker configuration that cannot be read is a warning', async () => {
  const config = join(folder, 'docker');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'config.json'), 'garbage {');
  const seen = await step({ context: '.' }, { env: { DOCKER_CONFIG: config } });
  expect(seen).toMatchObject({ exitCode: 0, builds: 1 });
  expect(seen.log).toMatch(/^::warning::.*config\.json/m);
});
