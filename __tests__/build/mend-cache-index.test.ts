import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { layoutDamage } from '../../src/build/cache-layout.ts';
import { mendCacheIndex } from '../../src/build/mend-cache-index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mend-cache-index-'));
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const elsewhere = { mediaType: MANIFEST, digest: `sha256:${'5'.repeat(64)}`, size: 3529 };

async function blob(content: string, name = createHash('sha256').update(content).digest('hex')): Promise<object> {
  await writeFile(join(folder, 'blobs/sha256', name), content);
  return { digest: `sha256:${name}`, size: Buffer.byteLength(content) };
}

/** What a local export leaves, with the manifest of another export in its index. */
async function exported(mediaType = MANIFEST, field = 'layers'): Promise<object> {
  const layers = [await blob('\u001f\u008b layer'), await blob('{ a layer that begins like JSON')];
  const config = await blob('{"layers":[{"blob":"sha256:0"}],"records":[]}');
  const manifest = await blob(JSON.stringify({ schemaVersion: 2, mediaType, config, [field]: layers }));
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' };
  await writeIndex([{ ...elsewhere, annotations }]);
  return { mediaType, ...manifest, annotations };
}

async function writeIndex(manifests: readonly object[]): Promise<void> {
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

const index = async (): Promise<unknown> => JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));

test.each([
  [MANIFEST, 'layers'],
  ['application/vnd.oci.image.index.v1+json', 'manifests'],
  ['application/vnd.docker.distribution.manifest.list.v2+json', 'manifests'],
])('the one manifest that is there is named: %s', async (mediaType, field) => {
  const manifest = await exported(mediaType, field);
  expect(await layoutDamage(folder)).toContain('is missing');
  await mendCacheIndex(folder);
  expect(await index()).toEqual({ schemaVersion: 2, manifests: [manifest] });
  expect(await layoutDamage(folder)).toBeNull();
});

test.each<[string, () => Promise<unknown>]>([
  ['an index that is right', async () => await writeIndex([await blob('{}')])],
  ['two manifests to choose from', async () => await blob(JSON.stringify({ mediaType: MANIFEST, layers: [] }))],
  ['an index of two', async () => await writeIndex([elsewhere, elsewhere])],
  ['an index of none', async () => await writeIndex([])],
])('%s stays', async (_, change) => {
  await exported();
  await change();
  const before = await index();
  await mendCacheIndex(folder);
  expect(await index()).toEqual(before);
});

test('a manifest whose bytes are not those of its name is none', async () => {
  await blob(JSON.stringify({ mediaType: MANIFEST, layers: [] }), '7'.repeat(64));
  await writeIndex([elsewhere]);
  await mendCacheIndex(folder);
  expect(await index()).toMatchObject({ manifests: [elsewhere] });
});

test('half an index and an empty folder are no reason to fail', async () => {
  await writeFile(join(folder, 'index.json'), '{"manif');
  await mendCacheIndex(folder);
  await mendCacheIndex(join(folder, 'nothing'));
});
