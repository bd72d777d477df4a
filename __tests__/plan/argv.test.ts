import { expect, test } from 'vitest';
import type { BuildRequest } from '../../src/inputs/types.ts';
import { buildLine, shellLine, type LineAdditions } from '../../src/plan/argv.ts';
import { inputsOf } from './world.ts';

const nothing: LineAdditions = {
  builder: null,
  buildArgs: [],
  buildContexts: [],
  cacheFrom: [],
  cacheTo: [],
  file: null,
  iidFile: null,
  metadataFile: null,
  load: false,
  noCache: false,
};

const everything: BuildRequest = {
  addHosts: ['db:10.0.0.1', 'mail:10.0.0.2'],
  allow: ['network.host', 'security.insecure'],
  annotations: ['index:a=b'],
  attests: ['type=sbom'],
  buildArgs: ['A=1', 'B=2'],
  buildContexts: ['tools=./tools'],
  builder: 'mine',
  cacheFrom: ['type=gha'],
  cacheTo: ['type=inline'],
  call: 'check',
  cgroupParent: '/group',
  context: './src',
  file: 'docker/Dockerfile',
  labels: ['l=1'],
  load: true,
  network: 'host',
  noCache: true,
  noCacheFilters: ['build'],
  outputs: ['type=image'],
  platforms: ['linux/amd64', 'linux/arm64'],
  pull: true,
  push: true,
  secretEnvs: ['id=e,env=E'],
  secrets: ['id=a,src=A'],
  shmSize: '1g',
  ssh: ['default'],
  tags: ['x:1', 'x:2'],
  target: 'app',
  ulimit: ['nofile=1024'],
};

test('every argument is in the place where getBuildArgs and getCommonArgs put it', () => {
  const add: LineAdditions = {
    builder: 'mine',
    buildArgs: ['GOPROXY=p'],
    buildContexts: ['alpine=docker-image://m/alpine@d'],
    cacheFrom: ['type=local,src=c'],
    cacheTo: ['type=local,dest=c'],
    file: 'docker/Dockerfile',
    iidFile: '/iid',
    metadataFile: '/metadata',
    load: false,
    noCache: false,
  };
  // docker/build-push-action src/context.ts at cb941d0, read from top to bottom.
  expect(buildLine(everything, add)).toEqual([
    ...['docker', 'buildx', 'build'],
    ...['--add-host', 'db:10.0.0.1', '--add-host', 'mail:10.0.0.2'],
    ...['--allow', 'network.host', '--allow', 'security.insecure'],
    ...['--annotation', 'index:a=b'],
    ...['--build-arg', 'A=1', '--build-arg', 'B=2', '--build-arg', 'GOPROXY=p'],
    ...['--build-context', 'tools=./tools', '--build-context', 'alpine=docker-image://m/alpine@d'],
    ...['--cache-from', 'type=local,src=c'],
    ...['--cache-to', 'type=local,dest=c'],
    ...['--call', 'check'],
    ...['--cgroup-parent', '/group'],
    ...['--secret', 'id=e,env=E'],
    ...['--file', 'docker/Dockerfile'],
    ...['--iidfile', '/iid'],
    ...['--label', 'l=1'],
    ...['--no-cache-filter', 'build'],
    ...['--output', 'type=image'],
    ...['--platform', 'linux/amd64,linux/arm64'],
    ...['--attest', 'type=sbom'],
    ...['--secret', 'id=a,src=A'],
    ...['--shm-size', '1g'],
    ...['--ssh', 'default'],
    ...['--tag', 'x:1', '--tag', 'x:2'],
    ...['--target', 'app'],
    ...['--ulimit', 'nofile=1024'],
    ...['--builder', 'mine'],
    '--load',
    ...['--metadata-file', '/metadata'],
    ...['--network', 'host'],
    '--no-cache',
    '--pull',
    '--push',
    './src',
  ]);
});

test('nothing given is nothing said', () => {
  const { request } = inputsOf({ image: 'acme/api', version: 'v2', service: '', context: 'app' });
  expect(buildLine(request, nothing)).toEqual([
    ...['docker', 'buildx', 'build', '--build-arg', 'VERSION=v2', '--tag', 'acme/api:v2', 'app'],
  ]);
});

test.each([
  [['docker', 'buildx', 'build', '.'], 'docker buildx build .'],
  [['--build-arg', 'A=b c'], "--build-arg 'A=b c'"],
  [["it's"], String.raw`'it'\''s'`],
  [['GOPROXY=https://a|direct'], "'GOPROXY=https://a|direct'"],
  [['$HOME', ''], "'$HOME' ''"],
])('%j in a shell is %s', (argv, line) => {
  expect(shellLine(argv)).toBe(line);
});
