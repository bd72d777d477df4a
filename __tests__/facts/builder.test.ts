import { expect, test } from 'vitest';
import { builderFrom, readBuilder } from '../../src/facts/builder.ts';
import { capabilitiesOf } from '../../src/facts/facts.ts';
import type { CommandOutcome } from '../../src/process/run-command.ts';
import { factsOf } from '../plan/world.ts';

/* What `docker buildx inspect` printed; the ends of long lists are cut. */

const docker29 = `Name:          default
Driver:        docker
Last Activity: 2026-11-23 08:07:29 +0000 UTC

Nodes:
Name:             default
Endpoint:         default
Status:           running
BuildKit version: v0.25.1
Platforms:        linux/amd64, linux/amd64/v2, linux/arm64, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor:             containerd
 org.mobyproject.buildkit.worker.network:              host
GC Policy rule#0:
 All:            false
 Filters:        type==source.local,type==exec.cachemount,type==source.git.checkout
 Keep Duration:  48h0m0s
`;
const debian = docker29.replace('v0.25.1', 'v0.0.0+unknown');
// buildx 0.9 to 0.11, from its documentation
const container10 = `Name:          elated_tesla
Driver:        docker-container
Last Activity: 2022-11-30 12:42:47 +0100 CET

Nodes:
Name:           elated_tesla0
Endpoint:       unix:///var/run/docker.sock
Driver Options: env.BUILDKIT_STEP_LOG_MAX_SPEED="10485760" env.JAEGER_TRACE="localhost:6831" image="moby/buildkit:latest" network="host"
Status:         running
Flags:          --debug --allow-insecure-entitlement security.insecure
Buildkit:       v0.10.6
Platforms:      linux/arm64*, linux/arm/v7, linux/arm/v6
Labels:
 org.mobyproject.buildkit.worker.executor:         oci
`;
const notBooted = `Name:          fresh
Driver:        docker-container

Nodes:
Name:      fresh0
Endpoint:  unix:///var/run/docker.sock
Status:    inactive
Platforms: linux/amd64*
`;
const kubernetes = `Name:          farm
Driver:        kubernetes
Last Activity: 2026-01-05 12:42:47 +0000 UTC

Nodes:
Name:                  farm0
Endpoint:              kubernetes:///farm?deployment=farm0&kubeconfig=
Driver Options:        namespace="build" replicas="2"
Status:                running
BuildKit daemon flags: --allow-insecure-entitlement=network.host
BuildKit version:      v0.32.2
Platforms:             linux/amd64*, linux/amd64/v2

Name:                  farm1
Endpoint:              kubernetes:///farm?deployment=farm1&kubeconfig=
Status:                running
BuildKit version:      v0.32.2
Platforms:             linux/arm64*, linux/amd64
`;
const deadRemote = `Name:          faraway
Driver:        remote
Last Activity: 2026-01-05 12:42:47 +0000 UTC

Nodes:
Name:     faraway0
Endpoint: tcp://10.0.0.1:1234
Error:    context deadline exceeded: waiting for tcp://10.0.0.1:1234
`;
const deadEngine = `Name:          default
Driver:        \nLast Activity: 2026-11-23 08:07:29 +0000 UTC
Error:         Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?
`;

test.each<[string, string, object]>([
  [
    'the engine’s own, buildx 0.29',
    docker29,
    {
      name: 'default',
      driver: 'docker',
      running: true,
      buildkitVersion: 'v0.25.1',
      platforms: ['linux/amd64', 'linux/amd64/v2', 'linux/arm64', 'linux/386'],
      problem: null,
    },
  ],
  [
    "Debian's, whose BuildKit does not know its version",
    debian,
    {
      name: 'default',
      driver: 'docker',
      running: true,
      buildkitVersion: null,
      platforms: ['linux/amd64', 'linux/amd64/v2', 'linux/arm64', 'linux/386'],
      problem: null,
    },
  ],
  [
    'a container, buildx 0.10',
    container10,
    {
      name: 'elated_tesla',
      driver: 'docker-container',
      running: true,
      buildkitVersion: 'v0.10.6',
      platforms: ['linux/arm64', 'linux/arm/v7', 'linux/arm/v6'],
      problem: null,
    },
  ],
  [
    'a container that has not booted',
    notBooted,
    {
      name: 'fresh',
      driver: 'docker-container',
      running: false,
      buildkitVersion: null,
      platforms: ['linux/amd64'],
      problem: null,
      unbooted: { image: null },
    },
  ],
  [
    'a cluster of two nodes',
    kubernetes,
    {
      name: 'farm',
      driver: 'kubernetes',
      running: true,
      buildkitVersion: 'v0.32.2',
      platforms: ['linux/amd64', 'linux/amd64/v2', 'linux/arm64'],
      problem: null,
    },
  ],
  [
    'a remote one that does not answer',
    deadRemote,
    {
      name: 'faraway',
      driver: 'remote',
      running: false,
      buildkitVersion: null,
      platforms: [],
      problem: 'context deadline exceeded: waiting for tcp://10.0.0.1:1234',
    },
  ],
  [
    'no engine',
    deadEngine,
    {
      name: 'default',
      driver: null,
      running: false,
      buildkitVersion: null,
      platforms: [],
      problem: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    },
  ],
  ['nothing', '', { name: null, driver: null, running: false, buildkitVersion: null, platforms: [], problem: null }],
])('%s', (_, text, facts) => {
  expect(builderFrom(text)).toEqual(facts);
});

test.each<[string | null, CommandOutcome, readonly string[], string | null]>([
  [null, { kind: 'exited', code: 0, stdout: docker29, stderr: '' }, [], null],
  [
    'mine',
    { kind: 'exited', code: 1, stdout: '', stderr: 'ERROR: no builder "mine" found\n' },
    ['mine'],
    'ERROR: no builder "mine" found',
  ],
  [null, { kind: 'failed', reason: 'docker did not answer in 15 s' }, [], 'docker did not answer in 15 s'],
])('asked for %s', async (name, outcome, more, problem) => {
  const asked: (readonly string[])[] = [];
  const run = async (argv: readonly string[]): Promise<CommandOutcome> => {
    asked.push(argv);
    return await Promise.resolve(outcome);
  };
  expect((await readBuilder(run, name, 1000)).problem).toBe(problem);
  expect(asked).toEqual([['docker', 'buildx', 'inspect', ...more]]);
});

test.each([
  ['docker', false, false],
  ['docker', true, true],
  ['docker-container', false, true],
  ['kubernetes', false, true],
  ['remote', false, true],
] as const)('a %s builder, containerd store %s: exports and several platforms %s', (driver, containerdStore, able) => {
  const { engine, builder } = factsOf({ engine: { containerdStore }, builder: { driver } });
  expect(capabilitiesOf(engine, builder)).toEqual({ cacheExport: able, multiPlatform: able });
});
