import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeWhole } from '../process/write-whole.ts';

/** What a tag was resolved to, agreed on by review. */
export interface LockEntry {
  readonly digest: string;
  /** Platforms of its index; empty for a single image. */
  readonly platforms: readonly string[];
  /** ISO 8601, of the day on which the digest last changed. */
  readonly resolvedAt: string;
  /** The registry that said so. */
  readonly from: string;
}

/** By canonical reference, `docker.io/library/golang:1.24-alpine`. */
export type Lock = ReadonlyMap<string, LockEntry>;

const Entry = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is not a digest'),
  platforms: z.array(z.string()),
  resolvedAt: z.string(),
  from: z.string(),
});
const LockFile = z.object({ version: z.literal(1), images: z.record(z.string(), Entry) });

export type ReadLock =
  | { readonly kind: 'lock'; readonly lock: Lock }
  | { readonly kind: 'absent' }
  /** It is there and cannot be read: never a reason to trust less than the user asked for. */
  | { readonly kind: 'broken'; readonly problem: string };

/** Reads docker-build.lock. */
export async function readLock(path: string): Promise<ReadLock> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT'
      ? { kind: 'absent' }
      : { kind: 'broken', problem: `${path} cannot be read (${code ?? 'unknown error'})` };
  }
  return parseLock(text, path);
}

/** Reads the text of a lock file; `path` is for the problem's words. */
export function parseLock(text: string, path: string): ReadLock {
  try {
    const parsed = LockFile.safeParse(JSON.parse(text));
    if (parsed.success) return { kind: 'lock', lock: new Map(Object.entries(parsed.data.images)) };
    const problems = parsed.error.issues.map(({ path: at, message }) => `${at.join(' ')}: ${message}`);
    return { kind: 'broken', problem: `${path}: ${problems.join('; ')}` };
  } catch (error) {
    return {
      kind: 'broken',
      problem: `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** The file's text: sorted, an entry a few short lines, so that a refresh is a small diff to review. */
export function formatLock(lock: Lock): string {
  const images = Object.fromEntries([...lock].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version: 1, images }, null, 2)}\n`;
}

/** Written beside and renamed: a reader never sees half a lock. */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  await writeWhole(path, formatLock(lock));
}

/** One line of what a refresh changes: `~ docker.io/library/golang:1.24-alpine sha256:aa… -> sha256:bb…`. */
export function lockChanges(before: Lock, after: Lock): readonly string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys.flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    if (old === undefined) return [`+ ${key} ${now?.digest ?? ''}`];
    if (now === undefined) return [`- ${key} ${old.digest}`];
    return old.digest === now.digest ? [] : [`~ ${key} ${old.digest} -> ${now.digest}`];
  });
}
