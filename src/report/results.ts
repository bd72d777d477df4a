import { substitutionWords } from '../plan/substitutions.ts';
import { cleanLine } from './clean.ts';
import { pageText } from './log-health.ts';
import { dockerfileText } from './log-plan.ts';
import type { Outage } from './outage.ts';
import { outagesOf } from './outages.ts';
import type { AttemptOutcome } from '../build/record.ts';
import type { Result } from './result.ts';
import { arrival, lastPlan, scoreText, strategyOf } from './story.ts';
import { clause, duration, listed, serviceName, shortDigest, size, sizeChange } from './words.ts';

/*
 * The tables of a summary as data, for GitHub and for a terminal alike.
 */

/** A sentence, or a name to be copied. */
export type Cell = string | { readonly code: string };

export interface Table {
  readonly head: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What was built, read from the image; what was asked for where there is none. */
export function binaryTable(result: Result): Table {
  const built = result.image?.platforms ?? [];
  const before = result.previous?.platforms ?? null;
  const head = ['Architecture', 'Size', ...(built.length === 0 || before === null ? [] : ['Change']), 'Status'];
  if (built.length > 0) {
    const status = `${result.verdict === 'built' ? '✅' : '⚠️'} ${arrival(result)}`;
    const rows = built.map(({ platform, sizeBytes }) => {
      const old = before?.find((one) => one.platform === platform);
      const change = before === null ? [] : [old === undefined ? 'new' : sizeChange(old.sizeBytes, sizeBytes)];
      return [{ code: platform }, size(sizeBytes), ...change, status];
    });
    return { head, rows };
  }
  const asked = result.inputs.request.platforms;
  const platforms = asked.length > 0 ? asked : [result.facts.engine.platform ?? "the engine's own"];
  return { head, rows: platforms.map((platform) => [{ code: platform }, '–', withoutImage(result)]) };
}

function withoutImage(result: Result): string {
  switch (result.verdict) {
    case 'built':
    case 'health':
    case 'plan':
      return `✅ ${arrival(result)}`;
    case 'cancelled':
      return '⏹️ cancelled';
    case 'failed':
      return '❌ not built';
  }
}

/** The image and how it came about, a name and a value each. */
export function detailRows(result: Result): readonly (readonly [string, Cell])[] {
  const { image } = result;
  const plan = lastPlan(result);
  const imageId = image?.where === 'engine' && image.imageId !== image.digest ? image.imageId : null;
  const rows: readonly [string, Cell | null][] = [
    ['Digest', image?.digest ? { code: image.digest } : null],
    ['Replaced', replacedText(result)],
    ['Image ID', imageId === null ? null : { code: imageId }],
    ['Platforms', image === null ? null : image.platforms.map(({ platform }) => platform).join(', ')],
    ['Registry', image?.registry ?? null],
    ['Other tags', result.tags.slice(1).join(', ')],
    [
      'Attempts',
      `${result.attempts.length} of ${Math.max(result.attempts.length, result.inputs.settings.maxRetryAttempts)}`,
    ],
    ['Strategy', `${strategyOf(result)}${plan === null ? '' : `: ${plan.reason}`}`],
    ['Dockerfile', plan === null ? null : dockerfileText(plan)],
    ['Steps cached', cachedSteps(result)],
    ['Sizes', image?.problem ? `not known: ${image.problem}` : null],
  ];
  return rows.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, value] as const]));
}

/** What the tag named before: its digest, and the platforms that the new image no longer has. */
function replacedText({ previous, image }: Result): Cell | null {
  if (previous == null || image === null) return null;
  if (previous.digest === image.digest) return 'nothing: the tag named this very image before';
  const has = new Set(image.platforms.map(({ platform }) => platform));
  const gone = previous.platforms.map(({ platform }) => platform).filter((platform) => !has.has(platform));
  if (gone.length === 0 || has.size === 0) return { code: previous.digest };
  return `${shortDigest(previous.digest)}, which was also for ${listed(gone)}`;
}

/** `12 of 20 (60%)` of the Dockerfile's steps; a step counts as it was when it first came up. */
export function cachedSteps(result: Result): string | null {
  const states = new Map<string, boolean>();
  for (const { name, state } of result.attempts.flatMap(({ steps }) => steps)) {
    if (/^\[[^\]]*\d+\/\d+\]/.test(name) && !states.has(name)) states.set(name, state === 'cached');
  }
  if (states.size === 0) return null;
  const cached = [...states.values()].filter(Boolean).length;
  return `${cached} of ${states.size} (${Math.round((cached / states.size) * 100)}%)`;
}

/** The health during the build, in the lines that people search for. */
export function healthFacts(result: Result): readonly string[] {
  const { health } = result;
  const registries = health.availableRegistries.length === 0 ? 'none' : health.availableRegistries.join(' ');
  const outside = health.services['gha-cache'] === null ? ' (not running in GitHub Actions)' : '';
  return [
    `Health during the build: ${scoreText(result)}`,
    `GHA Cache: ${health.ghaCacheAvailable}${outside}`,
    `Available Registries: ${registries}`,
  ];
}

/** Each attempt with its end and what followed; null where there was only one. */
export function attemptTable(result: Result): Table | null {
  if (result.attempts.length < 2) return null;
  const rows = result.attempts.map(({ number, plan, outcome, seconds, next }) => [
    String(number),
    plan.strategy,
    outcomeText(outcome),
    duration(seconds),
    next?.reason ?? '',
  ]);
  return { head: ['Attempt', 'Strategy', 'Result', 'Time', 'Then'], rows };
}

function outcomeText(outcome: AttemptOutcome): string {
  switch (outcome.kind) {
    case 'built':
      return '✅ built';
    case 'failed':
      return `❌ ${clause(cleanLine(outcome.failure.headline))}`;
    case 'cancelled':
      return `⏹️ cancelled by ${outcome.signal}`;
  }
}

/** Which tags arrived; null where the one that was wanted did, or where it did not come to that. */
export function pushTable(result: Result): Table | null {
  const pushed = result.pushed ?? [];
  const isPlain = pushed.length < 2 && pushed.every(({ problem }) => problem === null);
  if (isPlain || result.verdict === 'cancelled') return null;
  const rows = pushed.map(({ tag, digest, problem }) => [
    { code: tag },
    problem === null ? '✅ pushed' : `❌ ${clause(cleanLine(problem))}`,
    digest === null ? '–' : { code: digest },
  ]);
  return { head: ['Tag', 'Push', 'Digest'], rows };
}

/** What was not well; null where all was. */
export function outageTable(result: Result): Table | null {
  const outages = outagesOf(result);
  if (outages.length === 0) return null;
  const withCost = outages.some(({ costSeconds }) => costSeconds !== null);
  const { statusPages = [], checkedAtMs } = result.health;
  const pages = new Map(statusPages.map((page) => [serviceName(page.service), pageText(page, checkedAtMs)]));
  const withPage = outages.some(({ name }) => pages.has(name));
  return {
    head: [
      'Service',
      'What it answered',
      ...(withPage ? ['Its status page'] : []),
      'Served instead',
      ...(withCost ? ['Cost'] : []),
    ],
    rows: outages.map((outage) => [
      outage.name,
      outage.answered,
      ...(withPage ? [pages.get(outage.name) ?? ''] : []),
      outage.instead ?? insteadOfNothing(outage),
      ...(withCost ? [outage.costSeconds === null ? '–' : `≈${duration(outage.costSeconds)}`] : []),
    ]),
  };
}

function insteadOfNothing(outage: Outage): string {
  if (!outage.needed) return 'not needed by this build';
  return outage.late ? 'itself, slowly' : 'nothing';
}

/** What the user gets and did not ask for, or asked for and does not get; never hidden in a fold. */
export function warningTexts(result: Result): readonly string[] {
  const plan = lastPlan(result);
  if (plan === null) return [];
  const substitutions = plan.substitutions.map((one) => `Substituted: ${substitutionWords(one)}: ${one.reason}`);
  return [...substitutions, ...plan.missing];
}
