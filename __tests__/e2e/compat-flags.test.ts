/** Jobs of the original about what a build's steps see: secrets, network, limits, hosts, proxies, malformed settings. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { InputValues } from '../lab/host/action-inputs.ts';
import { writeCredentials } from '../lab/host/job.ts';
import { argvOf, expectGreen, lines, printed, setupBuildx, useCompatLab } from './compat.ts';
import { checkout } from './world.ts';

const world = useCompatLab('docker');

test.each<{ readonly job: string; readonly inputs: InputValues; readonly warning: RegExp }>([
  {
    job: 'secret',
    inputs: { secrets: lines('MYSECRET=foo', 'INVALID_SECRET=') },
    warning: /secrets: item 2 is not a valid secret/,
  },
  {
    job: 'secret-files',
    inputs: { 'secret-files': lines('MYSECRET=./test/secret.txt', 'INVALID_SECRET=') },
    warning: /secret-files: item 2 is not a valid secret/,
  },
  {
    job: 'secret-envs',
    inputs: { 'secret-envs': lines('MYSECRET=ENV_SECRET', 'INVALID_SECRET=') },
    warning: /secret-envs: item 2 is not a valid secret/,
  },
])('$job: the secret reaches its step, the invalid one costs a warning', async ({ job, inputs, warning }) => {
  await checkout(world.lab, {
    'test/secret.txt': 'foo',
    'test/secret.Dockerfile': lines(
      '# syntax=docker/dockerfile:1',
      'FROM busybox AS run',
      `RUN --mount=type=secret,id=MYSECRET echo "${job}: $(md5sum </run/secrets/MYSECRET)" >/seen`,
      'FROM scratch',
      'COPY --from=run /seen /',
    ),
  });
  const result = await world.step(
    { context: '.', file: './test/secret.Dockerfile', outputs: 'type=local,dest=seen', ...inputs },
    { env: { ENV_SECRET: 'foo' } },
  );
  await expectGreen(result, ['.']);
  expect(await world.sh('cat seen/seen')).toBe(`${job}: ${await world.sh('printf foo | md5sum')}`);
  const warnings = result.commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
  expect(warnings).toEqual([expect.stringMatching(warning)]);
});

test.each<{ readonly job: string; readonly inputs: InputValues; readonly run: string; readonly sees: RegExp }>([
  // An address that only the engine's own network has.
  { job: 'network', inputs: { network: 'host' }, run: 'ip address show dev lo', sees: /inet 10\.88\.0\.53\/32/ },
  {
    job: 'shm-size',
    inputs: { 'shm-size': '2g' },
    run: 'mount | grep /dev/shm',
    sees: /\/dev\/shm type tmpfs \(.*size=2097152k/,
  },
  {
    job: 'ulimit',
    inputs: { ulimit: lines('nofile=1024:1024', 'nproc=3') },
    run: 'grep -E "open files|processes" /proc/self/limits',
    sees: /Max processes +3 +3 +processes\s+Max open files +1024 +1024 +files/,
  },
  {
    job: 'cgroup-parent',
    inputs: { 'cgroup-parent': 'foo' },
    run: 'cat /proc/self/cgroup; cat /proc/self/mountinfo | grep cgroup',
    sees: /0::\/foo/,
  },
  {
    job: 'add-hosts',
    inputs: { 'add-hosts': lines('docker:10.180.0.1', 'foo:10.0.0.1') },
    run: 'cat /etc/hosts',
    sees: /10\.180\.0\.1\s+docker\s+10\.0\.0\.1\s+foo/,
  },
])('$job: a step sees what was asked for', async ({ job, inputs, run, sees }) => {
  await checkout(world.lab, { 'test/Dockerfile': lines('FROM busybox', `RUN ${run}`) });
  const result = await world.step({ context: './test', tags: 'name/app:latest', ...inputs });
  await expectGreen(result, ['./test']);
  expect(await argvOf(result)).toContain(`--${job.replace('hosts', 'host')}`);
  expect(printed(result)).toMatch(sees);
});

test('no-cache-filters: of two stages from the cache, one is built anyway', async () => {
  await checkout(world.lab, {
    'test/nocachefilter.Dockerfile': lines(
      '# syntax=docker/dockerfile:1',
      'FROM busybox AS base',
      'RUN echo "Hello world!" | tee /hello',
      'FROM alpine AS build',
      'COPY --from=base /hello /hello',
      'RUN uname -a',
      'FROM build',
    ),
  });
  const inputs = {
    context: './test',
    file: './test/nocachefilter.Dockerfile',
    'no-cache-filters': 'build',
    tags: 'name/app:latest',
    'cache-from': 'type=gha,scope=nocachefilter',
    'cache-to': 'type=gha,scope=nocachefilter,mode=max',
  };
  const first = await world.step(inputs);
  await expectGreen(first, ['./test']);
  expect(printed(first)).toMatch(/^Hello world!$/m);
  await world.sh('docker builder prune --all --force');
  const again = await world.step(inputs);
  await expectGreen(again, ['./test']);
  // A step whose result comes from the cache prints nothing.
  expect(printed(again)).not.toMatch(/^Hello world!$/m);
  expect(printed(again)).toMatch(/^Linux /m);
});

test('docker-config-malformed: a warning, and the build goes on', async () => {
  const config = path.join(world.lab.job.home, '.docker/config.json');
  await writeFile(config, 'foo_bar\n');
  const result = await world.step({ context: './test' });
  await writeCredentials(world.lab.job, {});
  await expectGreen(result, ['./test']);
  expect(result.commands.filter(({ name }) => name === 'warning').map(({ message }) => message)).toEqual([
    expect.stringContaining('config.json'),
  ]);
});

const PROXY = 'http://127.0.0.1:3128';

test('proxy-docker-config: the proxies of the docker configuration are build arguments', async () => {
  const config = path.join(world.lab.job.home, '.docker/config.json');
  await writeFile(config, JSON.stringify({ proxies: { default: { httpProxy: PROXY, httpsProxy: PROXY } } }));
  await checkout(world.lab, {
    'test/proxy.Dockerfile': lines(
      '# syntax=docker/dockerfile:1',
      'FROM alpine',
      'ARG HTTP_PROXY',
      'ARG HTTPS_PROXY',
      'RUN echo "$HTTP_PROXY"',
      'RUN echo "$HTTPS_PROXY"',
    ),
  });
  const result = await world.step({ context: './test', file: './test/proxy.Dockerfile' });
  await expectGreen(result, ['./test']);
  expect(
    printed(result)
      .split('\n')
      .filter((line) => line === PROXY),
  ).toHaveLength(2);
});

test('proxy-buildkitd: a builder with a proxy of its own', async () => {
  // What the lab's builder fetches with does not read its container's environment: here it is seen there.
  await setupBuildx(world.lab, `--driver-opt env.http_proxy=${PROXY} --driver-opt env.https_proxy=${PROXY}`);
  const result = await world.step({ context: './test', file: './test/Dockerfile' });
  await expectGreen(result, ['./test']);
  const environment = await world.sh(
    "docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' buildx_buildkit_mybuilder0",
  );
  expect(environment).toContain(`http_proxy=${PROXY}\n`);
  expect(environment).toContain(`https_proxy=${PROXY}\n`);
});
