import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { builderOptionsFrom, type BuilderOptions } from '../facts/builder-options.ts';
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
  const words = ['create', '--name', choice.name, '--driver', 'docker-container'];
  const outcome =
    choice.like === undefined
      ? await runBuildx(run, [...words, '--driver-opt', 'network=host', ...image, '--bootstrap'], BOOT_TIMEOUT_MS)
      : await createLike(choice.like, [...words, ...image, '--bootstrap'], run);
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'booted' };
  await removeBuilder(choice.name, run);
  return { kind: 'failed', output: outputOf(outcome) };
}

/** Creates a builder with the options of another one, which has a container on one engine. */
async function createLike(like: string, words: readonly string[], run: RunCommand): Promise<CommandOutcome> {
  const inspected = await runBuildx(run, ['inspect', like], 30_000);
  if (inspected.kind === 'failed' || inspected.code !== 0) return inspected;
  const options = builderOptionsFrom(inspected.stdout);
  if (options === null)
    return { kind: 'failed', reason: `the builder ${like} has several nodes, so none is made like it` };
  const folder = await mkdtemp(join(tmpdir(), 'smart-docker-build-builder-'));
  try {
    const config = await writeConfig(options, folder);
    return await runBuildx(run, [...words, ...config, ...wordsOf(options)], BOOT_TIMEOUT_MS);
  } finally {
    // buildx keeps copies of its own.
    await rm(folder, { recursive: true, force: true });
  }
}

function wordsOf({ driverOptions, flags, platforms, endpoint }: BuilderOptions): readonly string[] {
  return [
    // A list in CSV, of which each is one field.
    ...driverOptions.flatMap((option) => ['--driver-opt', `"${option.replaceAll('"', '""')}"`]),
    ...(flags === '' ? [] : ['--buildkitd-flags', flags]),
    ...(platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
    ...(endpoint === '' ? [] : [endpoint]),
  ];
}

/** Its configuration as a file again; the certificates that this names are looked for beside it. */
async function writeConfig({ files }: BuilderOptions, folder: string): Promise<readonly string[]> {
  const config = files.get('buildkitd.toml');
  if (config === undefined) return [];
  for (const [name, text] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text.replaceAll('/etc/buildkit/', `${folder}/`));
  }
  return ['--buildkitd-config', join(folder, 'buildkitd.toml')];
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
