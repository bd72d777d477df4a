import { hostsIn, isPrivate } from './hosts.ts';
import type { Trouble } from './trouble.ts';

/** Exit codes of curl and wget that only the network causes: curl(1) "EXIT CODES", wget(1) "EXIT STATUS". */
const curlCodes: Readonly<Record<number, Trouble>> = {
  5: 'dns',
  6: 'dns',
  7: 'refused',
  18: 'reset',
  28: 'timeout',
  35: 'tls',
  52: 'reset',
  55: 'reset',
  56: 'reset',
  92: 'reset',
};

export interface SilentDownload {
  readonly trouble: Trouble;
  readonly host: string;
}

/** A downloader that was told to be silent says by its exit code alone that the network failed. */
export function silentDownload(
  output: readonly string[],
  command: string,
  exitCode: number | null,
): SilentDownload | null {
  if (exitCode === null || output.some((line) => speaks.test(line))) return null;
  const trouble = /\bcurl\b/.test(command)
    ? curlCodes[exitCode]
    : /\bwget\b/.test(command) && exitCode === 4
      ? 'unreachable'
      : undefined;
  const host = hostsIn(command)[0];
  return trouble === undefined || host === undefined || hostsIn(command).some(isPrivate) ? null : { trouble, host };
}

// Not the daemon's notes, nor curl's progress meter.
const speaks = /^(?!---> |\s*$|[\s\d.:%kMG-]*$|% Total|Dload|\s*Dload).*[a-z]/i;
