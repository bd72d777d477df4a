import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeForActions, repositoryRoot } from '../lab/host/paths.ts';
import { useLab } from './world.ts';

const world = useLab();
const CATALOGUE = 'src/registry/catalogue.json';

test('mirrors check: dead, another image and well, and a change of the catalogue that git applies', async () => {
  const { lab } = world;
  await lab.faults([
    { host: 'mirror.gcr.io', fault: 'refused' },
    {
      host: 'public.ecr.aws',
      fault: 'stale-tag',
      repository: 'docker/library/alpine',
      tag: '3.22',
      servedAs: 'docker/library/busybox:latest',
    },
  ]);
  const text = readFileSync(CATALOGUE, 'utf8');
  const result = await lab.cli([
    'mirrors',
    'check',
    'alpine:3.22',
    'gcr.io/distroless/static-debian12:nonroot',
    '--json',
  ]);
  expect(result.exitCode, result.log).toBe(0);
  const { mirrors } = JSON.parse(result.stdout) as {
    readonly mirrors: readonly { entry: { mirror: string; upstream: string }; verdict: string }[];
  };
  const verdict = (mirror: string, upstream: string): string | undefined =>
    mirrors.find(({ entry }) => entry.mirror === mirror && entry.upstream === upstream)?.verdict;
  expect(verdict('mirror.gcr.io', 'docker.io')).toBe('dead');
  // Another image, but no older one: images of the lab are all made at one time.
  expect(verdict('public.ecr.aws', 'docker.io')).toBe('partly');
  expect(verdict('docker.m.daocloud.io', 'docker.io')).toBe('well');
  expect(verdict('goproxy.cn', 'proxy.golang.org')).toBe('well');
  const folder = path.join(lab.job.folder, 'repository');
  await mkdir(path.join(folder, path.dirname(CATALOGUE)), { recursive: true });
  await writeFile(path.join(folder, CATALOGUE), text);
  // As docs/operations.md has it.
  const program = path.join(repositoryRoot, 'scripts/deploy/smart-docker-build.sh');
  const applied = await lab.sh(`
    cd ${folder} && export PATH="${path.dirname(nodeForActions())}:$PATH"
    ${program} mirrors check alpine:3.22 gcr.io/distroless/static-debian12:nonroot --diff | git apply`);
  expect(applied.exitCode, applied.log).toBe(0);
  const changed = JSON.parse(readFileSync(path.join(folder, CATALOGUE), 'utf8')) as { mirror: string; state: string }[];
  expect(changed.find(({ mirror }) => mirror === 'mirror.gcr.io')?.state).toBe('retired');
  expect(changed.find(({ mirror }) => mirror === 'public.ecr.aws')?.state).toBe('limited');
});
