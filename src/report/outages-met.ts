import type { FailureClass } from '../failure/types.ts';
import { cleanLine } from './clean.ts';
import type { Outage } from './outage.ts';
import type { AttemptRecord, CacheResult } from '../build/record.ts';
import type { Result } from './result.ts';
import { clause, duration, serviceName } from './words.ts';

/* What the build itself met, whatever the probes had seen. */

/** Failures in which every service did its part, and was asked for the wrong thing or by the wrong person. */
const NO_OUTAGES: ReadonlySet<FailureClass> = new Set(['user-code', 'registry-auth', 'image-not-found']);

/** What attempts failed on, where it was a service and the run went on. */
export function metByAttempts(result: Result): readonly Outage[] {
  return result.attempts.flatMap((attempt, index) => {
    const { outcome, next } = attempt;
    if (outcome.kind !== 'failed' || NO_OUTAGES.has(outcome.failure.class)) return [];
    const { component, host, headline } = outcome.failure;
    const id = component ?? host;
    if (id === null) return [];
    const answered = clause(cleanLine(headline));
    // Waiting is an answer only where it helped in the end.
    const helped = result.verdict === 'built' || !/^waiting /.test(next?.reason ?? '');
    const instead = next?.decision === 'again' && helped ? onceMore(next.reason, next.waitMs) : null;
    return [
      {
        name: serviceName(cleanLine(id)),
        short: answered,
        answered,
        instead,
        needed: true,
        late: false,
        costSeconds: costOf(attempt, result.attempts[index + 1]),
      },
    ];
  });
}

/** Pushes that failed, and were repeated from what was built, with the image there in the end. */
export function repeatedPushes(result: Result): readonly Outage[] {
  return result.attempts.flatMap(({ outcome, pushedAgain }) => {
    if (outcome.kind !== 'built' || pushedAgain === undefined) return [];
    const { times, waitedMs, component, headline } = pushedAgain;
    const told = clause(cleanLine(headline));
    const after = waitedMs === 0 ? '' : ` after ${duration(waitedMs / 1000)}`;
    return [
      {
        name: component === null ? 'Registry' : serviceName(cleanLine(component)),
        short: told,
        answered: told,
        instead: times === 0 ? 'it had arrived all the same' : `what was built was pushed again${after}`,
        needed: true,
        late: false,
        costSeconds: waitedMs / 1000,
      },
    ];
  });
}

/** Builders that did not answer, where another one built. */
export function passedOver({ inputs, attempts }: Result): readonly Outage[] {
  if (attempts.length === 0) return [];
  return (inputs.passedOver ?? []).map(({ builder, problem, instead }) => ({
    name: `Builder ${cleanLine(builder)}`,
    short: `builder ${cleanLine(builder)} passed over`,
    answered: clause(cleanLine(problem)),
    instead: instead === null ? null : `built with ${cleanLine(instead)}`,
    needed: true,
    late: false,
    costSeconds: null,
  }));
}

/** Caches that failed a build that went on without them. */
export function lostCaches(result: Result): readonly Outage[] {
  const last = result.attempts.at(-1);
  if (last?.outcome.kind !== 'built') return [];
  return last.caches.flatMap((cache) => {
    const what = cacheTrouble(cache);
    if (what === null) return [];
    const name = cache.backend === 'gha' ? serviceName('gha-cache') : `${capital(cache.backend)} cache`;
    const answered = clause(cleanLine(cache.detail ?? what));
    const instead = cache.direction === 'import' ? 'built without it' : 'the image is complete without it';
    return [{ name, short: `${name}: ${what}`, answered, instead, needed: true, late: false, costSeconds: null }];
  });
}

function cacheTrouble({ direction, result }: CacheResult): string | null {
  if (result === 'failed') return `${direction} failed`;
  return result === 'cut short' && direction === 'export' ? 'export cut short' : null;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What was done about a failure, told afterwards. */
function onceMore(reason: string, waitMs: number): string {
  return /^waiting /.test(reason) ? `tried again after ${duration(waitMs / 1000)}` : clause(cleanLine(reason));
}

/**
 * The wait, and what was done twice: finished steps are kept, so of two attempts the shorter one is about what the
 * failure added, be it the first that broke off early or the second that only had the rest to do.
 */
function costOf(failed: AttemptRecord, following: AttemptRecord | undefined): number {
  const waitMs = following === undefined ? 0 : (failed.next?.waitMs ?? 0);
  return waitMs / 1000 + Math.min(failed.seconds, following?.seconds ?? Infinity);
}
