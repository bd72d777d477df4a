import path from 'node:path';
import { plainEnvironment, runCommand, startDaemon, waitUntil } from './command.ts';
import { startEngine, stopEngine, type Engine, type EngineSettings } from './engine.ts';
import { builderAddress, insideCommand, onlyNetwork } from './namespace.ts';

/**
 * BuildKit for builders of the docker-container driver. Their image cannot be had offline, so the stand-in of
 * `moby/buildkit` (images/catalog.ts) leads here: to the BuildKit of a second engine, which has the containerd store
 * and so can do what a builder container can. Creating, pulling, booting and removing the builder are real.
 */
export interface BuilderEngine {
  readonly engine: Engine;
  stop(): Promise<void>;
}

/** Where its BuildKit listens, at `builderAddress`. */
export const builderPort = '1234';

export async function startBuilderEngine(settings: Omit<EngineSettings, 'store' | 'bridge'>): Promise<BuilderEngine> {
  const bridge = { name: 'lab-builder', address: '172.31.0.1/16' };
  const engine = await startEngine({ ...settings, store: 'containerd', bridge });
  const env = { ...plainEnvironment(), HOME: settings.folder, DOCKER_HOST: engine.dockerHost };
  const listen = `TCP-LISTEN:${builderPort},bind=${builderAddress},fork,reuseaddr`;
  const argv = ['socat', listen, 'EXEC:docker buildx --builder default dial-stdio'];
  const logFile = path.join(path.dirname(settings.logFile), 'builder-socat.log');
  const socat = startDaemon(insideCommand(settings.namespace, argv), logFile, env);
  const listening = onlyNetwork(settings.namespace, ['ss', '-Hltn', `src ${builderAddress}:${builderPort}`]);
  await waitUntil('the way to BuildKit', async () => (await runCommand(listening)).stdout !== '', 5_000);
  return {
    engine,
    stop: async () => {
      if (socat.pid !== undefined && socat.exitCode === null) {
        process.kill(-socat.pid, 'SIGKILL');
      }
      await stopEngine(engine);
    },
  };
}
