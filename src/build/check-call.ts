import type { AttemptOutcome } from './record.ts';
import type { AttemptResult } from './attempt.ts';

/**
 * A failed `--call check`: its findings are the Dockerfile's, so it is not repeated, and the first line on stdout, which
 * sums them up (docker/buildx#2647), is the error, as with docker/build-push-action (src/main.ts).
 */
export function afterCheck(outcome: AttemptOutcome, { stdout }: AttemptResult, call: string | null): AttemptOutcome {
  if (call !== 'check' || outcome.kind !== 'failed') return outcome;
  const message = stdout.split('\n')[0]?.trim() ?? '';
  if (message === '') return { ...outcome, failure: { ...outcome.failure, retryable: false } };
  const advice = 'fix what the check found, or allow it: https://docs.docker.com/build/checks/';
  const failure = { ...outcome.failure, class: 'user-code', retryable: false, headline: message, advice } as const;
  return { ...outcome, failure, message };
}
