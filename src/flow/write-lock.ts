import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { everyImage } from '../facts/every-image.ts';
import { lockChanges, readLock, writeLock, type Lock, type LockEntry } from '../facts/lock-file.ts';
import { ownPlatform } from '../facts/read-dockerfiles.ts';
import { platforms as platformsOf } from '../registry/manifest.ts';
import { manifestReference, type ImageReference } from '../registry/reference.ts';
import type { RegistryClient } from '../registry/client.ts';

export interface LockQuestion {
  readonly dockerfiles: readonly string[];
  readonly lockFile: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly nowMs: number;
}

export interface LockOutcome {
  /** What the refresh changed, a line each. */
  readonly changes: readonly string[];
  /** Images whose registry did not say; their old entries stay. */
  readonly unresolved: readonly string[];
  readonly count: number;
}

/** Resolves every image that the Dockerfiles can need, all stages and all fallback bases, at its own registry. */
export async function refreshLock(question: LockQuestion, client: RegistryClient): Promise<LockOutcome> {
  const path = resolve(question.cwd, question.lockFile);
  const read = await readLock(path);
  if (read.kind === 'broken') throw new Error(read.problem);
  const before = read.kind === 'lock' ? read.lock : new Map<string, LockEntry>();
  const texts = await Promise.all(
    question.dockerfiles.map(async (file) => await readFile(resolve(question.cwd, file), 'utf8')),
  );
  const anyBuild = { buildArgs: {}, platforms: [], buildPlatform: ownPlatform(process.arch) };
  // Pins need no lock.
  const images = [...everyImage(texts, anyBuild)].filter(([, { reference }]) => reference.digest === null);
  const resolved = await Promise.all(
    images.map(async ([key, { reference }]) => ({
      key,
      answer: await resolveImage(reference, before.get(key), question, client),
    })),
  );
  const after: Lock = new Map(
    resolved.flatMap(({ key, answer }) => {
      const entry = typeof answer === 'string' ? before.get(key) : answer;
      return entry === undefined ? [] : [[key, entry] as const];
    }),
  );
  const changes = lockChanges(before, after);
  if (changes.length > 0 || read.kind === 'absent') await writeLock(path, after);
  const unresolved = resolved.flatMap(({ key, answer }) => (typeof answer === 'string' ? [`${key}: ${answer}`] : []));
  return { changes, unresolved, count: after.size };
}

/** The entry, or why there is none. An unchanged digest keeps its day, so that a refresh is no diff. */
async function resolveImage(
  image: ImageReference,
  before: LockEntry | undefined,
  question: LockQuestion,
  client: RegistryClient,
): Promise<LockEntry | string> {
  const location = { host: image.registry, repository: image.repository, reference: manifestReference(image) };
  const answer = await client.getManifest(location, AbortSignal.timeout(question.timeoutMs));
  if (answer.kind !== 'found') return answer.evidence;
  const platforms = platformsOf(answer.body).map(({ platform }) => platform);
  if (before?.digest === answer.digest) return { ...before, platforms };
  return { digest: answer.digest, platforms, resolvedAt: new Date(question.nowMs).toISOString(), from: image.registry };
}
