import type { DigestMemory } from '../facts/digest-memory.ts';
import type { Prepared } from './prepare.ts';

/**
 * Digests that upstream registries themselves vouched for, to be remembered for the day when they cannot. Of an image in the
 * lock file they may have been asked for the lock's digest: that is no word on the tag.
 */
export function confirmedBy({ answers, lock }: Pick<Prepared, 'answers' | 'lock'>): DigestMemory {
  const atMs = Date.now();
  return new Map(
    [...answers()].flatMap(([key, sources]) => {
      if (lock.has(key)) return [];
      const upstream = sources.find(({ kind }) => kind === 'upstream');
      return upstream?.state === 'up' && upstream.digest !== null
        ? [[key, { digest: upstream.digest, atMs }] as const]
        : [];
    }),
  );
}
