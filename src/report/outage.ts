/** A service that did not do its part in this run. */
export interface Outage {
  /** As people call it: `Docker Hub`. */
  readonly name: string;
  /** In a clause that begins with the name: `Docker Hub down`, `ghcr.io answered 502 on a blob upload`. */
  readonly short: string;
  /** What it answered. */
  readonly answered: string;
  /** What did its part, or null where nothing did. */
  readonly instead: string | null;
  /** Whether this build leaned on it. */
  readonly needed: boolean;
  /** It answered after all, only late. */
  readonly late: boolean;
  /** Roughly what it cost; null where nobody can tell. */
  readonly costSeconds: number | null;
}
