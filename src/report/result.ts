import type { BuiltImage, PreviousImage } from '../build/image.ts';
import type { AttemptRecord, KeptLocally, PushedTag } from '../build/record.ts';
import type { Facts } from '../facts/facts.ts';
import type { Health } from '../health/health.ts';
import type { Inputs } from '../inputs/types.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scan } from '../scan/findings.ts';
import type { Verification } from '../scan/verification.ts';

/** A plan that was only made, and the one below it with what it would change. */
export interface Planned {
  readonly plan: Plan;
  readonly oneDown: Plan | null;
  readonly changes: readonly string[];
}

export type Verdict = 'built' | 'failed' | 'cancelled' | 'health' | 'plan';

/** One service that the repository's builds need, for the mode monitor. */
export interface NeededService {
  /** As the health check names it: `docker.io`, `gha-cache`, `go-proxies`, or a registry's host. */
  readonly name: string;
  readonly isDown: boolean;
  readonly evidence: string;
}

/** Everything that happened in one run; summary, diagnostics, outputs and report.json are renderings of it. */
export interface Result {
  readonly verdict: Verdict;
  readonly startedAtMs: number;
  readonly seconds: number;
  readonly inputs: Inputs;
  readonly facts: Facts;
  readonly health: Health;
  readonly attempts: readonly AttemptRecord[];
  /** What went wrong outside of any attempt: why there was none, or what failed after the last one. */
  readonly problem?: string;
  /** With `mode: plan`, what a build would do, and what it would do one strategy down. */
  readonly planned?: Planned;
  /** With `mode: monitor`, what the repository needs. */
  readonly needed?: readonly NeededService[];
  readonly image: BuiltImage | null;
  /** What the first tag named before; null where there was nothing, or its registry did not say in time. */
  readonly previous?: PreviousImage | null;
  /** Contents of buildx's --metadata-file, or null. */
  readonly metadata: string | null;
  /** The ID that buildx wrote, and the digest, whether or not the build as a whole succeeded. */
  readonly imageId?: string | null;
  readonly digest?: string | null;
  readonly tags: readonly string[];
  /** Which tags arrived at their registries; nothing where none was to be pushed, or the build came not so far. */
  readonly pushed?: readonly PushedTag[];
  /** The local cache after a build that succeeded. */
  readonly keptLocally?: KeptLocally | null;
  /** What a scanner found, where the user asked for it. */
  readonly scans?: readonly Scan[];
  /** What cosign said of the signatures that the user's policy asks for. */
  readonly verifications?: readonly Verification[];
}
