import type { Stats } from 'node:fs';

/** A group is of the owner's making, and on many machines of the owner alone. */
const WRITABLE_BY_ALL = 0o002;

/**
 * Whether a file can be believed to be what an earlier run left: it belongs to this user or to root, and not everybody may
 * write to it. /tmp is shared by all users of a machine.
 *
 * @param user who this process is, as stat(2) counts; null where there are no such numbers
 */
export function isOwn({ uid, mode }: Pick<Stats, 'uid' | 'mode'>, user = process.getuid?.() ?? null): boolean {
  return user === null || ((uid === user || uid === 0) && (mode & WRITABLE_BY_ALL) === 0);
}
