import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import { expectBuilt, HUB, sourcesOf } from './sources.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, useLab } from './world.ts';

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
