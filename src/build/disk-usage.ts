import { setTimeout as sleep } from 'node:timers/promises';
import type { Attribution } from '../failure/types.ts';
import { isNotInstalled } from '../facts/buildx.ts';
import { freeBytesAt } from '../process/free-space.ts';
import type { RunCommand } from '../process/run-command.ts';

/** `docker system df --format`: what each kind of thing takes, and how much of that nothing uses. */
const FORMAT = '{{.Type}}\t{{.Size}}\t{{.Reclaimable}}';

/** Commands that free each kind, from docker's own list. */
const FREES: Readonly<Record<string, string>> = {
  Images: 'docker image prune --all',
  Containers: 'docker container prune',
  'Local Volumes': 'docker volume prune --all',
  'Build Cache': 'docker buildx prune --all',
};

const FREE_ALL = 'docker system prune --all --volumes';

/**
 * How often an engine is asked. Measuring a disk is work for the engine: what a build that just failed leaves behind is
 * still being taken away, and an entry that goes in between makes the whole answer an error.
 */
const TRIES = 3;
const PAUSE_MS = 500;

/** A full disk, with what takes the room and the commands that free it. */
export async function withDiskUsage(failure: Attribution, cachePath: string, run: RunCommand): Promise<Attribution> {
  const [usage, root] = await Promise.all([
    diskUsage(run),
    run(['docker', 'info', '--format', '{{.DockerRootDir}}'], { timeoutMs: 10_000 }),
  ]);
  const free = await freeBytesAt(root.kind === 'exited' && root.stdout.trim() !== '' ? root.stdout.trim() : cachePath);
  const room = free === null ? [] : [`${(free / 1e6).toFixed(0)} MB free on the disk`];
  const all = isNotInstalled(root) ? ['buildx prune --all'] : [...Object.values(FREES), FREE_ALL];
  const commands = [...all, `rm -rf ${cachePath}`].map((command) => `\`${command}\``);
  return {
    ...failure,
    evidence: [...failure.evidence, [...usage, ...room].join(', ')],
    advice: `Free room with ${commands.slice(0, -1).join(', ')} or ${commands.at(-1)}, or use a runner with a larger disk.`,
  };
}

/** `Reclaimable:\t1.2GB`, `Total:\t3GB` behind the list of records (buildx commands/diskusage.go). */
async function builderUsage(run: RunCommand): Promise<readonly string[]> {
  const outcome = await run(['buildx', 'du'], { timeoutMs: 10_000 });
  if (outcome.kind === 'failed') return [`buildx du: ${outcome.reason}`];
  const amount = (what: string): string => new RegExp(`^${what}:\\s+(\\S+)$`, 'm').exec(outcome.stdout)?.[1] ?? '0B';
  return [`Build Cache ${amount('Total')} (${amount('Reclaimable')} reclaimable)`];
}

/** What takes the room, one phrase for each kind of thing; or why the engine could not tell. */
async function diskUsage(run: RunCommand, triesLeft = TRIES): Promise<readonly string[]> {
  const outcome = await run(['docker', 'system', 'df', '--format', FORMAT], { timeoutMs: 10_000 });
  if (outcome.kind === 'exited' && outcome.code === 0) {
    return outcome.stdout
      .split('\n')
      .filter((line) => line.includes('\t'))
      .map((row) => row.split('\t'))
      .map(([what = '', size = '', idle = '']) => `${what} ${size} (${idle} reclaimable)`);
  }
  if (isNotInstalled(outcome)) return await builderUsage(run);
  // An engine that does not answer at all is not worth another ten seconds.
  if (outcome.kind === 'failed') return [`docker system df: ${outcome.reason}`];
  if (triesLeft <= 1) return [`docker system df: ${outcome.stderr.trim().split('\n').at(-1) ?? ''}`];
  await sleep(PAUSE_MS);
  return await diskUsage(run, triesLeft - 1);
}
