import type { FailureCause } from '../failure/types.ts';
import type { Experience } from '../plan/lessons.ts';
import type { CacheChoice, ImageRoute, Plan } from '../plan/plan.ts';
import { substitutionWords } from '../plan/substitutions.ts';
import { BUILDER_SILENT } from './ended.ts';
import { OUTAGE_POLICY, seconds, waitMs as waitOf, waitPolicy } from './waits.ts';

/** What to do after a failed attempt: the only place that decides to go on. */
export type NextStep =
  /** `cleanUp`: free what can be freed safely before the next attempt. */
  | { readonly kind: 'again'; readonly waitMs: number; readonly reason: string; readonly cleanUp?: boolean }
  | { readonly kind: 'stop'; readonly reason: string };

export interface NextQuestion {
  /** All attempts so far, the failed one last. Not empty. */
  readonly history: readonly Experience[];
  /** The plan that would be run next, made with what the failures taught. */
  readonly nextPlan: Plan;
  readonly maxAttempts: number;
  /** Milliseconds left of the deadline. */
  readonly remainingMs: number;
  /** A number from 0 to 1, for the jitter. */
  readonly random: number;
  /** Whether any engine or builder has ever answered; waiting does not start one. */
  readonly engineSeen: boolean;
  /** Whether build cache has been freed already. */
  readonly cleanedUp: boolean;
  /** Milliseconds that this class of failure has been waited for already. Default: none. */
  readonly waitedMs?: number;
  /** What a status page declares about the service that failed, or null. Default: nothing. */
  readonly declared?: string | null;
  /** Why another build would be of no use, whatever failed. */
  readonly settled?: string | null;
  /** Nothing outside answers, in words; null where something does. Default: something does. */
  readonly cutOff?: string | null;
  /** Milliseconds that a build without any answer may wait for one: the user's choice. Default: none. */
  readonly outageWaitMs?: number;
}

/** An operator who knows of an outage is at work on it: minutes, not seconds, and the deadline of the run still holds. */
const DECLARED_WAIT_MS = 60_000;
const DECLARED_BUDGET_MS = 15 * 60_000;

/** Attempts that take another route are free of MAX_RETRY_ATTEMPTS, but not endless. */
const MAX_REROUTES = 12;

/** Decides by class: another route at once, the same again after a wait, or the end. Pure. */
export function nextStep(question: NextQuestion): NextStep {
  const { history, nextPlan, maxAttempts, remainingMs } = question;
  const last = history.at(-1);
  if (last === undefined) throw new Error('nextStep needs a failed attempt');
  const { failure, plan } = last;
  if (question.settled != null) return stop(question.settled);
  if (failure.class === 'builder' && !question.engineSeen) return stop('no engine or builder answers here');
  if (failure.class === 'disk-full' && !question.cleanedUp && remainingMs > 0) {
    return { kind: 'again', waitMs: 0, cleanUp: true, reason: 'after freeing the build cache that nothing uses' };
  }
  if (!failure.retryable) return stop(`${failure.class} is not cured by another attempt`);
  const changed = changeOf(plan, nextPlan, failure.cause);
  if (changed !== null && history.length < MAX_REROUTES) {
    return remainingMs <= 0 ? stop('the deadline is reached') : { kind: 'again', waitMs: 0, reason: changed };
  }
  // On the same builder the next attempt would only be silent for as long again.
  if (failure.rule === BUILDER_SILENT) return stop('no other builder answers');
  if (question.cutOff != null) return waitForTheNetwork(question, question.cutOff);
  const unchanged = unchangedAttempts(history);
  if (unchanged >= maxAttempts) return stop(`${unchanged} of ${maxAttempts} attempts are used up`);
  // There is no other road. A declared outage that outlasted one attempt is waited for as such, not hammered at.
  const declared = unchanged > 1 ? (question.declared ?? null) : null;
  const { waitMs, budgetMs } = patience(question, unchanged, declared !== null);
  if ((question.waitedMs ?? 0) + waitMs > budgetMs) {
    return stop(
      `another ${seconds(waitMs)} would be more than the ${seconds(budgetMs)} that ${failure.class} is waited for`,
    );
  }
  if (waitMs >= remainingMs) return stop(`the deadline leaves no time for another attempt in ${seconds(waitMs)}`);
  const why = declared === null ? '' : `: ${declared}`;
  return {
    kind: 'again',
    waitMs,
    reason: `waiting ${seconds(waitMs)} for ${failure.component ?? 'the service'}${why}`,
  };
}

/** Where nothing answers, seconds cure nothing: it is the end, or a wait of the length that the user allows. */
function waitForTheNetwork(question: NextQuestion, cutOff: string): NextStep {
  const { history, remainingMs, random, outageWaitMs = 0, waitedMs = 0 } = question;
  const leftMs = outageWaitMs - waitedMs;
  if (leftMs <= 0) {
    const said = outageWaitMs === 0 ? 'outage-wait lets a build wait for it' : `for ${seconds(waitedMs)}`;
    return stop(`${cutOff} (${said})`);
  }
  const { firstMs, maxMs } = OUTAGE_POLICY;
  const wantedMs = Math.min(firstMs * 2 ** (history.length - 1), maxMs) * (0.5 + random / 2);
  const waitMs = Math.round(Math.min(wantedMs, leftMs));
  if (waitMs >= remainingMs) return stop(`the deadline leaves no time for another attempt in ${seconds(waitMs)}`);
  return { kind: 'again', waitMs, reason: `waiting ${seconds(waitMs)}: ${cutOff}` };
}

function patience(
  { history, random }: NextQuestion,
  unchanged: number,
  isDeclared: boolean,
): { readonly waitMs: number; readonly budgetMs: number } {
  const failure = history.at(-1)?.failure;
  const kind = failure?.class ?? 'network';
  const waitMs = waitOf(kind, unchanged, failure?.retryAfterMs ?? null, random);
  const { budgetMs } = waitPolicy(kind);
  if (!isDeclared) return { waitMs, budgetMs };
  return {
    waitMs: Math.max(waitMs, Math.round(DECLARED_WAIT_MS * (0.5 + random / 2))),
    budgetMs: Math.max(budgetMs, DECLARED_BUDGET_MS),
  };
}

/** How many attempts took a road that had failed before, the first one included. */
function unchangedAttempts(history: readonly Experience[]): number {
  return history.filter(({ plan }, index) => {
    const before = history[index - 1];
    return before === undefined || changeOf(before.plan, plan, before.failure.cause) === null;
  }).length;
}

/** What the next plan does differently about what failed, in words, or null where it can only hope. */
export function changeOf(before: Plan, after: Plan, cause: FailureCause): string | null {
  const changes: string[] = [];
  // Where a builder would boot from is nothing new to one that has booted.
  const fetched = after.images.filter(({ purpose }) => purpose !== 'builder' || cause === 'boot');
  for (const route of fetched) {
    const old = before.images.find((image) => image.name === route.name);
    if (route.choice.kind === 'mirror' && (old?.choice.kind !== 'mirror' || old.choice.host !== route.choice.host)) {
      changes.push(`${route.name} now from ${route.choice.host}, same digest`);
    }
    if (route.choice.kind === 'store' && old?.choice.kind !== 'store')
      changes.push(`${route.name} now from the warm store`);
  }
  // What a lower strategy leaves out cures nothing; a cache that is left out at the same one was the failure.
  for (const cache of before.strategy === after.strategy ? before.caches : []) {
    const same = ({ backend, direction, given }: CacheChoice): boolean =>
      backend === cache.backend && direction === cache.direction && given === cache.given;
    if (cache.value !== null && after.caches.find(same)?.value == null)
      changes.push(`without the ${cache.backend} cache ${cache.direction}`);
  }
  for (const substitution of after.substitutions) {
    const known = before.substitutions.some((old) => old.arg === substitution.arg && old.to === substitution.to);
    if (!known) changes.push(substitutionWords(substitution));
  }
  const goProxy = after.goProxy?.value;
  if (goProxy !== undefined && goProxy !== before.goProxy?.value) changes.push(`with GOPROXY=${goProxy}`);
  if (before.builder.kind !== after.builder.kind) changes.push('with another builder');
  else if (before.builder.name !== after.builder.name)
    changes.push(`with the builder ${after.builder.name ?? 'in use'}`);
  const isOutside = after.dockerfile.kind === 'outside';
  if (isOutside && before.dockerfile.kind !== 'outside') changes.push('compiled outside of Docker, on scratch');
  if (!isOutside && before.strategy !== after.strategy && before.dockerfile.file.path !== after.dockerfile.file.path) {
    changes.push(`strategy ${after.strategy} with ${after.dockerfile.file.path}`);
  }
  return changes.length === 0 ? null : [...new Set(changes)].join(', ');
}

/** Where everything that came from a host would come from by another plan, in words; null where some of it would not. */
export function rerouteOf(before: Plan, after: Plan, host: string | null): string | null {
  const concerned = before.images.filter((image) => image.purpose !== 'builder' && servedBy(image) === host);
  const changes = concerned.map(({ name }) => {
    const choice = after.images.find((image) => image.name === name)?.choice;
    return choice?.kind === 'mirror' && choice.host !== host ? `${choice.host} has ${name}, same digest` : null;
  });
  return changes.length === 0 || changes.includes(null) ? null : changes.join(', ');
}

/** The host that an image is fetched from. */
function servedBy({ choice, reference }: ImageRoute): string | null {
  if (choice.kind === 'store') return null;
  return choice.kind === 'mirror' ? choice.host : (reference?.registry ?? null);
}

function stop(reason: string): NextStep {
  return { kind: 'stop', reason };
}
