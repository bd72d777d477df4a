import { expect, test } from 'vitest';
import { readImage, type ReadImagePorts } from '../../src/build/read-image.ts';
import type { CommandOutcome } from '../../src/process/run-command.ts';
import type { ManifestAnswer, RegistryClient } from '../../src/registry/client.ts';
import { digestA, digestB, inputsOf } from '../plan/world.ts';

const names = { digest: digestA, imageId: 'sha256:id', enginePlatform: 'linux/amd64', loaded: true };
const image = {
  config: { digest: digestB, size: 100 },
  layers: [
    { digest: digestB, size: 2000 },
    { digest: digestB, size: 30_000 },
  ],
};
const index = {
  manifests: [
    { digest: digestA, size: 1, platform: { os: 'linux', architecture: 'amd64' } },
    { digest: digestB, size: 1, platform: { os: 'linux', architecture: 'arm64' } },
    { digest: digestB, size: 1, platform: { os: 'unknown', architecture: 'unknown' } },
  ],
};

/** A registry that has a document at each reference, and an engine that prints something. */
function ports(documents: Readonly<Record<string, unknown>>, printed = '[]'): ReadImagePorts & { asked: string[] } {
  const asked: string[] = [];
  const getManifest = async ({
    host,
    repository,
    reference,
  }: Parameters<RegistryClient['getManifest']>[0]): Promise<ManifestAnswer> => {
    asked.push(`${host}/${repository} ${reference}`);
    const document = documents[reference];
    if (document === undefined) return await Promise.resolve({ kind: 'missing', host, evidence: `404 from ${host}` });
    const body = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
    return {
      kind: 'found',
      digest: reference,
      mediaType: '',
      sizeBytes: body.length,
      latencyMs: 1,
      rateLimit: null,
      body,
    };
  };
  const unused = (): Promise<never> => Promise.reject(new Error('not to be asked'));
  const run = async (argv: readonly string[]): Promise<CommandOutcome> => {
    asked.push(argv.join(' '));
    return await Promise.resolve({ kind: 'exited', code: 0, stdout: printed, stderr: '' });
  };
  return {
    registry: { getManifest, headManifest: unused, getBlobRange: unused },
    run,
    signal: new AbortController().signal,
    asked,
  };
}

const pushed = inputsOf({ push: 'true' });
const base = { reference: 'ghcr.io/acme/api:v1', registry: 'ghcr.io', digest: digestA, imageId: 'sha256:id' };

test('a pushed image of two platforms, with their sizes', async () => {
  const world = ports({ [digestA]: index, [digestB]: image });
  // The fake's index and its first image have the same digest: the size of that one cannot be told.
  expect(await readImage(pushed, names, world)).toEqual({
    ...base,
    where: 'registry',
    platforms: [
      { platform: 'linux/amd64', sizeBytes: null },
      { platform: 'linux/arm64', sizeBytes: 32_100 },
    ],
    problem: null,
  });
  expect(world.asked).toEqual([
    `ghcr.io/acme/api ${digestA}`,
    `ghcr.io/acme/api ${digestA}`,
    `ghcr.io/acme/api ${digestB}`,
  ]);
});

test('a single image has the platform of the engine', async () => {
  const read = await readImage(pushed, { ...names, digest: null }, ports({ v1: image }));
  expect(read).toEqual({
    ...base,
    digest: null,
    where: 'registry',
    platforms: [{ platform: 'linux/amd64', sizeBytes: 32_100 }],
    problem: null,
  });
});

test.each([
  ['it is not there', {}, '404 from ghcr.io'],
  ['it is no image', { [digestA]: '[]' }, 'neither an image index nor an image manifest'],
])('sizes are not worth a failure: %s', async (_, documents, problem) => {
  expect(await readImage(pushed, names, ports(documents))).toEqual({
    ...base,
    where: 'registry',
    platforms: [],
    problem,
  });
});

test('an image in the engine', async () => {
  const world = ports({}, '[{"Id":"sha256:id","Size":12345,"Os":"linux","Architecture":"arm","Variant":"v7"}]');
  expect(await readImage(inputsOf(), names, world)).toEqual({
    ...base,
    where: 'engine',
    platforms: [{ platform: 'linux/arm/v7', sizeBytes: 12_345 }],
    problem: null,
  });
  expect(world.asked).toEqual(['docker image inspect ghcr.io/acme/api:v1']);
});

test('an engine is asked for each platform, and one that answers for its own alone is believed once', async () => {
  const world = ports({}, '[{"Size":1,"Os":"linux","Architecture":"amd64","Variant":""}]');
  const read = await readImage(inputsOf({ platforms: 'linux/amd64,linux/arm64' }), names, world);
  expect(read?.platforms).toEqual([{ platform: 'linux/amd64', sizeBytes: 1 }]);
  expect(world.asked).toEqual([
    'docker image inspect --platform linux/amd64 ghcr.io/acme/api:v1',
    'docker image inspect --platform linux/arm64 ghcr.io/acme/api:v1',
  ]);
});

test.each([['no such image'], ['[]'], ['{}']])('an engine that says %s', async (printed) => {
  const read = await readImage(inputsOf(), names, ports({}, printed));
  expect(read).toMatchObject({ where: 'engine', platforms: [], problem: 'the engine does not show the image' });
});

test('an image that stayed in the builder', async () => {
  const read = await readImage(inputsOf(), { ...names, loaded: false }, ports({}));
  expect(read).toEqual({ ...base, where: 'builder cache', platforms: [], problem: 'the image was not loaded' });
});

test('a build without a tag has no image to read', async () => {
  expect(await readImage(inputsOf({ image: '', mode: 'health' }), names, ports({}))).toBeNull();
});
