import type { AttemptNews } from '../build/attempts.ts';
import type { Facts } from '../facts/facts.ts';
import { scopeLines } from '../health/cache-rights.ts';
import type { Health } from '../health/health.ts';
import type { Inputs } from '../inputs/types.ts';
import { NO_LESSONS } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import { chooseStrategy } from '../plan/strategy.ts';
import {
  attemptHeadline,
  changedPlanLines,
  commandLines,
  failureLines,
  healthHeadline,
  healthLines,
  nextLine,
  planLines,
  resultLine,
} from '../report/log.ts';
import { logLine } from '../report/clean.ts';
import { machineGroups } from '../report/log-machine.ts';
import { builtOutputs } from '../report/outputs.ts';
import type { Result } from '../report/result.ts';
import { lastFailure, lastPlan } from '../report/story.ts';
import type { Journal } from './journal.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

/** What docker/build-push-action's users find at the beginning of the log, in this form only. */
export function tellMachine(inputs: Inputs, world: World, facts: Facts, session: Pick<Session, 'proxies'>): void {
  if (inputs.form !== 'drop-in') return;
  const tokenScopes = scopeLines(world.env['ACTIONS_RUNTIME_TOKEN'] ?? '');
  for (const { title, lines } of machineGroups(facts, { tokenScopes, proxies: session.proxies }))
    tellGroup(world.journal, title, lines);
}

/** Lines from outside, folded under a title. */
export function tellGroup(journal: Journal, title: string, lines: readonly string[]): void {
  journal.group(title);
  for (const line of lines) journal.line(logLine(line));
  journal.endGroup();
}

/** The health check, folded under its headline. */
export function tellHealth(inputs: Inputs, journal: Journal, health: Health): void {
  const { strategy } = chooseStrategy(inputs, health.score.total, NO_LESSONS);
  journal.group(healthHeadline(health, strategy));
  for (const line of healthLines(health)) journal.line(line);
  journal.endGroup();
}

/** The attempts, each plan and each build in a group of its own; of a further plan only what it changes. */
export function attemptNews(inputs: Inputs, journal: Journal): AttemptNews {
  const of = inputs.settings.maxRetryAttempts;
  let before: Plan | null = null;
  return {
    onPlan: (number, plan) => {
      const lines = before === null ? planLines(plan) : changedPlanLines(before, plan);
      if (lines.length > 0) {
        journal.group(`Plan: ${plan.strategy}${before === null ? '' : ', what changes'}`);
        for (const line of [...lines, 'Command', ...commandLines(plan)]) journal.line(line);
        journal.endGroup();
      }
      before = plan;
      journal.group(attemptHeadline(number, of, plan));
      journal.beginOutput();
    },
    onAttemptEnd: (record, nextPlan) => {
      journal.endOutput();
      journal.endGroup();
      // Where there is none, the end of the log says why.
      if (nextPlan !== null) journal.line(nextLine(record, of, nextPlan));
    },
    onWait: (text) => journal.line(text),
  };
}

/** The end: one line for what was built, or the failure with its proof. */
export function tellResult(journal: Journal, result: Result): void {
  if (result.verdict === 'built') journal.line(resultLine(result));
  if (result.verdict !== 'failed') return;
  const [first = '', ...rest] = failureLines(result);
  const last = rest.pop();
  journal.error(first, failedLine(result));
  for (const line of rest) journal.line(line);
  if (last !== undefined) journal.error(last);
}

/** Where the Dockerfile failed. BuildKit names it without its folder; a bundled one is no file of the repository. */
function failedLine(result: Result): { readonly file: string; readonly line: number } | undefined {
  const spot = lastFailure(result)?.failure.dockerfile ?? null;
  const file = lastPlan(result)?.dockerfile.file;
  if (spot === null || file === undefined || file.origin === 'bundled') return undefined;
  const { remote } = file;
  if (remote?.kind !== 'read') return { file: file.path, line: spot.line };
  return remote.here === null ? undefined : { file: remote.here, line: spot.line };
}

/** The outputs of docker/build-push-action under the headlines that it gives them (src/main.ts). */
export function tellOutputs(journal: Journal, result: Result): void {
  const { imageid, digest, metadata } = builtOutputs(result);
  for (const [title, text] of Object.entries({ ImageID: imageid, Digest: digest, Metadata: metadata })) {
    if (text === undefined) continue;
    tellGroup(journal, title, text.split('\n'));
  }
}
