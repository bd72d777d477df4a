import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RunCommand } from '../process/run-command.ts';

const GIT_TIMEOUT_MS = 5000;

/**
 * The commit that is checked out in a directory, or null where none is. Read from Git's own files where they are where
 * they mostly are (gitrepository-layout(5)); a linked work tree is left to git itself.
 */
export async function workspaceCommit(workspace: string, run: RunCommand): Promise<string | null> {
  const git = join(workspace, '.git');
  const head = await text(join(git, 'HEAD'));
  const found = head === null ? null : await resolveHead(git, head.trim());
  if (found !== null || (head === null && (await text(git)) === null)) return found;
  const asked = await run(['git', '-C', resolve(workspace), 'rev-parse', 'HEAD'], { timeoutMs: GIT_TIMEOUT_MS });
  return asked.kind === 'exited' && asked.code === 0 ? commitIn(asked.stdout) : null;
}

async function resolveHead(git: string, head: string): Promise<string | null> {
  const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
  if (ref === undefined) return commitIn(head);
  const loose = await text(join(git, ref));
  if (loose !== null) return commitIn(loose);
  const packed = (await text(join(git, 'packed-refs'))) ?? '';
  const line = packed.split('\n').find((entry) => entry.endsWith(` ${ref}`));
  return line === undefined ? null : commitIn(line.split(' ')[0] ?? '');
}

function commitIn(content: string): string | null {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.exec(content.trim())?.[1] ?? null;
}

async function text(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch(() => null);
}
