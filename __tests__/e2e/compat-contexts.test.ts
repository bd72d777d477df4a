/** Jobs of the original about contexts: minimal, git-context*, path-context, example, named-context-*, standalone. */
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeForActions } from '../lab/host/paths.ts';
import { APP, expectGreen, expectPushedTo, lines, printed, TEST_SOURCES, useCompatLab } from './compat.ts';
import { checkout } from './world.ts';

const world = useCompatLab('docker-container');
const CONTEXT = 'https://github.com/acme/api.git';
const BOTH = 'linux/amd64,linux/arm64';

test('minimal: without a context the commit of the event is built', async () => {
  const sha = await world.lab.publishRepository('acme/api', TEST_SOURCES);
  const result = await world.step({ file: './test/Dockerfile' }, { env: { GITHUB_SHA: sha } });
  await expectGreen(result, [`${CONTEXT}#${sha}`]);
  expect(printed(result)).toContain('\nHello world!\n');
  // A build that goes nowhere leaves no image.
  expect(result.outputs).not.toHaveProperty('digest');
  expect(result.outputs).not.toHaveProperty('imageid');
  expect(JSON.parse(result.outputs['metadata'] ?? '')).toHaveProperty(['buildx.build.ref']);
});

test.each([
  { job: 'git-context', env: {}, context: (sha: string) => `${CONTEXT}#${sha}` },
  {
    job: 'git-context-query',
    env: { BUILDX_SEND_GIT_QUERY_AS_INPUT: 'true' },
    context: (sha: string) => `${CONTEXT}?ref=${sha}`,
  },
])('$job: two platforms of a private repository, pushed under two tags', async ({ job, env, context }) => {
  const { lab } = world;
  const sha = await lab.publishRepository('acme/api', TEST_SOURCES, { isPrivate: true });
  const tags = [`${APP}:latest`, `${APP}:${job}`];
  const result = await world.step(
    // Not test/Dockerfile: nothing of the other platform runs here, so that no emulation is needed.
    { file: './test/multi.Dockerfile', builder: 'mybuilder', platforms: BOTH, push: true, tags: tags.join('\n') },
    { env: { ...env, GITHUB_SHA: sha } },
  );
  await expectGreen(result, ['--push', context(sha)]);
  await expectPushedTo(lab, result, tags);
  expect(Object.keys((await lab.inspectRemote(tags[0] ?? ''))?.platforms ?? {}).toSorted()).toEqual(BOTH.split(','));
});

test('git-context-secret: a token of the user fetches, secrets keep their lines', async () => {
  const { lab } = world;
  const secretDockerfile = lines(
    'FROM busybox AS run',
    'RUN --mount=type=secret,id=MYSECRET --mount=type=secret,id=EMPTYLINE --mount=type=secret,id=FOO \\',
    '  for name in MYSECRET EMPTYLINE FOO; do echo "$name $(md5sum </run/secrets/$name)"; done >/seen',
    'FROM scratch',
    'COPY --from=run /seen /',
  );
  const sha = await lab.publishRepository('acme/api', { 'test/Dockerfile': secretDockerfile }, { isPrivate: true });
  const result = await world.step(
    {
      file: './test/Dockerfile',
      outputs: 'type=local,dest=seen',
      secrets: lines(
        'GIT_AUTH_TOKEN=ghp_ofTheUser00000000000000000000000000',
        '"MYSECRET=aaaaaaaa',
        'bbbbbbb',
        'ccccccccc"',
        'FOO=bar',
        '"EMPTYLINE=aaaa',
        '',
        'bbbb',
        'ccc"',
      ),
    },
    { env: { GITHUB_SHA: sha } },
  );
  await expectGreen(result, [`${CONTEXT}#${sha}`]);
  const sums = await world.sh(
    String.raw`printf 'aaaaaaaa\nbbbbbbb\nccccccccc' | md5sum; printf 'aaaa\n\nbbbb\nccc' | md5sum; printf bar | md5sum`,
  );
  const [first = '', second = '', third = ''] = sums.split('\n');
  expect(await world.sh('cat seen/seen')).toBe(lines(`MYSECRET ${first}`, `EMPTYLINE ${second}`, `FOO ${third}`));
  expect(result.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toMatch(/ccccccccc|ghp_ofTheUser/);
});

test('path-context: a folder of the workspace, pushed under two tags', async () => {
  const tags = [`${APP}:path`, `${APP}:1.0.0`];
  const result = await world.step({
    context: './test',
    file: './test/Dockerfile',
    builder: 'mybuilder',
    push: true,
    tags: tags.join('\n'),
  });
  await expectGreen(result, ['--push', './test']);
  await expectPushedTo(world.lab, result, tags);
});

test('example: tags and labels of metadata-action, loaded and then pushed', async () => {
  // What docker/metadata-action gives for a push to main.
  const labels = lines(
    'org.opencontainers.image.title=api',
    'org.opencontainers.image.description=a service, with a comma',
    'org.opencontainers.image.version=main',
  );
  const given = {
    context: './test',
    file: './test/Dockerfile',
    tags: lines(`${APP}:main`, `${APP}:sha-8badf00`),
    labels,
  };
  const loaded = await world.step({ ...given, load: true });
  await expectGreen(loaded, ['--load', './test']);
  const wanted = {
    'org.opencontainers.image.title': 'api',
    'org.opencontainers.image.description': 'a service, with a comma',
    'org.opencontainers.image.version': 'main',
  };
  const inspected = await world.sh(`docker image inspect --format '{{json .Config.Labels}}' ${APP}:main`);
  expect(JSON.parse(inspected)).toEqual(wanted);

  const pushed = await world.step({ ...given, push: true });
  await expectPushedTo(world.lab, pushed, [`${APP}:main`, `${APP}:sha-8badf00`]);
  const remote = await world.lab.inspectRemote(`${APP}:main`);
  expect(remote?.platforms['linux/amd64']?.config.config?.Labels).toEqual(wanted);
});

const RELEASE = lines('# syntax=docker/dockerfile:1', 'FROM alpine', 'RUN cat /etc/*release');

test('named-context-pin: another tag in place of the one that the Dockerfile names', async () => {
  await checkout(world.lab, { 'test/named-context.Dockerfile': RELEASE });
  const result = await world.step({
    context: './test',
    file: './test/named-context.Dockerfile',
    'build-contexts': 'alpine=docker-image://alpine:3.20',
  });
  await expectGreen(result, ['./test']);
  expect(printed(result)).toMatch(/^VERSION_ID="3\.20"$/m);
});

test('named-context-docker: an image that only the engine has', async () => {
  await checkout(world.lab, {
    'test/named-context.Dockerfile': RELEASE,
    'test/named-context-base.Dockerfile': lines('FROM debian', 'RUN echo "Hello debian!"'),
  });
  const given = { context: './test', builder: 'default' };
  const base = { file: './test/named-context-base.Dockerfile', load: true, tags: 'my-base-image:local' };
  await expectGreen(await world.step({ ...given, ...base }), ['--load', './test']);
  const result = await world.step({
    ...given,
    file: './test/named-context.Dockerfile',
    'build-contexts': 'alpine=docker-image://my-base-image:local',
  });
  await expectGreen(result, ['./test']);
  expect(printed(result)).toMatch(/^ID=debian$/m);
});

test('named-context-container: an image of a registry', async () => {
  await checkout(world.lab, {
    'test/named-context.Dockerfile': RELEASE,
    'test/named-context-base.Dockerfile': lines('FROM debian', 'RUN echo "Hello debian!"'),
  });
  const base = { file: './test/named-context-base.Dockerfile', tags: 'ghcr.io/acme/my-base-image:latest', push: true };
  await expectGreen(await world.step({ context: './test', ...base }), ['--push', './test']);
  const result = await world.step({
    context: './test',
    file: './test/named-context.Dockerfile',
    'build-contexts': 'alpine=docker-image://ghcr.io/acme/my-base-image:latest',
  });
  await expectGreen(result, ['./test']);
  expect(printed(result)).toMatch(/^ID=debian$/m);
});

test('standalone: buildx without a docker command', async () => {
  const { lab } = world;
  const bin = path.join(lab.job.folder, 'bin');
  // What the lab starts its steps with, and what a build without a docker command may need.
  const names = 'nsenter unshare mount bash git cat uname';
  const plugin = '{{range .ClientInfo.Plugins}}{{if eq .Name "buildx"}}{{.Path}}{{end}}{{end}}';
  const found = await world.sh(`for name in ${names}; do command -v $name; done; docker info --format '${plugin}'`);
  const tools = [...found.trim().split('\n'), nodeForActions()];
  await mkdir(bin, { recursive: true });
  for (const tool of tools) await symlink(tool, path.join(bin, path.basename(tool).replace('docker-buildx', 'buildx')));
  const sha = await lab.publishRepository('acme/api', TEST_SOURCES);
  const env = { GITHUB_SHA: sha, PATH: bin };
  const result = await world.step({ file: './test/Dockerfile' }, { env });
  await expectGreen(result, [`${CONTEXT}#${sha}`]);
  expect(result.log).toContain('[2/2] RUN echo "Hello world!"');
});
