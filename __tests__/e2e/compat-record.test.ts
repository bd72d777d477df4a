/** Jobs of the original about the summary and the build record: summary-disable, record-upload-disable, record-retention-days. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectGreen, lines, runStep, TEST_SOURCES, useCompatLab } from './compat.ts';
import { checkout, unavailable } from './world.ts';

const world = useCompatLab('docker');
const RESULTS = 'results-receiver.actions.githubusercontent.com';
const test1 = { context: './test', file: './test/Dockerfile' };

/** The files in a record, which is what Docker Desktop imports: a gzipped OCI layout. */
async function recordsIn(contentBase64: string): Promise<readonly string[]> {
  const file = path.join(world.lab.job.temp, 'kept.dockerbuild');
  await writeFile(file, Buffer.from(contentBase64, 'base64'));
  const index = await world.sh(`tar xzOf ${file} index.json && rm ${file}`);
  const { manifests } = JSON.parse(index) as { readonly manifests: readonly { readonly mediaType: string }[] };
  return manifests.map(({ mediaType }) => mediaType);
}

test('record-retention-days: 2 ends in two days, 0 is the repository’s own', async () => {
  const { lab } = world;
  const sha = await lab.publishRepository('acme/api', TEST_SOURCES);
  for (const days of ['2', '0']) {
    const env = { GITHUB_SHA: sha, DOCKER_BUILD_RECORD_RETENTION_DAYS: days };
    const main = await lab.run({ inputs: { file: './test/Dockerfile' }, env });
    await expectGreen(main, [`https://github.com/acme/api.git#${sha}`]);
    const [, id = ''] = /"buildx\.build\.ref": "default\/default\/(\w+)"/.exec(main.outputs['metadata'] ?? '') ?? [];
    const post = await main.post();
    const name = `acme~api~${id.slice(0, 6).toUpperCase()}.dockerbuild`;
    const artifact = (await lab.artifacts()).at(-1);
    expect(artifact, post.log).toMatchObject({ name, version: 7 });
    expect(await recordsIn(artifact?.contentBase64 ?? '')).toHaveLength(1);
    const inDays = (Date.parse(artifact?.expiresAt ?? '') - Date.now()) / 86_400_000;
    expect(Math.ceil(inDays)).toBe(days === '2' ? 2 : Number.NaN);
    expect(post.summary).toContain(`[\`${name}\`](./424242/artifacts/${artifact?.id}) (`);
  }
});

test.each([
  {
    job: 'record-upload-disable',
    env: { DOCKER_BUILD_RECORD_UPLOAD: 'false' },
    reason: 'Build record upload disabled',
  },
  { job: 'summary-disable', env: { DOCKER_BUILD_SUMMARY: 'false' }, reason: 'Build summary disabled' },
  {
    job: 'GitHub Enterprise Server',
    env: { GITHUB_SERVER_URL: 'https://ghe.corp.example' },
    reason: 'Build summary is not yet supported on GHES',
  },
])('$job: no record', async ({ job, env, reason }) => {
  const before = (await world.lab.artifacts()).length;
  const result = await world.step(test1, { env });
  await expectGreen(result, ['./test']);
  expect(result.log).toContain(`::group::Check build summary support\n${reason}\n`);
  expect(await world.lab.artifacts()).toHaveLength(before);
  expect(result.summary === '').toBe(job === 'summary-disable');
});

test('a failed build leaves its record too', async () => {
  const { lab } = world;
  await checkout(lab, { 'test/broken.Dockerfile': lines('FROM alpine', 'RUN false') });
  const broken = await world.step({ context: './test', file: './test/broken.Dockerfile' });
  expect(broken.exitCode).toBe(1);
  expect((await lab.artifacts()).at(-1)?.name).toMatch(/^acme~api~\w{6}\.dockerbuild$/);
});

test('an artifact service that is down costs a warning, and no more', async () => {
  const { lab } = world;
  await lab.faults([unavailable(RESULTS, 'ArtifactService')]);
  const main = await lab.run({ inputs: test1 });
  await expectGreen(main, ['./test']);
  const post = await main.post();
  await lab.faults([]);
  expect(post.exitCode).toBe(0);
  expect(post.commands.find(({ name }) => name === 'warning')?.message).toBe(
    'The build record is not kept: CreateArtifact: the artifact service answered 503',
  );
  expect(post.summary).not.toContain('.dockerbuild');
});

test('a runner without an artifact service is no reason to fail', async () => {
  const result = await runStep(world.lab, test1, { cache: false });
  await expectGreen(result, ['./test']);
});
