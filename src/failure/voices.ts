import type { Trouble } from './trouble.ts';
import type { FailureClass } from './types.ts';
import { languageVoices } from './voices-languages.ts';
import { platformVoices } from './voices-platforms.ts';
import { systemVoices } from './voices-system.ts';

/**
 * How tools that fetch things report that fetching failed. A voice says who speaks; what is wrong is read from the line
 * (and the lines after it) by `trouble.ts`, unless the tool has words of its own for it (`means`). Hosts are no part of a
 * voice: any mirror of a package manager speaks alike.
 */
export interface Voice {
  readonly id: string;
  readonly class: Extract<FailureClass, 'go-proxy' | 'package-mirror' | 'network'>;
  readonly when: RegExp;
  readonly unless?: RegExp;
  /** What must name the speaker: the command, or a line around; a traceback does, long before its last line. */
  readonly within?: RegExp;
  readonly means?: Trouble;
  /** Words of a library that other programs use as well: in a test run they may be anybody's. */
  readonly shared?: true;
  /** The host it always asks. */
  readonly host?: string;
  /** What is wrong if the report gives no reason: a tool that could not fetch says at least that. */
  readonly supposes?: Trouble;
  /** Where the report does give a reason: if nobody understands it, nothing is supposed. */
  readonly reason?: RegExp;
  /** `error`: the tool gave up. `warning`: it went on, or tried again. */
  readonly level: 'error' | 'warning';
  /** How many further lines belong to the same report. */
  readonly reach?: number;
  /** How many earlier ones do. */
  readonly back?: number;
  readonly source: string;
}

export const voices: readonly Voice[] = [...systemVoices, ...languageVoices, ...platformVoices];
