import type { CommandOutcome, RunCommand } from '../process/run-command.ts';

/** The tool that builds: how it is called, and the versions that its flags depend on. */
export interface BuildxFacts {
  /** `docker buildx`, the lone binary `buildx` where there is no docker command, or neither. */
  readonly kind: 'plugin' | 'standalone' | 'missing';
  /** As it prints it, such as `v0.29.1` or a commit; null where it says nothing. */
  readonly version: string | null;
  /** What it said instead of describing the builder, such as `ERROR: no builder "mine" found`; null where it did. */
  readonly refusal: string | null;
  /** BuildKit's version on each node of the builder, as it is printed; null where a node does not say. */
  readonly nodes: readonly (string | null)[];
}

/** The words before buildx's own arguments. */
export function buildxCommand(buildx: BuildxFacts): readonly string[] {
  return buildx.kind === 'standalone' ? ['buildx'] : ['docker', 'buildx'];
}

/** Runs buildx as it is installed: as docker's plugin, or by itself where there is no docker. */
export async function runBuildx(run: RunCommand, words: readonly string[], timeoutMs: number): Promise<CommandOutcome> {
  const outcome = await run(['docker', 'buildx', ...words], { timeoutMs });
  return isNotInstalled(outcome) ? await run(['buildx', ...words], { timeoutMs }) : outcome;
}

/** What runs through this port asks buildx once for the builder, whoever asks, and falls back to the lone binary. */
export function sharedInspection(run: RunCommand, name: string | null, timeoutMs: number): Promise<CommandOutcome> {
  return runBuildx(run, ['inspect', ...(name === null ? [] : [name])], timeoutMs);
}

/**
 * The facts of buildx. `docker info` names the version of its plugin, so that it has to be asked for only where that is
 * silent: without a docker command, and with one that is not docker's.
 */
export async function readBuildx(
  run: RunCommand,
  known: string | null,
  inspection: CommandOutcome,
  timeoutMs: number,
): Promise<BuildxFacts> {
  const inspected = inspectionFacts(inspection);
  if (known !== null) return { kind: 'plugin', version: known, ...inspected };
  const plugin = await run(['docker', 'buildx', 'version'], { timeoutMs });
  if (plugin.kind === 'exited' && plugin.code === 0)
    return { kind: 'plugin', version: versionIn(plugin.stdout), ...inspected };
  // Silence is not absence: whether buildx works, the build itself will show.
  if (plugin.kind === 'failed' && !isNotInstalled(plugin)) return { kind: 'plugin', version: null, ...inspected };
  const alone = isNotInstalled(plugin) ? await run(['buildx', 'version'], { timeoutMs }) : plugin;
  if (alone.kind === 'exited' && alone.code === 0)
    return { kind: 'standalone', version: versionIn(alone.stdout), ...inspected };
  return { kind: 'missing', version: null, ...inspected };
}

/** `github.com/docker/buildx v0.29.1 28c90ea` (docker/actions-toolkit src/buildx/buildx.ts `parseVersion`). */
function versionIn(text: string): string | null {
  return /\s(v?(?:[0-9a-f]{7}|[0-9.]+)\S*)/.exec(text.trim())?.[1] ?? null;
}

function inspectionFacts(inspection: CommandOutcome): Pick<BuildxFacts, 'refusal' | 'nodes'> {
  if (inspection.kind === 'failed') return { refusal: null, nodes: [null] };
  if (inspection.code !== 0 && inspection.stderr.trim() !== '') return { refusal: inspection.stderr.trim(), nodes: [] };
  return { refusal: null, nodes: nodeVersions(inspection.stdout) };
}

/** Each `Name:` after the builder's own begins a node (docker/actions-toolkit src/buildx/builder.ts `parseInspect`). */
export function nodeVersions(text: string): readonly (string | null)[] {
  const [, ...nodes] = text.split(/^name:/im).slice(1);
  return nodes
    .filter((node) => node.split('\n')[0]?.trim() !== '')
    .map((node) => /^buildkit(?: version)?:[ \t]*(.*)$/im.exec(node)?.[1]?.trim() || null);
}

/** Whether there is no such command. */
export function isNotInstalled(outcome: CommandOutcome): boolean {
  return outcome.kind === 'failed' && outcome.reason.endsWith('is not installed');
}
