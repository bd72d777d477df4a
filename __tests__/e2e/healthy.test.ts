import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../lab/host/command.ts';
import { commandOf, expectPushed, expectSummary, isCached } from './expectations.ts';
import { cachePath, checkoutGoService, GO_OUTPUT, runAction, unavailable, useLab } from './world.ts';

const world = useLab();

/** The step of the bundled Dockerfile that compiles. */
const COMPILE = /RUN .*go build/;

test('all healthy: cold, then warm from the Actions cache on a fresh engine, then from the local cache', async () => {
  const { lab } = world;
  await checkoutGoService(lab);

  const cold = await runAction(lab);
  await expectPushed(lab, cold, { prints: GO_OUTPUT });
  expect(cold.log).toContain('✅ 3/3 Go proxies responsive');
  expect(cold.log).toContain('Infrastructure health score: 100/100 (100%)');
  expect(isCached(cold, COMPILE)).toBe(false);
  expectSummary(cold, ['| Dockerfile | Dockerfile (the bundled one for Go services) |']);
  expect(cold.summary).not.toContain('What was down');
  const command = commandOf(cold);
  const root = path.join(cachePath(lab), 'buildkit/api');
  expect(command).toContain('--cache-from type=gha,scope=api --cache-from type=registry,ref=ghcr.io/acme/api:cache');
  expect(command).toMatch(/ --cache-to type=local,dest=\S+\/buildkit\/api\/next-[\w.-]+,mode=max/);
  expect(command).toContain('--cache-to type=registry,ref=ghcr.io/acme/api:cache,mode=max,ignore-error=true');
  expect(command).toContain('--cache-to type=gha,scope=api,mode=max,ignore-error=true');
  expect(command).not.toContain('type=local,src=');
  expect(command).not.toContain('--build-context');
  expect(command).not.toContain('--no-cache');
  expect(await lab.inspectRemote('ghcr.io/acme/api:cache')).not.toBeNull();
  const sizeAfterCold = await sizeOf(root);

  // Another machine of the same repository: neither the local cache nor a registry cache, only the Actions cache.
  await lab.freshEngine();
  const elsewhere = path.join(lab.job.folder, 'other-machine');
  const noRegistryCache = { 'cache-registry-ref': 'ghcr.io/acme/nothing:cache' };
  const warm = await runAction(lab, { 'cache-local-path': elsewhere, ...noRegistryCache });
  await expectPushed(lab, warm, { prints: GO_OUTPUT });
  expect(isCached(warm, COMPILE)).toBe(true);
  expectSummary(warm, [
    /^\| `linux\/amd64` \| [\d.]+ kB \| (?:same|[+−].*) \| ✅ pushed \|$/,
    /^\| Replaced \| .+ \|$/,
  ]);
  await rm(elsewhere, { recursive: true });

  // The same machine again, without the Actions cache: the local cache alone is enough, and does not grow.
  await lab.freshEngine();
  await lab.faults([unavailable('results-receiver.actions.githubusercontent.com')]);
  const rotated = await runAction(lab, noRegistryCache);
  const recovered = 'Actions cache down (only the local and registry cache was asked)';
  await expectPushed(lab, rotated, { prints: GO_OUTPUT, score: 85, ghaCache: false, recovered });
  expect(commandOf(rotated)).toContain(`--cache-from type=local,src=${root}/current`);
  expect(isCached(rotated, COMPILE)).toBe(true);
  expect(await sizeOf(root)).toBeLessThan(sizeAfterCold * 1.02);
});

async function sizeOf(folder: string): Promise<number> {
  const { stdout } = await runCommand(['du', '--summarize', '--bytes', folder]);
  return Number.parseInt(stdout, 10);
}
