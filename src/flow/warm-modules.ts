import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Inputs } from '../inputs/types.ts';
import { GO_PROXIES } from '../health/services.ts';
import type { WarmedModules } from '../report/prewarm.ts';
import { commandRunner } from '../process/run-command.ts';
import { goModulesPath, type Store } from '../store/layout.ts';
import { touchModules } from '../store/modules.ts';
import type { World } from './world.ts';

const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/**
 * Fetches what go.mod asks for into the store, in the layout of the GOPROXY protocol, as `go mod download` leaves it
 * (go.dev/ref/mod#module-cache). Checksums are compared by Go itself, and any number of downloads may share the folder.
 */
export async function warmModules(store: Store, inputs: Inputs, world: World): Promise<WarmedModules> {
  if (await needsNone(world.cwd)) return { kind: 'kept', reason: 'none is needed' };
  const shared = dirname(goModulesPath(store));
  await mkdir(shared, { recursive: true });
  // Go unpacks the modules as well, which no build has a use for: beside the store, where no other run is in the way.
  const own = await mkdtemp(join(world.tempDir, 'go-modules-'));
  try {
    await symlink(shared, join(own, 'cache'));
    return await download(store, own, inputs, world);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function download(store: Store, cache: string, inputs: Inputs, world: World): Promise<WarmedModules> {
  const proxies = [...new Set([...inputs.settings.goProxies, ...(inputs.settings.mirrorsOnly ? [] : GO_PROXIES)])];
  const env = {
    ...world.env,
    GOMODCACHE: cache,
    GOFLAGS: '-modcacherw',
    GOPROXY: world.env['GOPROXY'] || [...proxies, 'direct'].join('|'),
  };
  const run = commandRunner(env, world.signal);
  const outcome = await run(['go', 'mod', 'download'], { timeoutMs: DOWNLOAD_TIMEOUT_MS });
  if (outcome.kind === 'failed') return { kind: 'failed', reason: outcome.reason };
  if (outcome.code !== 0)
    return { kind: 'failed', reason: outcome.stderr.trim().split('\n').at(-1) ?? 'go mod download failed' };
  // What was here before is not fetched again, but wanted again: the second answer names all of them, and asks nobody.
  const listed = await commandRunner({ ...env, GOPROXY: 'off' }, world.signal)(['go', 'mod', 'download', '-json'], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  });
  if (listed.kind !== 'failed') await touchModules(zipsOf(listed.stdout));
  return { kind: 'kept', reason: `as go.mod asks, in ${goModulesPath(store)}` };
}

/** The zips that `go mod download -json` names, an object of several lines for each module (go.dev/ref/mod#go-mod-download). */
function zipsOf(output: string): readonly string[] {
  return [...output.matchAll(/^\s*"Zip": (".*"),?$/gm)].map(([, text = '""']) => JSON.parse(text) as string);
}

/** A vendored tree has them all, and many a go.mod asks for none (go.dev/ref/mod#go-mod-file-require). */
async function needsNone(folder: string): Promise<boolean> {
  const read = async (name: string): Promise<string | null> =>
    await readFile(join(folder, name), 'utf8').catch(() => null);
  if ((await read('vendor/modules.txt')) !== null) return true;
  const mod = await read('go.mod');
  return mod !== null && (await read('go.work')) === null && !/^\s*require\b/m.test(mod);
}
