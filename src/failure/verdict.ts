import type { Trouble } from './trouble.ts';
import type { FailureCause, FailureClass } from './types.ts';

/** A class with its reason, before it is put into words. */
export interface Verdict {
  readonly class: FailureClass;
  readonly retryable: boolean;
  readonly component: string | null;
  readonly host: string | null;
  readonly cause: FailureCause;
  readonly trouble: Trouble | null;
  readonly rule: string;
  readonly evidence: readonly string[];
}
