import { isUsable } from '../health/observation.ts';
import { SERVICES } from '../health/services.ts';
import { mirrorsOf } from '../registry/catalogue.ts';
import { arithmetic } from '../health/score.ts';
import type { SourceAnswer } from '../health/source-answer.ts';
import type { ImageRoute } from '../plan/plan.ts';
import { logLine } from './clean.ts';
import { columns } from './columns.ts';
import { needsOf, type Need } from './needs.ts';
import { planLines } from './log-plan.ts';
import type { Planned, Result } from './result.ts';
import { servedBy, whyThere } from './routes.ts';
import { shellLines } from './shell-lines.ts';
import { scoreText } from './story.ts';

/**
 * A plan in full, without running it: what the build needs, what was asked and answered, where each image would come
 * from and what else could serve, the exact command, and what one strategy down would change. The text is stable: with
 * the same answers it is the same, so it holds no times.
 */
export function planText(result: Result, planned: Planned): string {
  const { plan, oneDown, changes } = planned;
  const below = changes.length === 0 ? ['nothing'] : changes;
  return [
    ...planLines({ ...plan, images: [] }),
    ...section('Needs', columns(needsOf(result, plan).map(needRow))),
    ...section(
      'Sources',
      plan.images.flatMap((image) => sourceLines(image, alternativesOf(result, image))),
    ),
    ...section(`Health ${scoreText(result)}`, [...columns(serviceRows(result)), arithmetic(result.health.score)]),
    ...section('Command', shellLines(plan.argv)),
    ...(oneDown === null ? [] : section(`One strategy down (${oneDown.strategy}) changes`, below.map(logLine))),
  ].join('\n');
}

/** The same for machines; docs/plan.schema.json describes it. */
export function planJson(result: Result, planned: Planned): unknown {
  const { plan, oneDown, changes } = planned;
  return {
    version: 1,
    ...plan,
    images: plan.images.map((image) => ({ ...image, alternatives: alternativesOf(result, image) })),
    needs: needsOf(result, plan),
    score: result.health.score,
    services: result.health.services,
    goProxies: result.health.goProxies,
    oneDown: oneDown === null ? null : { strategy: oneDown.strategy, changes, argv: oneDown.argv },
  };
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function needRow({ name, kind, platforms, uses }: Need): readonly string[] {
  return [name, kind, platforms.join(', '), uses.join(', ')];
}

/** The mirrors that may hold an image, in the order in which they would be asked; the retired ones are no choice. */
function alternativesOf({ inputs }: Result, { reference, choice }: ImageRoute): readonly string[] {
  if (reference === undefined || inputs.settings.offline) return [];
  const { mirrors: custom, mirrorsOnly } = inputs.settings;
  const living = mirrorsOf(reference, { custom, mirrorsOnly }).filter(({ state }) => state !== 'retired');
  const chosen = choice.kind === 'mirror' ? choice.host : null;
  return [...new Set(living.map(({ host }) => host))].filter((host) => host !== chosen);
}

/** Whether its own registry serves it. Then mirrors were asked or not, as it came: what they said is not told. */
function isWell({ choice, answers }: ImageRoute): boolean {
  const upstream = answers.find(({ kind }) => kind === 'upstream');
  return choice.kind === 'upstream' && (upstream === undefined || isUsable(upstream));
}

/** The choice with its reason, then what else could serve: everything that was asked, in the order of preference. */
function sourceLines(image: ImageRoute, alternatives: readonly string[]): readonly string[] {
  const { choice } = image;
  const digest = choice.kind === 'none' ? '' : (choice.digest ?? '');
  const head = [image.name, '<-', servedBy(image), digest].filter(Boolean).join(' ');
  const chosen =
    choice.kind === 'mirror' ? choice.host : choice.kind === 'upstream' ? image.answers[0]?.host : undefined;
  const others = image.answers.filter((answer) => answer.host !== chosen);
  return [
    logLine(head),
    `  why  ${logLine(whyThere(image))}`,
    ...(isWell(image)
      ? alternatives.map((host) => `  else  ${host}`)
      : columns(others.map((answer) => ['  else', answer.host, stateOf(answer), answer.evidence]))),
  ];
}

function stateOf(answer: SourceAnswer): string {
  return answer.missing ? 'no such image' : answer.state;
}

function serviceRows(result: Result): readonly (readonly string[])[] {
  const { health } = result;
  return SERVICES.flatMap(({ id, title }): readonly (readonly string[])[] => {
    if (id === 'go-proxies') {
      return health.goProxies.map(({ url, observation }) => [
        new URL(url).host,
        observation.state,
        observation.evidence,
      ]);
    }
    const observation = health.services[id];
    return [observation === null ? [title, 'not applicable', ''] : [title, observation.state, observation.evidence]];
  });
}
