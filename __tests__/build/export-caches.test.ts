import { afterEach, expect, test } from 'vitest';
import { cachesAfterPush, exportLine } from '../../src/build/export-caches.ts';
import { readLog } from '../../src/failure/progress.ts';
import type { CacheChoice, Plan } from '../../src/plan/plan.ts';
import type { CacheResult } from '../../src/build/record.ts';
import { planOf } from '../plan/question.ts';
import { inputsOf } from '../plan/world.ts';
import { createFakeDocker, type FakeCall, type FakeDocker } from './fake-docker.ts';

let docker: FakeDocker | null = null;
afterEach(async () => await docker?.close());

const cache = (backend: 'local' | 'gha', direction: CacheChoice['direction'], value: string | null): CacheChoice => ({
  backend,
  direction,
  value,
  reason: '',
});
const caches = [
  cache('gha', 'import', 'type=gha'),
  cache('local', 'export', 'type=local,dest=/c'),
  cache('gha', 'export', 'type=gha,mode=max'),
];
const words = ['docker', 'buildx', 'build', '--cache-from', 'type=gha'];
const plan: Plan = {
  ...(await planOf({ inputs: inputsOf({ push: 'true' }) })),
  caches,
  argv: [
    ...words,
    ...['--cache-to', 'type=local,dest=/c', '--cache-to', 'type=gha,mode=max', '--iidfile', '/i', '--target', 'app'],
    ...['--attest', 'type=sbom', '--tag', 'a/b:1', '--tag', 'a/b:2', '--metadata-file', '/m', '--push', '.'],
  ],
};

test('the line writes caches, and nothing else', () => {
  const written = ['--cache-to', 'type=gha,mode=max', '--target', 'app', '--output', 'type=cacheonly', '.'];
  expect(exportLine(plan, [])).toEqual([...words.slice(0, 3), '--cache-to', 'type=local,dest=/c', ...written]);
  expect(exportLine(plan, caches.slice(1, 2))).toEqual([...words.slice(0, 3), ...written]);
});

test('there is none where nothing is left to write, or every step would be executed again', () => {
  expect(exportLine(plan, caches)).toBeNull();
  expect(exportLine({ ...plan, argv: [...plan.argv.slice(0, -1), '--no-cache', '.'] }, [])).toBeNull();
});

const imported = '#1 importing cache manifest from gha:1\n#1 DONE 0.1s\n';
const localOut = '#2 exporting cache to client directory\n#2 DONE 0.1s\n';
const ghaOut = '#3 exporting to GitHub Actions Cache\n#3 DONE 0.1s\n';

async function after(log: string, calls: readonly FakeCall[], of = plan): Promise<readonly CacheResult['result'][]> {
  docker = await createFakeDocker(calls);
  const ports = {
    env: docker.env,
    cwd: docker.folder,
    signal: new AbortController().signal,
    write: () => undefined,
  };
  const results = await cachesAfterPush(of, readLog(log), 20_000, ports);
  expect(await docker.calls()).toBe(calls.length);
  return results.map(({ result }) => result);
}

test('the caches that the failed push kept from being written are written', async () => {
  expect(await after(imported, [{ says: localOut + ghaOut }])).toEqual(['found', 'exported', 'exported']);
});

test('what was written already stays as it is', async () => {
  const said = '#1 exporting to GitHub Actions Cache\n#1 ERROR: 503\n';
  expect(await after(imported + localOut, [{ says: said }])).toEqual(['found', 'exported', 'failed']);
  expect(await after(imported + localOut + ghaOut, [])).toEqual(['found', 'exported', 'exported']);
});

test('a program that would run for them ends it', async () => {
  const result = await after(imported, [{ says: '#1 [2/2] RUN make\n', hangs: true }]);
  expect(result).toEqual(['found', 'unknown', 'unknown']);
});

test('without a line the results say so', async () => {
  const noCache = { ...plan, argv: [...plan.argv.slice(0, -1), '--no-cache', '.'] };
  expect(await after(imported, [], noCache)).toEqual(['found', 'failed', 'failed']);
});
