import type { Result } from './report/result.ts';

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
      return outcome?.kind === 'failed' && outcome.failure.retryable ? 3 : 1;
    }
  }
}
