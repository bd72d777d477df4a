import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import { trivyStandIn } from '../scan/stand-in.ts';
import { expectPushed, expectSummary } from './expectations.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, useLab } from './world.ts';

const world = useLab();

const SIGNED_BASE = { Dockerfile: (TINY['Dockerfile'] ?? '').replace('alpine:3.22', 'ghcr.io/acme/base:1') };

/** An image of the team's own, signed with a key of its own by the real cosign; another key lies beside it. */
async function signedBase(lab: Lab): Promise<void> {
  const mustRun = async (...lines: readonly string[]): Promise<void> => {
    const result = await lab.sh(
      ['set -eu', `cd '${lab.job.workspace}'`, 'export COSIGN_PASSWORD=', ...lines].join('\n'),
    );
    expect(result.exitCode, result.stderr).toBe(0);
  };
  await mustRun(
    'docker pull --quiet alpine:3.22',
    'docker tag alpine:3.22 ghcr.io/acme/base:1',
    'docker push --quiet ghcr.io/acme/base:1',
    'mkdir -p keys/other',
    '(cd keys && cosign generate-key-pair)',
    '(cd keys/other && cosign generate-key-pair)',
  );
  const digest = (await lab.inspectRemote('ghcr.io/acme/base:1'))?.digest;
  await mustRun(`cosign sign --yes --key keys/cosign.key --tlog-upload=false ghcr.io/acme/base@${digest}`);
}

/** A base is verified before use; one of another key is refused before anything is built. */
async function verifiedByKey(): Promise<void> {
  const { lab } = world;
  await signedBase(lab);
  await checkout(lab, SIGNED_BASE);
  const result = await runAction(lab, { verify: 'ghcr.io/acme/base => key=keys/cosign.pub' });
  await expectPushed(lab, result, { prints: TINY_OUTPUT });
  expect(result.log).toContain('✅ signature of ghcr.io/acme/base:1: verified: the signature is valid');
  expectSummary(result, ['### Signatures', /`ghcr\.io\/acme\/base:1` \| verified/]);

  const refused = await runAction(lab, { version: 'v2', verify: 'ghcr.io/acme/* => key=keys/other/cosign.pub' });
  expect(refused.exitCode).toBe(1);
  expect(refused.outputs['attempts']).toBe('0');
  expect(refused.log).toMatch(/ghcr\.io\/acme\/base:1: its signature is refused: no matching signatures/);
  expect(await lab.inspectRemote('ghcr.io/acme/api:v2')).toBeNull();
}

/** A distribution without cosign is a machine without it: then its absence is what is met. */
const hasCosign = spawnSync('cosign', ['version']).error === undefined;

test(`a signature by a key of one's own, on a machine ${hasCosign ? 'with' : 'without'} cosign`, async () => {
  if (hasCosign) {
    await verifiedByKey();
    return;
  }
  const { lab } = world;
  await checkout(lab, TINY);
  const result = await runAction(lab, { verify: 'docker.io/library/* => key=cosign.pub' });
  expect(result.exitCode).toBe(1);
  expect(result.log).toMatch(/alpine:3\.22: its signature could not be verified: cosign is not installed/);
});

test('a signature that nobody can verify is the policy’s affair', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const rule = 'docker.io/library/* => identity=maker@example.com issuer=https://accounts.example.com';
  const warned = await runAction(lab, { verify: `${rule} unable=warn` });
  await expectPushed(lab, warned, { prints: TINY_OUTPUT });
  expect(warned.log).toMatch(/⚠️ signature of alpine:3\.22: could not verify: /);
  const stopped = await runAction(lab, { verify: rule });
  expect(stopped.exitCode).toBe(1);
  expect(stopped.log).toMatch(/alpine:3\.22: its signature could not be verified/);
});

test('bases and the image are scanned by digest, and findings stop where they shall', async () => {
  const { lab } = world;
  const trivy = await trivyStandIn('old');
  const env = { PATH: `${trivy.directory}:${process.env['PATH'] ?? ''}` };
  await checkout(lab, TINY);
  const result = await runAction(lab, { scan: 'all', 'scan-severity': 'medium' }, { env });
  expect(result.exitCode, result.log).toBe(0);
  const digest = result.outputs['digest'] ?? 'none';
  const calls = (await trivy.calls()).filter((call) => call.startsWith('image '));
  expect(calls[0]).toMatch(/--image-src remote --platform linux\/amd64 docker\.io\/library\/alpine@sha256:/);
  expect(calls.at(-1)).toContain(`ghcr.io/acme/api@${digest}`);
  expect(result.log).toMatch(
    /^🔍 alpine:3\.22 linux\/amd64: 2 medium \(trivy 0\.66\.0, with the database that was there/m,
  );
  expectSummary(result, [
    '### Findings',
    /`alpine:3\.22` \(base\) .* 2 medium/,
    /`ghcr\.io\/acme\/api:v1\.4\.2` \(image\)/,
  ]);
  const sarif = await readdir(result.outputs['sarif'] ?? '');
  expect(sarif.filter((name) => path.extname(name) === '.sarif')).toHaveLength(2);

  const stopped = await runAction(lab, { scan: 'image', 'scan-fail-on': 'medium', version: 'v2' }, { env });
  expect(stopped.exitCode).toBe(1);
  expect(stopped.log).toMatch(/ghcr\.io\/acme\/api:v2: has findings: 2 medium/);
});
