import { packageFetchers } from './fetchers-packages.ts';
import { releaseFetchers } from './fetchers-releases.ts';
import type { FailureClass } from './types.ts';

/** A program that fetches from other machines, known by the command that starts it or by how its output looks. */
export interface Fetcher {
  readonly id: string;
  readonly class: Extract<FailureClass, 'go-proxy' | 'package-mirror' | 'network'>;
  /** Where its commands are described. */
  readonly source: string;
  /** Matches one simple command, from its first word on, without path, `sudo` and assignments. */
  readonly command: RegExp;
  /** A line that only this tool prints, for logs that do not show the command. */
  readonly output?: RegExp;
  /** It asks whatever host it is told: only the host tells what kind of service that is. */
  readonly anyHost?: true;
}

/**
 * Tools by the kind of service that they ask. In order: the first that matches a command names its kind. Build tools that
 * resolve dependencies are among them; what their compilers and tests say is judged before (`finals.ts`).
 */
export const fetchers: readonly Fetcher[] = [...packageFetchers, ...releaseFetchers];
