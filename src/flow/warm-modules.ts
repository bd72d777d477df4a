import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inputs } from '../inputs/types.ts';
import { GO_PROXIES } from '../health/services.ts';
import type { WarmedModules } from '../report/prewarm.ts';
import { commandRunner } from '../process/run-command.ts';
import { goModulesPath, type Store } from '../store/layout.ts';
import type { World } from './world.ts';

const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/**
 * Fetches what go.mod asks for into the store, in the layout of the GOPROXY protocol, as `go mod download` leaves it
 * (go.dev/ref/mod#module-cache). Checksums are compared by Go itself.
 */
export async function warmModules(store: Store, inputs: Inputs, world: World): Promise<WarmedModules> {
  if (await needsNone(world.cwd)) return { kind: 'kept', reason: 'none is needed' };
  const root = join(goModulesPath(store), '..', '..');
  await mkdir(root, { recursive: true });
  const proxies = [...new Set([...inputs.settings.goProxies, ...(inputs.settings.mirrorsOnly ? [] : GO_PROXIES)])];
  const env = {
    ...world.env,
    GOMODCACHE: root,
    GOFLAGS: '-modcacherw',
    GOPROXY: world.env['GOPROXY'] || [...proxies, 'direct'].join('|'),
  };
  const run = commandRunner(env, world.signal);
  const outcome = await run(['go', 'mod', 'download'], { timeoutMs: DOWNLOAD_TIMEOUT_MS });
  if (outcome.kind === 'failed') return { kind: 'failed', reason: outcome.reason };
  if (outcome.code !== 0)
    return { kind: 'failed', reason: outcome.stderr.trim().split('\n').at(-1) ?? 'go mod download failed' };
  // Go unpacks the modules beside; a build unpacks its own.
  for (const name of await readdir(root)) {
    if (name !== 'cache') await rm(join(root, name), { recursive: true, force: true });
  }
  return { kind: 'kept', reason: `as go.mod asks, in ${goModulesPath(store)}` };
}

/** A vendored tree has them all, and many a go.mod asks for none (go.dev/ref/mod#go-mod-file-require). */
async function needsNone(folder: string): Promise<boolean> {
  const read = async (name: string): Promise<string | null> =>
    await readFile(join(folder, name), 'utf8').catch(() => null);
  if ((await read('vendor/modules.txt')) !== null) return true;
  const mod = await read('go.mod');
  return mod !== null && (await read('go.work')) === null && !/^\s*require\b/m.test(mod);
}
