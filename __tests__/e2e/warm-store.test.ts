import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CommandResult } from '../lab/host/command.ts';
import { cliProgram, nodeForActions } from '../lab/host/paths.ts';
import type { Lab } from '../lab/lab.ts';
import { cachePath, checkout, checkoutGoService, TWO_BASES, useLab } from './world.ts';

/* Filling the warm store: what it fetches, what it leaves alone, and what disturbs it. */
const world = useLab();

const HUB_BLOBS = 'production.cloudflare.docker.com';

function prewarm(lab: Lab, ...args: readonly string[]): Promise<CommandResult> {
  return lab.cli(['prewarm', '--cache-local-path', cachePath(lab), ...args]);
}

const store = (lab: Lab, ...names: readonly string[]): string => path.join(cachePath(lab), 'store', ...names);

test('the bundled Dockerfiles: every base of their chains, for two platforms; a second run fetches nothing', async () => {
  const { lab } = world;
  await checkoutGoService(lab);
  const first = await prewarm(lab, '--platforms', 'linux/amd64,linux/arm64');
  expect(first.exitCode, first.log).toBe(0);
  const images = [
    ...[
      'golang:1.24-alpine',
      'golang:1.24-bookworm',
      'gcr.io/distroless/static-debian13:nonroot',
      'debian:trixie-slim',
    ],
    ...['alpine:3.22', 'ubuntu:24.04', 'moby/buildkit:buildx-stable-1', 'docker/buildkit-syft-scanner:stable-1'],
  ];
  for (const name of images) expect(first.stdout).toMatch(new RegExp(`^${name} .*fetched, sha256:`, 'm'));
  expect(first.stdout).toContain('Go modules: none is needed');
  expect(first.stderr).toMatch(/^\[\d\/8\] alpine:3\.22: fetched/m);
  const index = JSON.parse(await readFile(store(lab, 'index.json'), 'utf8')) as {
    readonly manifests: readonly unknown[];
  };
  expect(index.manifests).toHaveLength(images.length);
  await lab.clearRequests();
  const second = await prewarm(lab, '--platforms', 'linux/amd64,linux/arm64');
  expect(second.exitCode, second.log).toBe(0);
  expect(second.stderr).toContain('8 images, 0 fetched (0 B), 8 unchanged');
  // What it costs to look whether anything has changed: no pull, and no layer.
  const pulls = (await lab.requests()).filter(
    ({ host, method }) => method === 'GET' && host === 'registry-1.docker.io',
  );
  expect(pulls.filter(({ path: at }) => at.includes('/manifests/'))).toEqual([]);
});

test('downloads that break off are resumed: by the run itself, and by the next one where a run is interrupted', async () => {
  const { lab } = world;
  await checkout(lab, TWO_BASES);
  await lab.faults([{ host: HUB_BLOBS, fault: 'stalled', bytes: 200_000 }]);
  const command = `${nodeForActions()} ${cliProgram} prewarm --cache-local-path ${cachePath(lab)}`;
  const interrupted = await lab.sh(`
    ${command} & run=$!
    until find ${store(lab)}/partial -size +150k 2>/dev/null | grep -q .; do sleep 0.1; done
    kill -INT $run; wait $run`);
  expect(interrupted.exitCode, interrupted.log).toBe(130);
  expect(interrupted.stderr).toContain('the next run goes on where this one ended');
  const left = await readdir(store(lab, 'partial'));
  expect(left).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.free\./)]);
  await lab.faults([{ host: HUB_BLOBS, fault: 'cut', bytes: 200_000 }]);
  const next = await prewarm(lab);
  expect(next.exitCode, next.log).toBe(0);
  expect(await readdir(store(lab, 'partial'))).toEqual([]);
});

test('Docker Hub is down: its mirrors give the same digests; nothing is believed that one alone says', async () => {
  const { lab } = world;
  await checkout(lab, TWO_BASES);
  await lab.faults([
    { host: 'registry-1.docker.io', fault: 'refused' },
    { host: 'mirror.gcr.io', fault: 'tampered', path: '/blobs/' },
  ]);
  const result = await prewarm(lab);
  expect(result.exitCode, result.log).toBe(3);
  expect(result.stdout).toMatch(/^alpine:3\.22 .*fetched.* from /m);
  expect(result.stdout).toMatch(/^moby\/buildkit\S+ .*only \S+ has it, and nothing confirms/m);
  const digest = (await lab.inspectRemote('alpine:3.22'))?.digest ?? '';
  expect(await readFile(store(lab, 'index.json'), 'utf8')).toContain(digest);
});

test('a damaged store is found and mended: another byte, half an entry, half an index; two runs at once', async () => {
  const { lab } = world;
  await checkout(lab, TWO_BASES);
  expect((await prewarm(lab)).exitCode).toBe(0);
  const blobs = await readdir(store(lab, 'blobs/sha256'));
  const [entry = ''] = await readdir(store(lab, 'entries'));
  for (const name of blobs.slice(0, 4)) {
    const bytes = await readFile(store(lab, 'blobs/sha256', name));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(store(lab, 'blobs/sha256', name), bytes);
  }
  await truncate(store(lab, 'entries', entry), 50);
  await truncate(store(lab, 'index.json'), 50);
  const both = await Promise.all([prewarm(lab), prewarm(lab)]);
  for (const run of both) expect(run.exitCode, run.log).toBe(0);
  expect(both.some(({ stdout }) => stdout.includes('completed, sha256:'))).toBe(true);
  const again = await prewarm(lab);
  expect(again.stderr).toContain('0 fetched (0 B)');
  const sums = await lab.sh(
    `cd ${store(lab, 'blobs/sha256')} && for f in *; do echo "$f  $f"; done | sha256sum --check --quiet`,
  );
  expect(sums.exitCode, sums.log).toBe(0);
  expect(await readdir(store(lab, 'partial'))).toEqual([]);
  expect(await readdir(store(lab, 'leases'))).toEqual([]);
});

test('a short disk and a small limit: what fits is there and whole, the rest is named with its reason', async () => {
  const { lab } = world;
  await checkout(lab, { Dockerfile: 'FROM golang:1.24-alpine AS build\nFROM alpine:3.22\n' });
  // A small disk, which is gone with the shell that mounted it.
  const disk = `mkdir -p ${cachePath(lab)} && mount -t tmpfs -o size=90m tmpfs ${cachePath(lab)}`;
  const short = await lab.sh(
    `${disk} && ${nodeForActions()} ${cliProgram} prewarm --warm-max-size 1GB --cache-local-path ${cachePath(lab)}`,
  );
  expect(short.exitCode, short.log).toBe(3);
  expect(short.stdout).toMatch(/^golang:1\.24-alpine .*no room on the disk/m);
  expect(short.stdout).toMatch(/^alpine:3\.22 .*fetched/m);
  const small = await prewarm(lab, '--warm-max-size', '10MB');
  expect(small.exitCode, small.log).toBe(3);
  expect(small.stdout).toMatch(/^golang:1\.24-alpine .*it does not fit/m);
  expect(small.stdout).toMatch(/^alpine:3\.22 .*fetched/m);
});
