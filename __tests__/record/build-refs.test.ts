import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRefs, buildxStateDirectory } from '../../src/record/build-refs.ts';

const START_S = 1_700_000_000;
let state = '';

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'build-refs-'));
  const files = {
    'mine/node0/old': -60,
    'mine/node0/first': 1,
    'mine/node0/second': 5,
    'other/node0/elsewhere': 3,
    '__group__/node0/group': 9,
  };
  for (const [name, seconds] of Object.entries(files)) {
    const file = join(state, 'refs', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '{}');
    await utimes(file, START_S + seconds, START_S + seconds);
  }
});
afterAll(async () => await rm(state, { recursive: true, force: true }));

const ids = async (metadata: string | null): Promise<readonly string[]> =>
  (await buildRefs(state, metadata, START_S * 1000)).map(({ builder, node, id }) => `${builder}/${node}/${id}`);

test('without metadata the builds of this run are those of the builder that came last', async () => {
  expect(await ids(null)).toEqual(['mine/node0/first', 'mine/node0/second']);
});

test('what the metadata names comes last, whatever else was built', async () => {
  const named = JSON.stringify({ 'buildx.build.ref': 'mine/node0/first' });
  expect(await ids(named)).toEqual(['mine/node0/second', 'mine/node0/first']);
  expect(await ids('{"buildx.build.ref":"far/node7/away"}')).toEqual(['far/node7/away']);
});

test.each(['{', '[]', '{"buildx.build.ref":"no reference"}', '{"buildx.build.ref":7}'])(
  'metadata without a reference: %s',
  async (metadata) => expect(await ids(metadata)).toHaveLength(2),
);

test('nothing was ever built', async () => {
  expect(await buildRefs(join(state, 'nowhere'), null, 0)).toEqual([]);
});

test.each([
  [{ HOME: '/home/me' }, '/home/me/.docker/buildx'],
  [{ HOME: '/home/me', DOCKER_CONFIG: '/config' }, '/config/buildx'],
  [{ HOME: '/home/me', DOCKER_CONFIG: '/config', BUILDX_CONFIG: '/state' }, '/state'],
])('buildx keeps its state for %j in %s', (env, folder) => {
  expect(buildxStateDirectory(env)).toBe(folder);
});
