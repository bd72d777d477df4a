import { runBuildx } from '../facts/buildx.ts';
import type { BuilderChoice } from '../plan/plan.ts';
import type { CommandOutcome, RunCommand } from '../process/run-command.ts';

/** How long a builder may take to boot: its image may have to be pulled. */
const BOOT_TIMEOUT_MS = 120_000;

/** An image by digest, and the name under which it is looked for. */
type Seed = NonNullable<Extract<BuilderChoice, { kind: 'current' }>['seed']>;

export type BootOutcome = { readonly kind: 'booted' } | { readonly kind: 'failed'; readonly output: string };

/**
 * Creates and boots a docker-container builder of our own. It shares the engine's network, so that what the runner
 * reaches at localhost (a registry service, a cache service) the build reaches too.
 */
export async function bootBuilder(
  choice: Extract<BuilderChoice, { kind: 'own' }>,
  run: RunCommand,
): Promise<BootOutcome> {
  const image = choice.image === null ? [] : ['--driver-opt', `image=${choice.image}`];
  const outcome = await runBuildx(
    run,
    [
      ...['create', '--name', choice.name, '--driver', 'docker-container'],
      ...['--driver-opt', 'network=host', ...image, '--bootstrap'],
    ],
    BOOT_TIMEOUT_MS,
  );
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'booted' };
  await removeBuilder(choice.name, run);
  return { kind: 'failed', output: outputOf(outcome) };
}

/**
 * Gives the engine the image that a builder of the user's will boot from. buildx asks the registry first, and takes the
 * local image where that fails (docker/buildx driver/docker-container/driver.go `create`). What cannot be had is left to it.
 */
export async function seedBuilder({ from, as }: Seed, run: RunCommand): Promise<void> {
  const pulled = await run(['docker', 'pull', '--quiet', from], { timeoutMs: BOOT_TIMEOUT_MS });
  if (pulled.kind === 'exited' && pulled.code === 0) await run(['docker', 'tag', from, as], { timeoutMs: 30_000 });
}

/**
 * Ends the BuildKit of a container builder that hangs; its state is in a volume, so finished steps are kept, and buildx
 * boots it again for the next build.
 */
export async function restartBuilder(choice: BuilderChoice, run: RunCommand): Promise<void> {
  const isContainer = choice.kind === 'own' || choice.driver === 'docker-container';
  if (!isContainer) return;
  await runBuildx(run, ['stop', ...(choice.name === null ? [] : [choice.name])], 30_000);
}

/** Removes the builder with its container and its volume. Not finding it is fine: then somebody was faster. */
export async function removeBuilder(name: string, run: RunCommand): Promise<void> {
  await runBuildx(run, ['rm', '--force', name], 30_000);
}

/** Whether a builder runs where we run, as far as anybody can tell: there both fetch over the same line. */
export function isNear(choice: BuilderChoice, env: Readonly<Record<string, string | undefined>>): boolean {
  const isOnEngine =
    choice.kind === 'own' || choice.driver === null || ['docker', 'docker-container'].includes(choice.driver);
  return isOnEngine && /^(?:$|unix:|npipe:|fd:)/.test(env['DOCKER_HOST'] ?? '');
}

function outputOf(outcome: CommandOutcome): string {
  return outcome.kind === 'failed' ? outcome.reason : `${outcome.stdout}${outcome.stderr}`;
}
