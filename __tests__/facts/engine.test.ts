import { expect, test } from 'vitest';
import { engineFrom, readEngine } from '../../src/facts/engine.ts';
import type { CommandOutcome } from '../../src/process/run-command.ts';

/* What `docker info --format '{{json .}}'` printed, without the fields that nobody reads. */

const client28 =
  '"ClientInfo":{"Debug":false,"Version":"28.2.2","DefaultAPIVersion":"1.50","Context":"default","Plugins":[{"SchemaVersion":"0.1.0","Vendor":"Docker Inc.","Version":"0.29.1+ds1","ShortDescription":"Docker Buildx","Name":"buildx","Path":"/usr/libexec/docker/cli-plugins/docker-buildx"}],"Warnings":null}';
const classic28 = `{"ID":"9aad3af2","Containers":0,"Driver":"overlay2","DriverStatus":[["Backing Filesystem","extfs"],["Supports d_type","true"],["Native Overlay Diff","true"]],"OSType":"linux","Architecture":"x86_64","ServerVersion":"28.2.2","Warnings":["WARNING: IPv4 forwarding is disabled"],${client28}}`;
const containerd28 = `{"ID":"e990afe9","Containers":0,"Driver":"overlayfs","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]],"OSType":"linux","Architecture":"aarch64","ServerVersion":"28.2.2",${client28}}`;
const noDaemon28 = `{"ID":"","Driver":"","DriverStatus":null,"OSType":"","Architecture":"","ServerVersion":"",${client28}}`;
const noDaemon24 =
  '{"ID":"","DriverStatus":null,"ServerVersion":"","ServerErrors":["Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"],"ClientInfo":{"Debug":false,"Version":"24.0.7","Plugins":[],"Warnings":null}}';
const engine20 =
  '{"ID":"7TRN","Driver":"overlay2","DriverStatus":[["Backing Filesystem","extfs"]],"OSType":"linux","Architecture":"armv7l","ServerVersion":"20.10.24","ClientInfo":{"Debug":false,"Context":"default","Plugins":[{"SchemaVersion":"0.1.0","Version":"v0.10.2","Name":"buildx"},{"SchemaVersion":"0.1.0","Version":"v2.17.2","Name":"compose"}],"Warnings":null}}';
const podman = '{"host":{"arch":"amd64","os":"linux"},"version":{"Version":"5.2.2"}}';

const noEngine = { serverVersion: null, containerdStore: false, platform: null };
const dead = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';

test.each<[string, string, string, object]>([
  [
    'Docker 28, classic image store',
    classic28,
    'WARNING: IPv4 forwarding is disabled\n',
    {
      clientVersion: '28.2.2',
      serverVersion: '28.2.2',
      buildxVersion: '0.29.1+ds1',
      containerdStore: false,
      platform: 'linux/amd64',
      problem: null,
    },
  ],
  [
    'Docker 28, containerd image store',
    containerd28,
    '',
    {
      clientVersion: '28.2.2',
      serverVersion: '28.2.2',
      buildxVersion: '0.29.1+ds1',
      containerdStore: true,
      platform: 'linux/arm64',
      problem: null,
    },
  ],
  [
    'Docker 20.10, whose client does not say its version',
    engine20,
    '',
    {
      clientVersion: null,
      serverVersion: '20.10.24',
      buildxVersion: 'v0.10.2',
      containerdStore: false,
      platform: 'linux/arm/v7',
      problem: null,
    },
  ],
  [
    'Docker 28 without a daemon',
    noDaemon28,
    `${dead}\n`,
    { ...noEngine, clientVersion: '28.2.2', buildxVersion: '0.29.1+ds1', problem: dead },
  ],
  [
    'Docker 24 without a daemon, and without buildx',
    noDaemon24,
    'errors pretty printing info\n',
    { ...noEngine, clientVersion: '24.0.7', buildxVersion: null, problem: dead },
  ],
  [
    'podman',
    podman,
    '',
    { ...noEngine, clientVersion: null, buildxVersion: null, problem: 'the Docker engine does not answer' },
  ],
  [
    'no JSON',
    'Client: Docker Engine',
    'unknown flag: --format\n',
    { ...noEngine, clientVersion: null, buildxVersion: null, problem: 'unknown flag: --format' },
  ],
  [
    'nothing',
    '',
    '',
    { ...noEngine, clientVersion: null, buildxVersion: null, problem: 'docker info answered without JSON' },
  ],
])('%s', (_, stdout, stderr, facts) => {
  expect(engineFrom(stdout, stderr)).toEqual(facts);
});

test.each<[string, CommandOutcome, string | null]>([
  ['an answer', { kind: 'exited', code: 0, stdout: classic28, stderr: '' }, null],
  ['an answer with an error code', { kind: 'exited', code: 1, stdout: noDaemon28, stderr: dead }, dead],
  ['no docker', { kind: 'failed', reason: 'docker is not installed' }, 'docker is not installed'],
])('%s', async (_, outcome, problem) => {
  const asked: (readonly string[])[] = [];
  const run = async (argv: readonly string[]): Promise<CommandOutcome> => {
    asked.push(argv);
    return await Promise.resolve(outcome);
  };
  expect((await readEngine(run, 1000)).problem).toBe(problem);
  expect(asked).toEqual([['docker', 'info', '--format', '{{json .}}']]);
});
