import { plainEnvironment, runCommand } from './command.ts';
import { startEngine, stopEngine, type EngineSettings } from './engine.ts';
import { insideCommand } from './namespace.ts';
import { locate } from './remote-image.ts';
import { registryAddress } from './registry.ts';

export interface PullOptions {
  /** Default: the machine's own. arm64 needs the lab's emulation. */
  readonly platform?: string;
  /** Options of `docker run`, before the image's name. */
  readonly runOptions?: readonly string[];
  readonly timeoutMs?: number;
}

/**
 * Runs a pushed image as its user would: on another machine. The engine that built it may hold layers that were never
 * pushed, so an engine of its own starts for each call. It pulls from behind the front ends, since the faults of a
 * case often still hold when the result is looked at.
 */
export async function pullAndRun(
  settings: Omit<EngineSettings, 'store' | 'bridge'>,
  reference: string,
  args: readonly string[] = [],
  options: PullOptions = {},
): Promise<string> {
  const { repository, tag, digest } = locate(reference);
  const image = `${registryAddress}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
  const bridge = { name: 'lab-consumer', address: '172.30.0.1/16' };
  const engine = await startEngine({ ...settings, store: 'containerd', bridge });
  try {
    const platform = options.platform === undefined ? [] : ['--platform', options.platform];
    const argv = ['docker', 'run', '--rm', '--quiet', ...platform, ...(options.runOptions ?? []), image, ...args];
    const env = { ...plainEnvironment(), HOME: settings.folder, DOCKER_HOST: engine.dockerHost };
    const timeoutMs = options.timeoutMs ?? 60_000;
    const result = await runCommand(insideCommand(settings.namespace, argv), { env, timeoutMs });
    if (result.exitCode !== 0) {
      throw new Error(`lab: running ${reference} ended with ${result.exitCode}\n${result.log}`);
    }
    return result.stdout;
  } finally {
    await stopEngine(engine);
  }
}
