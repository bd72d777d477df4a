import type { Attribution } from '../failure/types.ts';
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

/** A full disk, with what takes the room and the commands that free it. */
export async function withDiskUsage(failure: Attribution, cachePath: string, run: RunCommand): Promise<Attribution> {
  const [outcome, root] = await Promise.all([
    run(['docker', 'system', 'df', '--format', FORMAT], { timeoutMs: 10_000 }),
    run(['docker', 'info', '--format', '{{.DockerRootDir}}'], { timeoutMs: 10_000 }),
  ]);
  const rows = outcome.kind === 'exited' ? outcome.stdout.split('\n').filter((line) => line.includes('\t')) : [];
  const free = await freeBytesAt(root.kind === 'exited' && root.stdout.trim() !== '' ? root.stdout.trim() : cachePath);
  const usage = rows
    .map((row) => row.split('\t'))
    .map(([what = '', size = '', idle = '']) => `${what} ${size} (${idle} reclaimable)`);
  const room = free === null ? [] : [`${(free / 1e6).toFixed(0)} MB free on the disk`];
  const commands = Object.values(FREES).map((command) => `\`${command}\``);
  return {
    ...failure,
    evidence: [...failure.evidence, [...usage, ...room].join(', ')],
    advice: `Free room with ${commands.join(', ')}, \`docker system prune --all --volumes\` or \`rm -rf ${cachePath}\`, or use a runner with a larger disk.`,
  };
}
