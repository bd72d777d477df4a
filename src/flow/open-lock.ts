import { resolve } from 'node:path';
import { readLock, type Lock } from '../facts/lock-file.ts';
import type { Inputs } from '../inputs/types.ts';

export type OpenedLock =
  | { readonly kind: 'lock'; readonly lock: Lock }
  /** The lock cannot be had as it was asked for; in the user's words. */
  | { readonly kind: 'problem'; readonly problem: string };

/** The lock file where there is one; a build that may use nothing else does not start without it. */
export async function openLock(inputs: Inputs, cwd: string): Promise<OpenedLock> {
  const { lockFile, locked } = inputs.settings;
  const read = await readLock(resolve(cwd, lockFile));
  switch (read.kind) {
    case 'lock':
      return read;
    case 'broken':
      return { kind: 'problem', problem: read.problem };
    case 'absent':
      if (!locked) return { kind: 'lock', lock: new Map() };
      return {
        kind: 'problem',
        problem: `locked is true, but ${lockFile} does not exist: write it with smart-docker-build lock`,
      };
  }
}
