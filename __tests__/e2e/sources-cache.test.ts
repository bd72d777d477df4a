import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commandOf, isCached, TAG } from './expectations.ts';
import { expectBuilt, HUB_DOWN, sourcesOf } from './sources.ts';
import { NONCE, nonces } from './recovery.ts';
import { cachePath, checkout, runAction, TINY, TINY_OUTPUT, useLab } from './world.ts';

const world = useLab();

test('a change of source costs no cache: RUN steps are not run again, in the engine and imported', async () => {
  const { lab } = world;
  await checkout(lab, NONCE);
  const cold = await runAction(lab);
  const [nonce = ''] = nonces(cold);
  await expectBuilt(lab, cold, `${nonce}\n`);
  expect(commandOf(cold)).not.toContain('--build-context');

  await lab.faults(HUB_DOWN);
  const again = await runAction(lab);
  await expectBuilt(lab, again, `${nonce}\n`);
  expect(commandOf(again)).toContain('--build-context alpine:3.22=docker-image://');
  expect(isCached(again, /RUN echo "nonce/)).toBe(true);

  // Another machine: an empty engine and no local cache, so that the hit can only be an imported one.
  await lab.freshEngine();
  await rm(cachePath(lab), { recursive: true });
  const imported = await runAction(lab);
  await expectBuilt(lab, imported, `${nonce}\n`);
  expect(commandOf(imported)).toContain('--build-context alpine:3.22=docker-image://');
  expect(nonces(imported)).toEqual([]);
});

test('the provenance of the pushed image names the mirror that served its base', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(HUB_DOWN);
  const result = await runAction(lab, { provenance: 'mode=max' });
  await expectBuilt(lab, result, TINY_OUTPUT);
  const source = (await sourcesOf(result))['alpine:3.22'];
  const { stdout, log } = await lab.sh(`docker buildx imagetools inspect ${TAG} --format '{{json .Provenance}}'`);
  const uris = [...stdout.matchAll(/"uri": ?"(pkg:docker\/[^"]+)"/g)].map(([, uri]) => decodeURIComponent(uri ?? ''));
  expect(uris, log).toContainEqual(expect.stringContaining(`${source?.by}/`));
  expect(stdout).toContain((source?.digest ?? '').replace('sha256:', ''));
});
