import type { LookupFunction } from 'node:net';
import type { Http } from '../net/http.ts';
import type { RegistryClient } from '../registry/client.ts';

/** Everything through which a health check touches the world. */
export interface HealthPorts {
  readonly http: Http;
  readonly registry: RegistryClient;
  /** The system's name resolution, ended by the signal. */
  readonly lookup: (signal: AbortSignal) => LookupFunction;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
