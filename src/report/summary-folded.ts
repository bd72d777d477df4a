import type { ImageRoute, Plan } from '../plan/plan.ts';
import { cachesTable, cachesTitle, localCacheText } from './summary-caches.ts';
import { shellLines } from './shell-lines.ts';
import { inputLines } from './input-lines.ts';
import { blocks, code, details, fence, prose, table } from './markdown.ts';
import { builderText } from './log-plan.ts';
import type { Result } from './result.ts';
import { confirmation, servedBy } from './routes.ts';
import { lastPlan } from './story.ts';
import { healthTables } from './summary-health.ts';
import { deadlineText, plural } from './words.ts';

/** The proof, folded: one section for each question that a reader may have. */
export function folded(result: Result): string {
  const plan = lastPlan(result);
  return blocks(
    plan === null || plan.images.length === 0
      ? null
      : details(`External images (${plan.images.length})`, imagesTable(plan)),
    plan === null || plan.caches.length === 0
      ? null
      : details(cachesTitle(plan), blocks(cachesTable(result, plan), localCacheText(result))),
    details(`Health checks and score (${result.health.score.total}/100)`, healthTables(result.health)),
    plan === null ? null : details('Plan and command line', planBlock(plan)),
    details('Inputs', fence(inputLines(result.inputs).join('\n'), 'yaml')),
  );
}

function imagesTable(plan: Plan): string {
  const rows = plan.images.map((route) => [
    imageCell(route),
    prose(servedBy(route)),
    prose(confirmation(route)),
    digestCell(route),
  ]);
  return table(['Image', 'Served by', 'Confirmed by', 'Digest'], rows);
}

function imageCell(route: ImageRoute): string {
  return route.purpose === 'base' ? code(route.name) : `${code(route.name)} (${route.purpose})`;
}

function digestCell(route: ImageRoute): string {
  const digest = route.choice.kind === 'none' ? null : route.choice.digest;
  return digest === null ? '' : code(digest);
}

function planBlock(plan: Plan): string {
  const env = Object.entries(plan.env).map(([name, value]) => `${name}=${value}`);
  return blocks(
    `Builder: ${prose(builderText(plan))}. Deadline of all attempts: ${deadlineText(plan.deadlineMs)}.`,
    fence(shellLines(plan.argv).join('\n'), 'sh'),
    env.length === 0 ? null : `With ${plural(env.length, 'variable')} for the build: ${env.map(code).join(' ')}`,
  );
}
