import { mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { mustRun, runCommand } from '../lab/host/command.ts';
import type { Lab } from '../lab/lab.ts';
import { expectSummary, isCached } from './expectations.ts';
import { expectGreen, expectRed, NONCE, nonces } from './recovery.ts';
import { cachePath, checkout, runAction, useLab } from './world.ts';

const world = useLab();

const small = (lab: Lab): string => path.join(lab.paths.folder, 'small-disk');

/** An engine on a disk of its own, of so many megabytes. */
async function engineOnSmallDisk(lab: Lab, megabytes: number): Promise<void> {
  await mkdir(small(lab), { recursive: true });
  await mustRun(['mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'small', small(lab)]);
  await lab.freshEngine({ extra: { 'data-root': small(lab) } });
}

afterEach(async () => {
  await world.lab.freshEngine();
  await runCommand(['umount', '--lazy', small(world.lab)]);
});

const large = (name: string, megabytes: number): { readonly Dockerfile: string } => ({
  Dockerfile: `FROM alpine:3.22\nRUN dd if=/dev/urandom of=/${name} bs=1M count=${megabytes}\n${NONCE['Dockerfile']?.split('\n').slice(1).join('\n')}`,
});
/** Nothing is written anywhere else. */
const NO_CACHES = { strategy: 'conservative', 'cache-max-size': '1KB' };

test('the disk is full of build cache: that is freed once, and the build goes on', async () => {
  const { lab } = world;
  await engineOnSmallDisk(lab, 95);
  await checkout(lab, large('first', 40));
  await lab.sh(`docker buildx build --output type=cacheonly ${lab.job.workspace}`);
  await checkout(lab, large('second', 20));
  const result = await runAction(lab, NO_CACHES);
  await expectGreen(lab, result, { attempts: 2 });
  expect(result.log).toMatch(
    /^attempt 2 of 3 \(conservative\): The disk is full.*after freeing the build cache that nothing uses$/m,
  );
});

test('the build is larger than the disk: red, with what takes the room and how to free it', async () => {
  const { lab } = world;
  await engineOnSmallDisk(lab, 40);
  await checkout(lab, large('huge', 100));
  const result = await runAction(lab, NO_CACHES);
  await expectRed(lab, result, { class: 'disk-full', attempts: 2, headline: /The disk is full/ });
  expectSummary(result, [/^\*\*What to do next:\*\* .*docker system prune/]);
  expect(result.log).toMatch(/Images .*Build Cache .* free on the disk/);
});

const LOCAL_ONLY = { strategy: 'conservative' };

async function blobs(lab: Lab): Promise<readonly string[]> {
  const folder = path.join(cachePath(lab), 'buildkit/api/current/blobs/sha256');
  const names = (await readdir(folder)).map((name) => path.join(folder, name));
  const sizes = await Promise.all(names.map(async (name) => (await stat(name)).size));
  return names.toSorted((a, b) => (sizes[names.indexOf(b)] ?? 0) - (sizes[names.indexOf(a)] ?? 0));
}

const harms: readonly {
  readonly name: string;
  readonly harm: (lab: Lab) => Promise<unknown>;
  readonly attempts: number;
}[] = [
  {
    name: 'its index is damaged',
    harm: (lab) => writeFile(path.join(cachePath(lab), 'buildkit/api/current/index.json'), '{"mani'),
    attempts: 1,
  },
  { name: 'a blob is missing', harm: async (lab) => await rm((await blobs(lab))[0] ?? ''), attempts: 1 },
  { name: 'a blob is cut short', harm: async (lab) => await truncate((await blobs(lab))[0] ?? '', 100), attempts: 1 },
  {
    name: 'a blob holds other bytes',
    harm: async (lab) => {
      for (const file of await blobs(lab)) {
        const { size } = await stat(file);
        if (size > 0 && !file.endsWith('json')) await writeFile(file, Buffer.alloc(size, 7));
      }
    },
    attempts: Number.NaN,
  },
];

test.each(harms)('the local cache is corrupt: $name; it is dropped and made anew', async ({ harm, attempts }) => {
  const { lab } = world;
  await checkout(lab, NONCE);
  const first = await runAction(lab, LOCAL_ONLY);
  expect(first.exitCode, first.log).toBe(0);
  await harm(lab);
  await lab.freshEngine();
  const second = await runAction(lab, LOCAL_ONLY);
  await expectGreen(lab, second, { attempts: Number.isNaN(attempts) ? Number(second.outputs['attempts']) : attempts });
  expect(nonces(second)).toHaveLength(1);
  await lab.freshEngine();
  const third = await runAction(lab, LOCAL_ONLY);
  expect(isCached(third, /RUN echo/), third.log).toBe(true);
});
