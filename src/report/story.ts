import { isUsable } from '../health/observation.ts';
import { strategyFor } from '../plan/strategy.ts';
import type { Strategy } from '../inputs/types.ts';
import type { Plan } from '../plan/plan.ts';
import { cleanLine } from './clean.ts';
import type { AttemptRecord } from '../build/record.ts';
import type { Result } from './result.ts';
import { clause, duration, listed, plural, shortDigest } from './words.ts';
import type { Outage } from './outage.ts';
import { outagesOf } from './outages.ts';

/*
 * What a run comes down to, in words without any markup: the answers that log, summary, terminal and outputs share.
 */

type FailedOutcome = Extract<AttemptRecord['outcome'], { kind: 'failed' }>;

/** The plan of the last attempt, which is the one that counts; null where none was made. */
export function lastPlan(result: Result): Plan | null {
  return result.attempts.at(-1)?.plan ?? null;
}

/** How the last attempt failed; null where it did not, or where there was none. */
export function lastFailure(result: Result): FailedOutcome | null {
  const outcome = result.attempts.at(-1)?.outcome;
  return outcome?.kind === 'failed' ? outcome : null;
}

/** The strategy of the last attempt, or the one that the score calls for. */
export function strategyOf(result: Result): Strategy {
  const { strategy, settings } = result.inputs;
  const fallback = strategy === 'auto' ? strategyFor(result.health.score.total, settings.thresholds) : strategy;
  return lastPlan(result)?.strategy ?? result.planned?.plan.strategy ?? fallback;
}

/** A headline is read at one glance; the table has them all. */
const TOLD_RECOVERIES = 3;

/** What to call the image, also where there is none yet: where it has no name, by where it goes. */
export function imageName(result: Result): string {
  const named = result.tags[0] ?? result.image?.reference ?? result.inputs.image;
  return named ?? result.inputs.request.outputs[0] ?? (isOnlyAsked(result) ? 'the Dockerfile' : 'the image');
}

/** What became of the image: `pushed`, `loaded into the engine`, `exported`; of a Dockerfile that is not built: `checked`. */
export function arrival(result: Result): string {
  if (isOnlyAsked(result)) return 'checked';
  switch (result.image?.where ?? 'builder cache') {
    case 'registry':
      return 'pushed';
    case 'engine':
      return 'loaded into the engine';
    case 'builder cache':
      return result.inputs.request.outputs.some(isKept) ? 'exported' : 'built, not pushed';
  }
}

/** With `call: check` and the like buildx looks at the Dockerfile and builds nothing. */
function isOnlyAsked({ inputs: { request } }: Result): boolean {
  return request.call !== null && request.call !== 'build';
}

function isKept(output: string): boolean {
  return !/(^|,)\s*"?type=cacheonly\b/.test(output);
}

/** The verdict in one line, without its icon: the answer before any scrolling. */
export function verdict(result: Result): { readonly icon: string; readonly subject: string; readonly text: string } {
  const time = duration(result.seconds);
  const subject = imageName(result);
  switch (result.verdict) {
    case 'built':
      return {
        icon: '✅',
        subject,
        text: [`${moreTags(result)}${arrival(result)} in ${time}${asDigest(result)}`, ...recoveredPart(result)].join(
          ' · ',
        ),
      };
    case 'failed':
      return {
        icon: '❌',
        subject,
        text: `${result.image === null ? 'not built' : `${arrival(result)}, and refused`}: ${failureTitle(result)}`,
      };
    case 'cancelled':
      return { icon: '⏹️', subject, text: `cancelled after ${time}` };
    case 'health':
      return { icon: isWell(result) ? '✅' : '⚠️', subject: '', text: healthText(result) };
    case 'plan':
      return { icon: '▸', subject, text: `would be built with the strategy ${strategyOf(result)}` };
  }
}

function asDigest({ image }: Result): string {
  return image?.digest ? ` as ${shortDigest(image.digest)}` : '';
}

function healthText(result: Result): string {
  const forced = result.inputs.strategy === 'auto' ? '' : ' (forced)';
  return `Infrastructure health ${scoreText(result)} · a build would use the strategy ${strategyOf(result)}${forced}`;
}

/** What came of a build in a few words, beside others of its job: the details are elsewhere. */
export function outcomeText(result: Result): { readonly outcome: string; readonly isRecovered: boolean } {
  const more = result.tags.length > 1 ? `, with ${plural(result.tags.length - 1, 'more tag')}` : '';
  switch (result.verdict) {
    case 'built': {
      const overcome = overcomeOutages(result).map(({ name }) => name);
      const from = overcome.length === 0 ? '' : ` · recovered from ${listed(overcome)}`;
      return { outcome: `${arrival(result)}${more}${from}`, isRecovered: overcome.length > 0 };
    }
    case 'failed':
      return { outcome: `not built: ${lastFailure(result)?.failure.class ?? problemOf(result)}`, isRecovered: false };
    case 'cancelled':
    case 'health':
    case 'plan':
      return { outcome: result.verdict, isRecovered: false };
  }
}

function moreTags(result: Result): string {
  return result.tags.length > 1 ? `and ${plural(result.tags.length - 1, 'more tag')} ` : '';
}

function recoveredPart(result: Result): readonly string[] {
  const recovered = recoveries(result);
  const rest = recovered.length - TOLD_RECOVERIES;
  const told = [...recovered.slice(0, TOLD_RECOVERIES), ...(rest > 0 ? [`and ${rest} more`] : [])];
  return recovered.length === 0 ? [] : [`recovered: ${told.join(', ')}`];
}

/** `85/100 (85%)`, and `100/100` where there is nothing to explain. */
export function scoreText(result: Result): string {
  const { total } = result.health.score;
  return total === 100 ? '100/100' : `${total}/100 (${total}%)`;
}

function isWell(result: Result): boolean {
  return Object.values(result.health.services).every((observation) => observation === null || isUsable(observation));
}

/** What this build overcame, a clause each; what was down without being needed is no recovery. */
function recoveries(result: Result): readonly string[] {
  return overcomeOutages(result).map(({ short, instead }) => `${short} (${instead ?? ''})`);
}

function overcomeOutages(result: Result): readonly Outage[] {
  return outagesOf(result).filter(({ needed, instead }) => needed && instead !== null);
}

/** Class and cause in one line: `Dockerfile:7 RUN go build failed: undefined: nope (user-code, not retried)`. */
export function failureTitle(result: Result): string {
  const failed = lastFailure(result);
  if (failed === null) return clause(problemOf(result));
  const { failure } = failed;
  const headline = clause(cleanLine(failure.headline));
  const spot = failure.dockerfile === null ? '' : `${failure.dockerfile.file}:${failure.dockerfile.line}`;
  const place = spot === '' || headline.includes(spot) ? '' : `${spot} `;
  return `${place}${headline} (${failure.class}, ${retriedText(result)})`;
}

/** `not retried`, or how often it was tried, or pushed. */
function retriedText({ attempts }: Result): string {
  const pushes = attempts.at(-1)?.pushedAgain?.times ?? 0;
  if (attempts.length > 1) return `tried ${attempts.length} times`;
  return pushes === 0 ? 'not retried' : `pushed again ${plural(pushes, 'time')}`;
}

/** What went wrong outside of any attempt. */
export function problemOf(result: Result): string {
  const { engine, builder } = result.facts;
  const last = result.attempts.at(-1)?.outcome;
  if (result.problem === undefined && last?.kind === 'cancelled') {
    return `cancelled by ${last.signal} after ${duration(result.seconds)}`;
  }
  return cleanLine(result.problem ?? engine.problem ?? builder.problem ?? 'the build was not started');
}

/** Whether the infrastructure is out of the question as a cause, or what was wrong with it. */
export function innocence(result: Result): string {
  const bad = outagesOf(result).map((outage) => outage.name);
  if (bad.length === 0) return `Infrastructure was healthy (${scoreText(result)}); this build would fail everywhere.`;
  return `Infrastructure health was ${scoreText(result)}; ${listed(bad)} did not cause this, and this build would fail everywhere.`;
}
