import type { FailureClass } from './failure/types.ts';
import type { Result } from './report/result.ts';

/** Dockerfile, code, credentials: what no infrastructure can mend. */
const OWN_FAULTS: ReadonlySet<FailureClass> = new Set(['user-code', 'registry-auth', 'image-not-found']);

/** Exit codes of the command line: 0 built, 1 the build's own fault, 2 wrong usage, 3 infrastructure, 130 cancelled. */
export function exitCodeOf(result: Result): number {
  switch (result.verdict) {
    case 'built':
    case 'health':
    case 'plan':
      return 0;
    case 'cancelled':
      return 130;
    case 'failed': {
      const outcome = result.attempts.at(-1)?.outcome;
      return outcome?.kind === 'failed' && OWN_FAULTS.has(outcome.failure.class) ? 1 : 3;
    }
  }
}
