import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { builderPort } from '../lab/host/builder-engine.ts';
import { builderAddress } from '../lab/host/namespace.ts';
import type { Lab } from '../lab/lab.ts';
import { commandOf, expectSummary } from './expectations.ts';
import { expectBuilt, HUB_DOWN, hostsOf } from './sources.ts';
import { once } from './recovery.ts';
import { checkout, givenInputs, TINY, TINY_OUTPUT, useLab } from './world.ts';

const world = useLab();

/**
 * Remote builders: `alive` leads to the engine's own BuildKit, `far` to that of another engine, `dead` to nobody, `silent`
 * to somebody who never answers.
 */
async function makeBuilders(lab: Lab, names: readonly string[]): Promise<void> {
  // Each leads a group of its own, so that it can be ended with all its connections.
  const socket = (name: string, leadsTo: string): string =>
    `setsid socat UNIX-LISTEN:$HOME/${name}.sock,fork,unlink-early ${leadsTo} </dev/null >/dev/null 2>&1 & echo $! >$HOME/${name}.pid\nwhile [ ! -S $HOME/${name}.sock ]; do sleep 0.05; done`;
  // Nobody listens while they are made: buildx would look at what it finds there for 20 s.
  const made = await lab.sh(
    [
      `for name in ${names.join(' ')}; do docker buildx create --name $name --driver remote unix://$HOME/$name.sock >/dev/null; done`,
      ...(names.includes('alive') ? [socket('alive', 'EXEC:"docker buildx --builder default dial-stdio"')] : []),
      ...(names.includes('silent') ? [socket('silent', 'EXEC:"sleep 600"')] : []),
      ...(names.includes('far') ? [socket('far', `TCP:${builderAddress}:${builderPort}`)] : []),
    ].join('\n'),
  );
  expect(made.exitCode, made.log).toBe(0);
}

test('dead and silent remote builders: the next one in the list builds, and the summary says why', async () => {
  const { lab } = world;
  await makeBuilders(lab, ['alive', 'dead', 'silent']);
  await checkout(lab, TINY);
  await lab.faults(HUB_DOWN);
  const inputs = { builder: 'dead', builders: 'silent, alive', 'builder-timeout': 3 };
  const result = await lab.run({ inputs: givenInputs(lab, inputs) });
  expect((await result.post()).exitCode).toBe(0);
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect(commandOf(result)).toContain(' --builder alive ');
  expect(await hostsOf(result)).toEqual({ 'alpine:3.22': expect.stringMatching(/\./) as string });
  expectSummary(result, [
    /^⚠️ the builder dead was passed over: .*; built with alive instead$/,
    /^⚠️ the builder silent was passed over: .*; built with alive instead$/,
  ]);
  expect(result.log).toContain('the builder dead was passed over');
  // The user's own builders are left as they were.
  const left = await readdir(path.join(lab.job.home, '.docker/buildx/instances'));
  expect(left.toSorted()).toEqual(['alive', 'dead', 'silent']);
});

test('no builder of the list answers: the engine builds by itself', async () => {
  const { lab } = world;
  await makeBuilders(lab, ['dead']);
  await checkout(lab, TINY);
  const result = await lab.run({
    inputs: givenInputs(lab, { builder: 'dead', builders: 'nowhere', 'builder-timeout': 3 }),
  });
  await result.post();
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect(commandOf(result)).toContain(' --builder default ');
  expectSummary(result, [
    /^⚠️ the builder dead was passed over: /,
    /^⚠️ the builder nowhere was passed over: .*no builder "nowhere" found/,
  ]);
});

/** A cluster of builders by a kubeconfig, whose API server is at this host, where nobody listens. */
function clusterAt(name: string, host: string): string {
  const config = [
    'apiVersion: v1',
    'kind: Config',
    `clusters: [{name: c, cluster: {server: "https://${host}:6443"}}]`,
    'users: [{name: u, user: {token: lab}}]',
    'contexts: [{name: x, context: {cluster: c, user: u}}]',
    'current-context: x',
  ];
  return [
    `printf '%s\\n' '${config.join("' '")}' >$HOME/${name}.yaml`,
    `KUBECONFIG=$HOME/${name}.yaml docker buildx create --name ${name} --driver kubernetes --driver-opt namespace=ci`,
  ].join('\n');
}

test('clusters whose API servers refuse or swallow connections: this machine builds, and nothing of the user’s changes', async () => {
  const { lab } = world;
  const made = await lab.sh([clusterAt('refusing', 'quay.io'), clusterAt('swallowing', 'gcr.io')].join('\n'));
  expect(made.exitCode, made.log).toBe(0);
  const configuration = async (): Promise<string> =>
    (await lab.sh('cd $HOME && sha256sum *.yaml .docker/config.json .docker/buildx/instances/*')).stdout;
  const before = await configuration();
  await checkout(lab, TINY);
  await lab.faults([{ host: 'gcr.io', fault: 'black-holed' }]);
  const inputs = { builder: 'refusing', builders: 'swallowing', 'builder-timeout': 3 };
  const result = await lab.run({ inputs: givenInputs(lab, inputs) });
  expect((await result.post()).exitCode).toBe(0);
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect([...result.log.matchAll(/ --builder (\S+) /g)].map(([, name]) => name)).toEqual(['refusing', 'default']);
  expectSummary(result, [
    /^⚠️ the builder refusing was lost: The builder did not start: quay\.io:6443 refused the connection; built with default instead$/,
    /^⚠️ the builder swallowing was passed over: it did not answer in 3 s; built with default instead$/,
  ]);
  expect(await configuration()).toBe(before);
});

/** On its first run it waits to be killed; on the next one it sees that it has run before. */
const SECOND_TRY = {
  Dockerfile: [
    'FROM alpine:3.22',
    'ARG VERSION',
    'RUN --mount=type=cache,target=/seen if mkdir /seen/once; then echo waiting; sleep 600; else echo "again $VERSION" >/message; fi',
    'CMD ["cat", "/message"]',
    '',
  ].join('\n'),
};

/** A step that never keeps silent for long. */
const TALKATIVE = {
  Dockerfile: [
    'FROM alpine:3.22',
    'ARG VERSION',
    'RUN for second in 1 2 3 4; do echo "waiting $second"; sleep 1; done; echo "hello from $VERSION" >/message',
    'CMD ["cat", "/message"]',
    '',
  ].join('\n'),
};

test('a remote builder falls silent in the middle of a RUN: it is asked, answers nothing, and the next takes over', async () => {
  const { lab } = world;
  await lab.startBuilderEngine();
  await makeBuilders(lab, ['far']);
  await checkout(lab, TALKATIVE);
  const inputs = givenInputs(lab, { builder: 'far', builders: 'default', 'builder-timeout': 3, 'stall-timeout': 6 });
  // Connections stay open, and nobody reads them any more: what a network does that swallows packets.
  const silence = once(/^#\d+ [\d.]+ waiting 1$/m, () => lab.sh('kill -STOP -$(cat $HOME/far.pid)'));
  const result = await lab.run({ inputs, ...silence, timeoutMs: 90_000 });
  await result.post();
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect([...result.log.matchAll(/ --builder (\S+) /g)].map(([, name]) => name)).toEqual(['far', 'default']);
  expect(result.outputs).toMatchObject({ attempts: '2', strategy: 'optimal' });
  expectSummary(result, [
    /^⚠️ the builder far was lost: the builder far fell silent in .*RUN for second .* it did not answer in 3 s; built with default instead$/,
  ]);
});

test('a remote builder dies in mid-build: the next that answers takes over, and the summary says why', async () => {
  const { lab } = world;
  await makeBuilders(lab, ['alive', 'dead']);
  await checkout(lab, SECOND_TRY);
  const inputs = givenInputs(lab, { builder: 'alive', builders: 'dead', 'builder-timeout': 3 });
  const death = once(/^#\d+ [\d.]+ waiting$/m, () => lab.sh('kill -9 -$(cat $HOME/alive.pid)'));
  const result = await lab.run({ inputs, ...death, timeoutMs: 60_000 });
  await result.post();
  await expectBuilt(lab, result, 'again v1.4.2\n');
  expect([...result.log.matchAll(/ --builder (\S+) /g)].map(([, name]) => name)).toEqual(['alive', 'default']);
  expect(result.outputs).toMatchObject({ attempts: '2', strategy: 'optimal' });
  expect(result.log).toMatch(/^attempt 2 of 3 \(optimal\): .*; with the builder default$/m);
  expectSummary(result, [
    /^⚠️ the builder alive was lost: .*; built with default instead$/,
    /^⚠️ the builder dead was passed over: .*; built with default instead$/,
  ]);
});
