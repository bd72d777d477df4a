import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { labHosts } from '../lab/services/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { commandOf } from './expectations.ts';
import { ALL_BUT_GHCR, expectBuilt, expectRefused, ONLY_GOOGLE_LEFT, sourcesOf } from './sources.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, useLab } from './world.ts';

/* When next to nothing is left: what a lock file settles, and how a build ends that nothing can save. */
const world = useLab();
const LOCK = 'docker-build.lock';

test('everything is down: red at once, with what was tried and what to do', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(ALL_BUT_GHCR);
  const result = await runAction(lab);
  await expectRefused(lab, result, [
    /No source of alpine:3\.22: .*registry-1\.docker\.io.*mirror\.gcr\.io.*public\.ecr\.aws.*docker\.m\.daocloud\.io/,
    /pin the image by digest|try again|Try again/,
  ]);
  expect(result.outputs['failure-component']).toBe('docker.io');
});

test('every host is black-holed: red in seconds, with what was tried of each source and the remedy', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(labHosts.map(({ name }) => ({ host: name, fault: 'black-holed' })));
  const result = await runAction(lab, { push: false });
  await expectRefused(lab, result, [
    'Nothing outside of this network answers: alpine:3.22 has no source that does (network, not retried)',
    /No source of alpine:3\.22: docker\.io has not answered in time.*mirror\.gcr\.io has not answered in time.*public\.ecr\.aws has not/,
    'Check the way out of this network (proxy, firewall), or name a mirror that this network reaches (input mirrors).',
  ]);
  expect(result.outputs).toMatchObject({ 'health-score': '15', 'failure-component': 'docker.io' });
});

test('a lock file is written, refreshed with a small diff, and settles what only one mirror has', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const written = await lab.cli(['lock']);
  expect(written.exitCode, written.log).toBe(0);
  const digest = (await lab.inspectRemote('alpine:3.22'))?.digest ?? '';
  expect(written.stdout).toBe(`+ docker.io/library/alpine:3.22 ${digest}\n`);
  const first = await lockText(lab);
  expect(JSON.parse(first)).toMatchObject({
    version: 1,
    images: {
      'docker.io/library/alpine:3.22': { digest, from: 'docker.io', platforms: ['linux/amd64', 'linux/arm64'] },
    },
  });

  // Nothing has changed: not a byte does. Then the tag moves: one digest and its day do.
  expect((await lab.cli(['lock'])).stdout).toBe('');
  expect(await lockText(lab)).toBe(first);
  await lab.faults([
    { host: 'registry-1.docker.io', fault: 'stale-tag', repository: 'library/alpine', tag: '3.22', servedAs: '3.21' },
  ]);
  const moved = (await lab.inspectRemote('alpine:3.21'))?.digest ?? '';
  expect((await lab.cli(['lock'])).stdout).toBe(`~ docker.io/library/alpine:3.22 ${digest} -> ${moved}\n`);
  const changed = (await lockText(lab)).split('\n').filter((line, index) => line !== first.split('\n')[index]);
  expect(changed.map((line) => line.trim().split(':')[0])).toEqual(['"digest"', '"resolvedAt"']);

  await writeFile(path.join(lab.job.workspace, LOCK), first);
  await lab.faults(ONLY_GOOGLE_LEFT);
  const green = await runAction(lab);
  await expectBuilt(lab, green, TINY_OUTPUT);
  const source = (await sourcesOf(green))['alpine:3.22'];
  expect(source).toMatchObject({ by: 'mirror.gcr.io', digest });
  expect(source?.confirmedBy).toMatch(/^docker-build\.lock of \d{4}-/);
});

test('locked: what the lock file says is built, whatever the tag says today; what it does not say is not', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.cli(['lock']);
  const digest = (await lab.inspectRemote('alpine:3.22'))?.digest ?? '';
  await lab.faults([
    { host: 'registry-1.docker.io', fault: 'stale-tag', repository: 'library/alpine', tag: '3.22', servedAs: '3.21' },
  ]);
  const kept = await runAction(lab, { locked: true });
  await expectBuilt(lab, kept, TINY_OUTPUT);
  expect(commandOf(kept)).toMatch(new RegExp(`--build-context alpine:3\\.22=docker-image://\\S+@${digest}`));

  await lab.reset();
  await checkout(lab, { ...TINY, [LOCK]: JSON.stringify({ version: 1, images: {} }) });
  const unknown = await runAction(lab, { locked: true, 'max-retry-attempts': 1 });
  await expectRefused(lab, unknown, ['docker-build.lock has no entry for alpine:3.22', 'smart-docker-build lock']);
});

test('a broken lock file stops everything before it starts', async () => {
  const { lab } = world;
  await checkout(lab, {
    ...TINY,
    [LOCK]: '{"version":1,"images":{"docker.io/library/alpine:3.22":{"digest":"sha256:12"}}}',
  });
  await lab.clearRequests();
  const result = await runAction(lab);
  await expectRefused(lab, result, [
    /docker-build\.lock: images docker\.io\/library\/alpine:3\.22 digest: is not a digest/,
  ]);
  expect(await lab.requests()).toEqual([]);
  const asked = await lab.cli(['lock']);
  expect(asked.exitCode).toBe(2);
  expect(asked.stderr).toContain('is not a digest');
});

async function lockText(lab: Lab): Promise<string> {
  return await readFile(path.join(lab.job.workspace, LOCK), 'utf8');
}
