import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isOwn } from '../process/ownership.ts';
import { writeWhole } from '../process/write-whole.ts';

/** What upstream registries said in healthy times: a witness when only mirrors are left to ask. */
export interface RememberedDigest {
  readonly digest: string;
  /** When the upstream said so, milliseconds since the epoch. */
  readonly atMs: number;
}

export type DigestMemory = ReadonlyMap<string, RememberedDigest>;

const Memory = z.object({
  version: z.literal(1),
  images: z.record(z.string(), z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), atMs: z.number() })),
});

/** More than any repository uses; the oldest are forgotten first. */
const MAX_ENTRIES = 1000;

function memoryFile(cachePath: string): string {
  return join(cachePath, 'digests.json');
}

/**
 * Reads the memory kept with the caches. A missing or broken file is an empty memory: it only ever adds a witness. So is one
 * that somebody else could have written: the default path is in a directory that all users of a machine share.
 */
export async function recallDigests(cachePath: string): Promise<DigestMemory> {
  try {
    const file = await open(memoryFile(cachePath), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      if (!isOwn(await file.stat())) return new Map();
      const memory = Memory.parse(JSON.parse(await file.readFile('utf8')));
      return new Map(Object.entries(memory.images));
    } finally {
      await file.close();
    }
  } catch {
    return new Map();
  }
}

/** Adds what this run's upstreams confirmed. */
export async function rememberDigests(cachePath: string, confirmed: DigestMemory): Promise<void> {
  if (confirmed.size === 0) return;
  const all = [...new Map([...(await recallDigests(cachePath)), ...confirmed])]
    .toSorted(([, a], [, b]) => b.atMs - a.atMs)
    .slice(0, MAX_ENTRIES);
  await mkdir(cachePath, { recursive: true });
  const text = JSON.stringify({ version: 1, images: Object.fromEntries(all) }, null, 2);
  await writeWhole(memoryFile(cachePath), text, 0o644);
}
