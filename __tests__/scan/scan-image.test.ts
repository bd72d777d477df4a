import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandRunner } from '../../src/process/run-command.ts';
import { findScanner } from '../../src/scan/find-scanner.ts';
import type { Scan, ScanSubject } from '../../src/scan/findings.ts';
import { scanImage } from '../../src/scan/scan-image.ts';
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

async function scanWith(standIn: StandIn, about = subject): Promise<{ scan: Scan; directory: string }> {
  const env = { PATH: `${standIn.directory}:/usr/bin:/bin` };
  const { signal } = new AbortController();
  const directory = await mkdtemp(join(tmpdir(), 'scans-'));
  const scanner = await findScanner(null, commandRunner(env));
  return { scan: await scanImage(about, scanner, settings, { env, signal, directory }), directory };
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

test('where no scanner is installed, that is why', async () => {
  expect(await findScanner(null, commandRunner({ PATH: '/nowhere' }))).toBe('neither trivy nor grype is installed');
  expect(await findScanner('/opt/clair', commandRunner({}))).toBe('/opt/clair is neither trivy nor grype');
});

test('what is in the build cache only cannot be scanned', async () => {
  const { scan } = await scanWith(await trivyStandIn('fresh'), { ...subject, reference: null });
  expect(scan.problem).toBe('it is in the build cache only: push or load it');
});
