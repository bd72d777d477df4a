import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun, plainEnvironment, runCommand, startDaemon, waitUntil } from './command.ts';
import type { RegistryStorage } from './images/registry-storage.ts';
import { insideCommand, onlyNetwork, type Namespace } from './namespace.ts';

/** The one real registry behind all registry hosts of the lab, on 127.0.0.1:5000 inside the namespace. */
export interface Registry {
  readonly namespace: Namespace;
  readonly storage: RegistryStorage;
  /** The stand-in images, never written to. */
  readonly pristine: RegistryStorage;
  /** The names for the next reset, being copied. */
  readonly spare: { made: Promise<void> };
}

export const registryAddress = '127.0.0.1:5000';

export async function startRegistry(
  namespace: Namespace,
  folder: string,
  pristine: RegistryStorage,
  logFile: string,
): Promise<Registry> {
  const storage = { folder: path.join(folder, 'storage') };
  const registry: Registry = { namespace, pristine, storage, spare: { made: Promise.resolve() } };
  await rm(folder, { recursive: true, force: true });
  await makeSpare(registry);
  await resetRegistry(registry);
  const configFile = path.join(folder, 'config.yml');
  await writeFile(configFile, configOf(registry));
  startDaemon(insideCommand(namespace, ['docker-registry', 'serve', configFile]), logFile, plainEnvironment());
  const probe = onlyNetwork(namespace, ['busybox', 'wget', '-q', '-O', '-', `http://${registryAddress}/v2/`]);
  await waitUntil('the registry', async () => (await runCommand(probe)).exitCode === 0, 10_000);
  return registry;
}

/** Forgets everything that was pushed, also while the registry runs. */
export async function resetRegistry(registry: Registry): Promise<void> {
  const root = rootOf(registry.storage);
  await registry.spare.made;
  await rename(path.join(root, 'repositories'), path.join(root, `old-${Date.now()}`)).catch(() => undefined);
  await rename(path.join(root, 'spare'), path.join(root, 'repositories'));
  registry.spare.made = makeSpare(registry);
  // Its failure belongs to the next reset, which waits for it.
  registry.spare.made.catch(() => undefined);
}

/**
 * Copies the small files that name the images, for the registry rewrites them in place; that takes as long as an
 * engine's start, so the copy for the next reset is made ahead. Blobs are never changed or taken away.
 */
async function makeSpare(registry: Registry): Promise<void> {
  const [from, to] = [rootOf(registry.pristine), rootOf(registry.storage)];
  await mkdir(to, { recursive: true });
  if (!existsSync(path.join(to, 'blobs'))) {
    await mustRun(['cp', '-a', path.join(from, 'blobs'), to]);
  }
  await mustRun([
    'sh',
    '-c',
    'rm -rf "$1"/old-* "$1"/spare && cp -a "$0" "$1"/spare',
    path.join(from, 'repositories'),
    to,
  ]);
}

function rootOf(storage: RegistryStorage): string {
  return path.join(storage.folder, 'docker/registry/v2');
}

/** Without a cache of its own, so that a reset of the storage folder is seen at once. */
function configOf(registry: Registry): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: registry.storage.folder, maxthreads: 100 },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: registryAddress, secret: 'outage-lab' },
  });
}
