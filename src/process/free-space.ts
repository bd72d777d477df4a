import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes free where a path is, or would be. */
export async function freeBytesAt(path: string): Promise<number | null> {
  for (let place = path; ; place = dirname(place)) {
    try {
      const stats = await statfs(place);
      return stats.bavail * stats.bsize;
    } catch {
      if (place === dirname(place)) return null;
    }
  }
}
