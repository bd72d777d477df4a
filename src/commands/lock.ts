import { diskPaths } from '../facts/paths.ts';
import { openSession } from '../flow/session.ts';
import { refreshLock } from '../flow/write-lock.ts';
import { livingRedactor } from '../report/redact.ts';
import { plural } from '../report/words.ts';
import { cleanStreams, type Streams } from './streams.ts';

/** A registry that answers at all answers within this time. */
const LOCK_TIMEOUT_MS = 30_000;

/**
 * Writes the lock file for these Dockerfiles, or for those that are found here, and prints what changed. Gives back the exit
 * code: 2 for a wrong question, 3 where a registry did not say and its old entry stays.
 */
export async function printLock(
  dockerfiles: readonly string[],
  lockFile: string,
  env: NodeJS.ProcessEnv,
  streams: Streams,
): Promise<number> {
  const secrets: string[] = [];
  const { stdout, stderr } = cleanStreams(streams, livingRedactor(secrets));
  const found = ['Dockerfile', 'Dockerfile.resilient'].filter(diskPaths.isFile);
  const files = dockerfiles.length > 0 ? dockerfiles : found;
  if (files.length === 0) {
    stderr.write('lock: there is no Dockerfile here; name the ones to lock\n');
    return 2;
  }
  const signal = new AbortController().signal;
  const session = await openSession({ env, addSecret: (value) => secrets.push(value), signal });
  try {
    const place = { dockerfiles: files, lockFile, cwd: process.cwd() };
    const question = { ...place, timeoutMs: LOCK_TIMEOUT_MS, nowMs: Date.now() };
    const { changes, unresolved, count } = await refreshLock(question, session.ports.registry);
    for (const change of changes) stdout.write(`${change}\n`);
    for (const problem of unresolved) stderr.write(`not resolved: ${problem}\n`);
    stderr.write(`${lockFile}: ${plural(count, 'image')}, ${changes.length} changed\n`);
    return unresolved.length > 0 ? 3 : 0;
  } catch (error) {
    stderr.write(`lock: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  } finally {
    session.close();
  }
}
