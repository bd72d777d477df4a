import type { Lock } from '../facts/lock-file.ts';
import type { Journal } from './journal.ts';
import type { RunnerCache } from './runner-cache.ts';

/** Everything of the outside that a run is given by its entry point; nothing below reads the process by itself. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The directory with the bundled Dockerfiles. */
  readonly bundled: string;
  /** Unique to this run: names what is kept of it. */
  readonly runId: string;
  /** docker-build.lock, empty where the repository has none. */
  readonly lock: Lock;
  /** Values of secrets that were given as text, by the names of the files that will hold them. */
  readonly secretValues: ReadonlyMap<string, string>;
  /** The input `github-token`, for the API of the run's own GitHub server and nobody else; null without one. */
  readonly githubToken: string | null;
  /** A directory for this run's own files. */
  readonly tempDir: string;
  readonly journal: Journal;
  /** Ends the run: SIGINT, SIGTERM. */
  readonly signal: AbortSignal;
  /** Makes a value unreadable in everything that leaves; a guessed one is no concern of the job's other steps. */
  readonly addSecret: (value: string, sureness?: 'sure' | 'guessed') => void;
  /**
   * Keeps directories between jobs; null where there is nothing to keep them in. Asked for only where it is wanted.
   * @param limitMs how long one restoring, or one saving, may take
   */
  readonly openRunnerCache: ((limitMs: number) => Promise<RunnerCache>) | null;
  /** Called with the name of a builder of our own before it is created, so that it is removed whatever happens. */
  readonly onBuilder: (name: string) => void;
}
