import type { Blueprint } from '../facts/blueprint.ts';
import { insertArgument } from '../facts/dockerfile/insert-argument.ts';
import type { Health } from '../health/health.ts';
import type { Settings } from '../inputs/types.ts';
import { isUsable } from '../health/observation.ts';
import type { Lessons } from './lessons.ts';
import type { Rewrite } from './plan.ts';

/** What is done about GOPROXY: the build argument, and the Dockerfile in which stages take it that did not. */
export interface GoProxyChoice {
  readonly argument: string;
  readonly rewrite: Rewrite | null;
}

/** What the user says about where modules may come from. */
export type GoSources = Pick<Settings, 'goProxies' | 'goDirect' | 'mirrorsOnly'>;

/**
 * The build argument GOPROXY, where a stage builds Go and there is a reason to give it: the first proxy is down, or
 * others are configured; a value that changes costs the cache of every step after it. Joined by `|`, which goes on after
 * any error; a comma only after 404 and 410 (go.dev/ref/mod).
 */
export function chooseGoProxy(
  blueprint: Blueprint,
  buildArgs: Readonly<Record<string, string>>,
  health: Health,
  { goProxies: configured, goDirect, mirrorsOnly }: GoSources,
  lessons: Lessons,
  rewritePath: string,
): GoProxyChoice | null {
  const { goUse } = blueprint.facts;
  if ('GOPROXY' in buildArgs || goUse.kind === 'none') return null;
  const takes = goUse.stages.some(({ proxy }) => proxy.kind === 'argument' && isPublic(proxy.value, health));
  const lacks = goUse.stages.filter(({ proxy }) => proxy.kind === 'unset').map(({ stage }) => stage);
  if (!takes && lacks.length === 0) return null;
  const isUp = ({ url, observation }: Health['goProxies'][number]): boolean =>
    isUsable(observation) && !lessons.goProxies.has(new URL(url).host);
  const isClosed = mirrorsOnly && configured.length === 0;
  // What the Dockerfile of the user's own asks is the user's word; the bundled one must ask nobody.
  if (isClosed && blueprint.file.origin !== 'bundled') return null;
  if (!isClosed && configured.length === 0 && health.goProxies.slice(0, 1).every(isUp)) return null;
  const up = health.goProxies.filter(isUp);
  const rest = health.goProxies.filter((proxy) => !isUp(proxy));
  // The ones that are down come last instead of not at all: a wrong probe must not close a door.
  const direct = goDirect || !mirrorsOnly ? ['direct'] : [];
  const argument = `GOPROXY=${[...[...up, ...rest].map(({ url }) => url), ...direct].join('|') || 'off'}`;
  return { argument, rewrite: lacks.length === 0 ? null : rewriteOf(blueprint, lacks, rewritePath) };
}

/** A default that names none of the proxies that are known here is somebody's own, and is left to him. */
function isPublic(value: string | null, health: Health): boolean {
  return value === null || value === '' || health.goProxies.some(({ url }) => value.includes(new URL(url).host));
}

/** The user's own Dockerfile with `ARG GOPROXY` in the stages that build Go without it. */
function rewriteOf({ text, facts }: Blueprint, stages: readonly string[], path: string): Rewrite | null {
  const lines = facts.stages.filter(({ label }) => stages.includes(label)).map(({ line }) => line);
  const inserted = insertArgument(text, 'GOPROXY', lines);
  if (inserted.lines.length === 0) return null;
  return {
    path,
    ...inserted,
    reason: `ARG GOPROXY declared in ${stages.join(', ')}: the first Go proxy is not healthy`,
  };
}
