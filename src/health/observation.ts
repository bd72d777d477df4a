/**
 * What one probe found out. A value, never an exception. `unknown` is "could not be asked", and never degrades a build;
 * `limited` answers, but has too few pulls left; `slow` answered after {@link SLOW_MS}.
 */
export type State = 'up' | 'slow' | 'down' | 'limited' | 'unknown';

/** Milliseconds after which a right answer still counts as a degradation of the service. */
export const SLOW_MS = 2000;

export interface Observation {
  readonly state: State;
  /** Time to the answer, or null where there was none. */
  readonly latencyMs: number | null;
  /** What was seen, in words that stand alone: `503 from registry-1.docker.io on library/alpine:3.20`. */
  readonly evidence: string;
}

/** Whether a build may lean on what was observed. */
export function isUsable(observation: Observation): boolean {
  return observation.state !== 'down' && observation.state !== 'limited';
}

export function answered(latencyMs: number, evidence: string): Observation {
  return { state: latencyMs > SLOW_MS ? 'slow' : 'up', latencyMs, evidence };
}

export function down(evidence: string, latencyMs: number | null = null): Observation {
  return { state: 'down', latencyMs, evidence };
}

export function unknown(evidence: string): Observation {
  return { state: 'unknown', latencyMs: null, evidence };
}
