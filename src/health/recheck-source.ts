import type { RegistryClient } from '../registry/client.ts';
import { createBoard } from './board.ts';
import { isUsable } from './observation.ts';
import { answersFor, probeMirrors, probeUpstream, type ImageNeed } from './probe-image.ts';

/** Who serves a build answers a small question within this time, or is not serving it. */
const RECHECK_MS = 1500;

/**
 * Asks one host again for what a running build has of it, manifest and blob: what is wrong with it, or null where
 * nothing is, or nobody knows.
 */
export async function recheckSource(
  client: RegistryClient,
  host: string,
  needs: readonly ImageNeed[],
  signal: AbortSignal,
): Promise<string | null> {
  const board = createBoard();
  const options = { knownDown: new Map<string, string>(), timeoutMs: RECHECK_MS, signal };
  const asked = needs.flatMap((need): readonly ImageNeed[] => {
    const mirrors = need.mirrors.filter((mirror) => mirror.host === host);
    if (need.image.registry === host) return [need];
    return mirrors.length === 0 ? [] : [{ ...need, mirrors }];
  });
  for (const need of asked) {
    if (need.image.registry === host) probeUpstream(client, board, need, options);
    else probeMirrors(client, board, need, options);
  }
  await board.waitFor(() => false, RECHECK_MS);
  await board.linger(RECHECK_MS);
  const answers = asked.flatMap((need) => answersFor(board, need)).filter((answer) => answer.host === host);
  return answers.find((answer) => !isUsable(answer))?.evidence ?? null;
}
