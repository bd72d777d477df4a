import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import type { Lab } from '../lab/lab.ts';
import { commandOf, expectSummary } from './expectations.ts';
import { expectBuilt, HUB, HUB_DOWN, sourcesOf } from './sources.ts';
import { checkout, givenInputs, runAction, TINY, TINY_OUTPUT, unavailable, useLab } from './world.ts';

/* A builder of our own, whose image is on Docker Hub, while Docker Hub swallows every packet. */
const world = useLab({ store: 'graphdriver' });
const BUILDKIT = 'moby/buildkit:buildx-stable-1';

test('Docker Hub is black-holed: the builder boots from a mirror by digest, and nobody waits for the hole', async () => {
  const { lab } = world;
  await lab.startBuilderEngine();
  await checkout(lab, TINY);
  const hole = [HUB, 'auth.docker.io', 'production.cloudflare.docker.com'].map((host): Fault => ({
    host,
    fault: 'black-holed',
  }));
  await lab.faults(hole);
  const result = await runAction(lab);
  await expectBuilt(lab, result, TINY_OUTPUT);
  const digest = (await lab.inspectRemote(BUILDKIT))?.digest;
  const source = (await sourcesOf(result))[BUILDKIT];
  expect(source).toMatchObject({ digest });
  expect(source?.by).toMatch(/\./);
  expect(result.log).toMatch(/^Builder +smart-docker-build-\S+, a docker-container builder of its own/m);
  expect(result.outputs['attempts']).toBe('1');
});

/** A docker-container builder of the user's, made and not booted, as setup-buildx-action leaves it where it is told to. */
async function makeBuilder(lab: Lab): Promise<void> {
  const made = await lab.sh('docker buildx create --name mine --driver docker-container --driver-opt network=host');
  expect(made.exitCode, made.log).toBe(0);
}

test('a builder of the user that has not booted: it boots from a mirror by digest, and stays the user’s', async () => {
  const { lab } = world;
  await lab.startBuilderEngine();
  await makeBuilder(lab);
  await checkout(lab, TINY);
  await lab.faults(HUB_DOWN);
  const result = await lab.run({ inputs: givenInputs(lab, { builder: 'mine' }) });
  expect((await result.post()).exitCode).toBe(0);
  await expectBuilt(lab, result, TINY_OUTPUT);
  const digest = (await lab.inspectRemote(BUILDKIT))?.digest;
  const source = (await sourcesOf(result))[BUILDKIT];
  expect(source).toMatchObject({ digest });
  expect(source?.by).toMatch(/\./);
  expect(commandOf(result)).toContain(' --builder mine ');
  expect(result.outputs['attempts']).toBe('1');
  expect((await lab.sh('docker buildx inspect mine')).stdout).toMatch(/^Status: +running$/m);
  await lab.sh('docker buildx rm --force mine');
});

test('its image is nowhere to be had: the engine builds by itself, and says what that costs', async () => {
  const { lab } = world;
  await makeBuilder(lab);
  await checkout(lab, TINY);
  const nowhere = ['mirror.gcr.io', 'docker.m.daocloud.io'].map((host) => unavailable(host, '^/v2/moby/'));
  await lab.faults([...HUB_DOWN, ...nowhere]);
  const result = await lab.run({ inputs: givenInputs(lab, { builder: 'mine', 'max-retry-attempts': 2 }) });
  await result.post();
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect([...result.log.matchAll(/ --builder (\S+) /g)].map(([, name]) => name).at(-1)).toBe('default');
  expectSummary(result, [/^⚠️ the builder mine was lost: The builder did not start.*; built with default instead$/]);
  expect((await lab.sh("docker buildx ls --format '{{.Name}}'")).stdout.split('\n')).toContain('mine');
});

test('mirrors-only: a builder that has not booted is left alone, one like it boots from the mirror, and Docker Hub is never asked', async () => {
  const { lab } = world;
  await lab.startBuilderEngine();
  const made = await lab.sh(
    [
      "printf 'debug = true\\n' >$HOME/buildkitd.toml",
      'docker buildx create --name mine --driver docker-container --driver-opt network=host,env.PLACE=lab --buildkitd-flags --debug --buildkitd-config $HOME/buildkitd.toml',
    ].join('\n'),
  );
  expect(made.exitCode, made.log).toBe(0);
  const optionsOf = async (name: string): Promise<readonly string[]> =>
    (await lab.sh(`docker buildx inspect ${name}`)).stdout
      .split('\n')
      .filter((line) => /^(?:Driver Options|BuildKit daemon flags|Endpoint):|^ > debug/.test(line))
      .map((line) =>
        line
          .replace(/image="[^"]*"/, '')
          .split(/\s+/)
          .toSorted()
          .join(' ')
          .trim(),
      );
  const wanted = await optionsOf('mine');
  expect(wanted).toHaveLength(4);
  await checkout(lab, TINY);
  const only = { mirrors: 'docker.io=mirror.gcr.io', 'mirrors-only': true, 'allow-unverified-mirrors': true };
  const inputs = givenInputs(lab, { builder: 'mine', ...only });
  await lab.clearRequests();
  const result = await lab.run({ inputs });
  const own = / --builder (smart-docker-build-\S+)/.exec(result.log)?.[1] ?? '';
  expect(await optionsOf(own), result.log).toEqual(wanted);
  expect((await result.post()).exitCode).toBe(0);
  await expectBuilt(lab, result, TINY_OUTPUT);
  expectSummary(result, [
    /^⚠️ the builder mine is left alone, and one like it builds, which is removed again \(mirrors-only: mine has not booted, and would ask for moby\/buildkit:buildx-stable-1\)$/,
  ]);
  // What it made is gone, and the user's builder has still not booted.
  expect((await lab.sh("docker buildx ls --format '{{.Name}}'")).stdout).not.toContain(own);
  expect((await lab.sh('docker buildx inspect mine')).stdout).toMatch(/^Status: +inactive$/m);

  // The mirror has no such image: the engine builds by itself, and still nobody asks Docker Hub.
  await lab.faults([unavailable('mirror.gcr.io', '^/v2/moby/')]);
  const engine = await lab.run({ inputs });
  await engine.post();
  await expectBuilt(lab, engine, TINY_OUTPUT);
  expect(commandOf(engine)).toContain(' --builder default ');
  expectSummary(engine, [
    /^⚠️ the builder mine was passed over: mirrors-only: mine has not booted, .*503 from mirror\.gcr\.io.*; built with default instead$/,
  ]);
  const asked = new Set((await lab.requests()).map(({ host }) => host));
  expect([...asked].filter((host) => host.includes('docker.'))).toEqual([]);
  expect(asked).toContain('mirror.gcr.io');
});
