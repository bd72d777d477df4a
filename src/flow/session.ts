import { join } from 'node:path';
import type { HealthPorts } from '../health/ports.ts';
import { createHttp } from '../net/http.ts';
import { createLookup } from '../net/lookup.ts';
import { commandRunner, type RunCommand } from '../process/run-command.ts';
import { createBlobClient, type BlobClient } from '../registry/blob-stream.ts';
import { createRegistryClient } from '../registry/client.ts';
import type { Credentials } from '../registry/token.ts';
import { openCredentials } from '../registry/credentials.ts';
import type { World } from './world.ts';

/** The connections of one run. */
export interface Session {
  readonly ports: HealthPorts;
  /** Reads whole layers, for the warm store. */
  readonly blobs: BlobClient;
  readonly run: RunCommand;
  /** Problems with the docker configuration, in words. */
  readonly warnings: () => readonly string[];
  /** The proxies that docker hands to builds, by engine or `default`. */
  readonly proxies: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly close: () => void;
}

/** Opens what a run talks through: HTTP, the registries with docker's logins, and the docker command. */
export async function openSession(world: Pick<World, 'env' | 'addSecret' | 'signal'>): Promise<Session> {
  const http = createHttp();
  const lookup = createLookup();
  const home = world.env['DOCKER_CONFIG'] || join(world.env['HOME'] || '/root', '.docker');
  const credentials = await openCredentials({ configFile: join(home, 'config.json'), environment: world.env });
  const credentialsFor = async (host: string): Promise<Credentials | null> => {
    const found = await credentials.credentialsFor(host);
    if (found !== null) hide('password' in found ? found.password : found.identityToken);
    return found;
  };
  const hidden = new Set<string>();
  function hide(secret: string): void {
    if (!hidden.has(secret)) world.addSecret(secret);
    hidden.add(secret);
  }
  return {
    ports: {
      http,
      registry: createRegistryClient({ http, credentialsFor }),
      lookup: (signal) => lookup.withSignal(signal),
      now: Date.now,
    },
    blobs: createBlobClient({ http, credentialsFor }),
    run: commandRunner(world.env, world.signal),
    warnings: () => credentials.warnings(),
    proxies: credentials.proxies,
    close: () => http.dispose(),
  };
}
