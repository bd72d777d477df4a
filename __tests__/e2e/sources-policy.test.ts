import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pushCredentials } from '../lab/services/hosts.ts';
import { TAG } from './expectations.ts';
import { engineFetches, expectBuilt, expectRefused, hostsOf, HUB_DOWN, sourcesOf } from './sources.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, useLab } from './world.ts';

/* Images that no named context reaches: a source policy redirects them. */
const world = useLab();
const VARIABLE = 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY';
const SCANNER = 'docker/buildkit-syft-scanner:stable-1';

/** `FROM debian AS debian`: a context of that name would replace the stage and drop its commands. */
const SHADOWED = {
  Dockerfile: [
    'FROM debian AS debian',
    'RUN echo "the stage ran" >/message',
    'FROM alpine:3.22',
    'COPY --from=debian /message /message',
    'CMD ["cat", "/message"]',
    '',
  ].join('\n'),
};

test('an image that a stage is named like comes from a mirror, and the stage still runs', async () => {
  const { lab } = world;
  await checkout(lab, SHADOWED);
  await lab.faults(HUB_DOWN);
  await lab.clearRequests();
  const result = await runAction(lab);
  await expectBuilt(lab, result, 'the stage ran\n');
  const digest = (await lab.inspectRemote('debian:latest'))?.digest ?? '';
  const source = (await sourcesOf(result))['debian'];
  expect(source).toMatchObject({ digest });
  expect(result.summary).toContain(VARIABLE);
  const fetched = engineFetches(await lab.requests());
  expect(fetched).toContainEqual(expect.stringMatching(new RegExp(`^${source?.by} \\S*library/debian@${digest}$`)));
  expect(fetched.filter((one) => one.startsWith('registry-1.docker.io'))).toEqual([]);
  expect((await readdir(lab.job.temp)).filter((name) => name.includes('policy'))).toEqual([]);
});

test('the job has a source policy of its own: ours is added to it, and what it forbids stays forbidden', async () => {
  const { lab } = world;
  await checkout(lab, SHADOWED);
  await lab.faults(HUB_DOWN);
  await lab.clearRequests();
  const own = path.join(lab.job.folder, 'policy.json');
  const theirs = { action: 'DENY', selector: { identifier: 'docker-image://mirror.gcr.io/*' } };
  await writeFile(own, JSON.stringify({ version: 1, rules: [theirs] }));
  const result = await runAction(lab, {}, { env: { [VARIABLE]: own } });
  await expectBuilt(lab, result, 'the stage ran\n');
  expect(Object.values(await hostsOf(result))).not.toContain('mirror.gcr.io');
  expect(engineFetches(await lab.requests()).filter((one) => /^(registry-1|mirror\.gcr)/.test(one))).toEqual([]);
});

test('locked: what an ONBUILD of the base brings in, and what only BuildKit reads, is not built', async () => {
  const { lab } = world;
  await checkout(lab, {
    'base/Dockerfile': 'FROM alpine:3.22\nONBUILD COPY --from=busybox:1.37 /bin/busybox /stowaway\n',
    Dockerfile: 'FROM ghcr.io/acme/base:1\nCMD ["true"]\n',
  });
  const credentials = { 'ghcr.io': pushCredentials };
  const base = await lab.sh('docker buildx build --push --tag ghcr.io/acme/base:1 base', { credentials });
  expect(base.exitCode, base.log).toBe(0);
  expect((await lab.cli(['lock'])).exitCode).toBe(0);
  await lab.clearRequests();
  const result = await runAction(lab, { locked: true });
  await expectRefused(lab, result, [/source .*docker\.io\/library\/busybox:1\.37.* denied by policy/]);
  expect(result.outputs['attempts']).toBe('1');
  expect(engineFetches(await lab.requests()).filter((one) => one.includes('busybox'))).toEqual([]);

  const remote = await runAction(lab, { locked: true, context: 'https://github.com/acme/api.git' });
  await expectRefused(lab, remote, [/locked: true cannot be kept: only BuildKit will read .*check the repository out/]);
});

test('an SBOM is asked for and Docker Hub is down: its scanner comes from a mirror by digest', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(HUB_DOWN);
  await lab.clearRequests();
  const result = await runAction(lab, { sbom: true });
  await expectBuilt(lab, result, TINY_OUTPUT);
  const digest = (await lab.inspectRemote(SCANNER))?.digest ?? '';
  expect((await sourcesOf(result))[SCANNER]).toMatchObject({ digest });
  expect((await lab.inspectRemote(TAG))?.attestations).toContain('https://spdx.dev/Document');
  const fetched = engineFetches(await lab.requests());
  expect(fetched).toContainEqual(expect.stringMatching(new RegExp(`\\S*docker/buildkit-syft-scanner@${digest}$`)));
  expect(fetched.filter((one) => one.startsWith('registry-1.docker.io'))).toEqual([]);
});
