import type { Journal } from './journal.ts';

/** Everything of the outside that a run is given by its entry point; nothing below reads the process by itself. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The directory with the bundled Dockerfiles. */
  readonly bundled: string;
  /** A directory for this run's own files. */
  readonly tempDir: string;
  readonly journal: Journal;
  /** Ends the run: SIGINT, SIGTERM. */
  readonly signal: AbortSignal;
  /** Makes a value unreadable in everything that leaves. */
  readonly addSecret: (value: string) => void;
  /** Called with the name of a builder of our own before it is created, so that it is removed whatever happens. */
  readonly onBuilder: (name: string) => void;
}
