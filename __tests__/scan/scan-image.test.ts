import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandRunner } from '../../src/process/run-command.ts';
import { findScanner } from '../../src/scan/find-scanner.ts';
import type { Scan, ScanSubject } from '../../src/scan/findings.ts';
import { scanImage } from '../../src/scan/scan-image.ts';
import { imageMediaTypes } from '../../src/registry/manifest.ts';
import { layoutOf } from '../../src/scan/stored-layout.ts';
import { putBlob } from '../../src/store/blobs.ts';
import { createStore, storeAt } from '../../src/store/layout.ts';
import type { ScanSettings } from '../../src/scan/settings.ts';
import { grypeStandIn, trivyStandIn, type StandIn } from './stand-in.ts';

const settings: ScanSettings = {
  what: 'bases',
  severities: ['HIGH', 'MEDIUM'],
  failOn: null,
  unable: 'warn',
  scanner: null,
};
const subject: ScanSubject = {
  kind: 'base',
  name: 'alpine:3.10',
  reference: 'mirror.gcr.io/library/alpine@sha256:abc',
  where: 'registry',
  platform: 'linux/arm64',
};

async function scanWith(
  standIn: StandIn,
  about = subject,
  offline = false,
): Promise<{ scan: Scan; directory: string }> {
  const env = { PATH: `${standIn.directory}:/usr/bin:/bin` };
  const { signal } = new AbortController();
  const directory = await mkdtemp(join(tmpdir(), 'scans-'));
  const scanner = await findScanner(null, commandRunner(env));
  return {
    scan: await scanImage(about, scanner, settings, { env, signal, directory, offline, platform: 'linux/amd64' }),
    directory,
  };
}

test('trivy is asked by digest, for the platform of the build, and its findings are counted', async () => {
  const trivy = await trivyStandIn('fresh');
  const { scan, directory } = await scanWith(trivy);
  expect(scan).toMatchObject({ scanner: 'trivy 0.66.0', problem: null, note: null, counts: { MEDIUM: 2 } });
  expect(scan.worst[0]).toEqual({
    id: 'CVE-2019-1549',
    package: 'libcrypto1.1',
    version: '1.1.1c-r0',
    fixedIn: '1.1.1d-r0',
    severity: 'MEDIUM',
    title: 'openssl: information disclosure in fork()',
  });
  const calls = (await trivy.calls()).map((call) => call.replaceAll(directory, 'DIR').replace(/-[0-9a-f]{8}\./g, '.'));
  expect(calls).toEqual([
    '--version',
    'image --quiet --scanners vuln --format json --output DIR/alpine-3-10-linux-arm64.json --image-src remote --platform linux/arm64 mirror.gcr.io/library/alpine@sha256:abc',
    expect.stringMatching(/^convert --quiet --format sarif --output DIR\/alpine-3-10-linux-arm64-?\w*\.sarif DIR/),
  ]);
  expect(JSON.parse(await readFile(scan.sarif ?? '', 'utf8'))).toMatchObject({ version: '2.1.0' });
});

test('a database that cannot be refreshed is used as it is, and that is said', async () => {
  const { scan } = await scanWith(await trivyStandIn('old'));
  expect(scan).toMatchObject({ problem: null, counts: { MEDIUM: 2 } });
  expect(scan.note).toMatch(/^with the database that was there, which could not be refreshed: FATAL .*mirror\.gcr\.io/);
});

test('without any database nothing could be scanned, which is no pass', async () => {
  const { scan } = await scanWith(await trivyStandIn('none'));
  expect(scan).toMatchObject({ scanner: 'trivy 0.66.0', counts: {}, sarif: null });
  expect(scan.problem).toMatch(/failed to download vulnerability DB/);
});

test('grype is spoken to in its own way', async () => {
  const grype = await grypeStandIn();
  const { scan, directory } = await scanWith(grype, {
    ...subject,
    where: 'engine',
    platform: null,
    reference: 'api:v1',
  });
  expect(scan).toMatchObject({
    scanner: 'grype 0.104.4',
    problem: null,
    note: 'database of 2026-01-17T06:14:49Z',
    counts: { HIGH: 1 },
    sarif: null,
  });
  const calls = (await grype.calls()).map((call) => call.replaceAll(directory, 'DIR').replace(/-[0-9a-f]{8}\./g, '.'));
  expect(calls.at(-1)).toBe(
    'docker:api:v1 --quiet --output json=DIR/alpine-3-10.json --output sarif=DIR/alpine-3-10.sarif',
  );
});

test('an image of the warm store is scanned where it lies, and nobody is asked for it', async () => {
  const { root, index } = await storeWithOneImage();
  const stored = { ...subject, where: 'store', store: root, reference: `docker.io/library/alpine@${index}` } as const;
  const trivy = await trivyStandIn('old');
  const { scan, directory } = await scanWith(trivy, stored, true);
  expect(scan).toMatchObject({
    problem: null,
    counts: { MEDIUM: 2 },
    note: 'with the database that was there, which could not be refreshed: offline: true',
  });
  const calls = (await trivy.calls()).filter((call) => call.startsWith('image '));
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatch(/--skip-db-update --skip-java-db-update --offline-scan --input \S+\.oci$/);
  expect(calls[0]).not.toContain('--image-src');
  // Links into the store are not left to be uploaded.
  expect((await readdir(directory)).filter((name) => name.endsWith('.oci'))).toEqual([]);

  const grype = await grypeStandIn();
  await scanWith(grype, stored);
  expect((await grype.calls()).at(-1)).toMatch(/^oci-dir:\S+\.oci --quiet /);
  const gone = await scanWith(grype, { ...stored, platform: 'linux/s390x' });
  expect(gone.scan.problem).toBe('the warm store does not have it any more');
});

test('the layout has the one image of the platform, whose blobs are those of the store', async () => {
  const { root, index, arm64 } = await storeWithOneImage();
  const folder = join(await mkdtemp(join(tmpdir(), 'layout-')), 'image.oci');
  expect(await layoutOf({ root, digest: index }, 'linux/arm64', folder)).toBe(folder);
  const { manifests } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { manifests: unknown[] };
  const bytes = await readFile(join(folder, 'blobs', arm64.replace(':', '/')));
  expect(manifests).toEqual([{ mediaType: imageMediaTypes[0], digest: arm64, size: bytes.length }]);
});

/** A store with an index of one arm64 image. */
async function storeWithOneImage(): Promise<{ root: string; index: string; arm64: string }> {
  const store = storeAt(await mkdtemp(join(tmpdir(), 'scan-store-')));
  await createStore(store);
  const put = async (value: unknown): Promise<{ digest: string; size: number }> => {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await putBlob(store, digest, bytes);
    return { digest, size: bytes.length };
  };
  const config = await put({ os: 'linux', architecture: 'arm64' });
  const image = await put({ schemaVersion: 2, config, layers: [] });
  const platform = { os: 'linux', architecture: 'arm64' };
  const index = await put({ schemaVersion: 2, manifests: [{ ...image, platform }] });
  return { root: store.root, index: index.digest, arm64: image.digest };
}

test('where no scanner is installed, that is why', async () => {
  expect(await findScanner(null, commandRunner({ PATH: '/nowhere' }))).toBe('neither trivy nor grype is installed');
  expect(await findScanner('/opt/clair', commandRunner({}))).toBe('/opt/clair is neither trivy nor grype');
});

test('what is in the build cache only cannot be scanned, nor a base that nobody has', async () => {
  const lost = { ...subject, reference: null };
  const built = await scanWith(await trivyStandIn('fresh'), { ...lost, kind: 'image' });
  expect(built.scan.problem).toBe('it is in the build cache only: push or load it');
  expect((await scanWith(await trivyStandIn('fresh'), lost)).scan.problem).toBe('no source has it now');
});
