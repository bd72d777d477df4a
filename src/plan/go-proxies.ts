import { basename, join } from 'node:path';
import type { Blueprint } from '../facts/blueprint.ts';
import type { DockerfileFile } from '../facts/dockerfile-choice.ts';
import { insertArgument } from '../facts/dockerfile/insert-argument.ts';
import type { GoStage } from '../facts/dockerfile/types.ts';
import { buildxHas } from '../facts/versions.ts';
import type { Health } from '../health/health.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import type { Settings } from '../inputs/types.ts';
import { isUsable } from '../health/observation.ts';
import { GO_PROXIES } from '../health/services.ts';
import type { Lessons } from './lessons.ts';
import type { PlanQuestion } from './make-plan.ts';
import type { Rewrite } from './plan.ts';

/** What is done about GOPROXY. */
export interface GoProxyChoice {
  /** What stages are given, and which; null where none can be. */
  readonly given: { readonly value: string; readonly stages: readonly string[] } | null;
  /** The build argument, for stages that declare it; null where there are none. */
  readonly argument: string | null;
  /** The Dockerfile in which stages have it that did not; null where all do. */
  readonly rewrite: Rewrite | null;
  /** The stages that would need it and cannot be given it, and why: a sentence, or null. */
  readonly unserved: string | null;
}

/** What the user says about where modules may come from. */
export type GoSources = Pick<Settings, 'goProxies' | 'goDirect' | 'mirrorsOnly'>;

/** Where a Dockerfile of our own making would be written, or why none may take the place of the user's: a clause. */
export type RewritePlace =
  { readonly kind: 'path'; readonly path: string } | { readonly kind: 'none'; readonly reason: string };

type Proxies = readonly { readonly url: string; readonly isUp: boolean }[];

/** What is done about GOPROXY in this plan; null where nothing is. */
export function goProxyOf(question: PlanQuestion, blueprint: Blueprint): GoProxyChoice | null {
  const { inputs, facts, health, lessons, names } = question;
  const { call, buildArgs } = inputs.request;
  // A check or an outline runs nothing.
  if (call !== null && call !== 'build') return null;
  const place = rewritePlace(blueprint.file, names.rewrite, facts.buildx.version);
  return chooseGoProxy(blueprint, argumentsOf(buildArgs), health, inputs.settings, lessons, place);
}

/** Beside a context that BuildKit fetches, buildx takes a Dockerfile of this machine by its absolute path (build/opt.go). */
function rewritePlace({ path, remote }: DockerfileFile, folder: string, buildx: string | null): RewritePlace {
  if (remote?.kind === 'read' && !remote.isExact)
    return { kind: 'none', reason: `its Dockerfile, read ${remote.from}, may be another one than BuildKit will fetch` };
  if (remote !== undefined && !buildxHas(buildx, '0.12.0'))
    return { kind: 'none', reason: 'buildx before 0.12 takes no other Dockerfile for a context that BuildKit fetches' };
  return { kind: 'path', path: join(folder, basename(path)) };
}

/**
 * The build argument GOPROXY, where a stage builds Go and there is a reason to give it: the proxy that it would ask first
 * is down, or others are configured; a value that changes costs the cache of every step after it. Joined by `|`, which
 * goes on after any error; a comma only after 404 and 410 (go.dev/ref/mod).
 */
export function chooseGoProxy(
  blueprint: Blueprint,
  buildArgs: Readonly<Record<string, string>>,
  health: Health,
  { goProxies: configured, goDirect, mirrorsOnly }: GoSources,
  lessons: Lessons,
  place: RewritePlace,
): GoProxyChoice | null {
  const { goUse } = blueprint.facts;
  if ('GOPROXY' in buildArgs || goUse.kind === 'none') return null;
  // What the file says in another language is not known.
  if (blueprint.facts.problems.some(({ kind }) => kind === 'foreign-syntax')) return null;
  const isClosed = mirrorsOnly && configured.length === 0;
  // What the Dockerfile of the user's own asks is the user's word; the bundled one must ask nobody.
  if (isClosed && blueprint.file.origin !== 'bundled') return null;
  const proxies = health.goProxies.map(({ url, observation }) => ({
    url,
    isUp: isUsable(observation) && !lessons.goProxies.has(new URL(url).host),
  }));
  const needs = (stage: GoStage): boolean => isClosed || configured.length > 0 || !asksHealthy(stage, proxies);
  const served = goUse.stages.filter((stage) => !isOwn(stage, proxies) && needs(stage));
  const lacks = served.filter(({ proxy }) => proxy.kind === 'unset').map(({ stage }) => stage);
  if (served.length === 0) return null;
  // The ones that are down come last instead of not at all: a wrong probe must not close a door.
  const urls = [...proxies.filter(({ isUp }) => isUp), ...proxies.filter(({ isUp }) => !isUp)].map(({ url }) => url);
  const list = [...urls, ...(goDirect || !mirrorsOnly ? ['direct'] : [])].join('|') || 'off';
  const why = configured.length > 0 ? 'go-proxies names others' : 'the first Go proxy is not healthy';
  const declared = served.filter(({ proxy }) => proxy.kind === 'argument').map(({ stage }) => stage);
  // A build argument reaches every stage that declares it.
  const own = goUse.stages.filter(({ proxy }) => proxy.kind === 'argument').find((stage) => isOwn(stage, proxies));
  const hasArgument = declared.length > 0 && own === undefined;
  const rewrite = lacks.length > 0 && place.kind === 'path' ? rewriteOf(blueprint, lacks, list, why, place.path) : null;
  const left = [
    ...(lacks.length > 0 && place.kind === 'none' ? [`${lacks.join(', ')} without ARG GOPROXY: ${place.reason}`] : []),
    ...(declared.length > 0 && own !== undefined
      ? [`${declared.join(', ')}: ${own.stage} has a GOPROXY of its own, and an argument would replace that`]
      : []),
  ];
  const stages = [...(hasArgument ? declared : []), ...(rewrite === null ? [] : lacks)];
  return {
    given: stages.length === 0 ? null : { value: list, stages },
    argument: hasArgument || rewrite?.byArgument === true ? `GOPROXY=${list}` : null,
    rewrite: rewrite?.rewrite ?? null,
    unserved: left.length === 0 ? null : `${why}, and the others are not given to ${left.join('; ')}`,
  };
}

/** The host that a stage asks first by itself, by its own default or by Go's. */
function firstHost({ proxy }: GoStage): string {
  const value = proxy.kind === 'argument' ? (proxy.value ?? '').replaceAll(/^["']|["']$/g, '') : '';
  return hostOf(value.split(/[,|]/)[0] || (GO_PROXIES[0] ?? ''));
}

/** A value that begins with none of the proxies that are known here is somebody's own, and is left to him. */
function isOwn(stage: GoStage, proxies: Proxies): boolean {
  const known = [...proxies.map(({ url }) => url), ...GO_PROXIES].map(hostOf);
  return stage.proxy.kind === 'fixed' || !known.includes(firstHost(stage));
}

function asksHealthy(stage: GoStage, proxies: Proxies): boolean {
  return proxies.find(({ url }) => hostOf(url) === firstHost(stage))?.isUp ?? true;
}

/** `direct`, `off` and variables are no hosts, and stay what they are. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** What a Dockerfile's default value can hold without being read as something else. */
const PLAIN = /^[\w:/.~|,@%+=?&-]+$/;

/**
 * The user's own Dockerfile with `ARG GOPROXY` in the stages that build Go without it. The value stands there as a default,
 * after the one that a base image may bring: a build argument would replace that (BuildKit's ARG comes after its ENV).
 * Declared first without one, or BuildKit warns of a variable that nobody defines.
 */
function rewriteOf(
  { text, facts }: Blueprint,
  stages: readonly string[],
  list: string,
  why: string,
  path: string,
): { readonly rewrite: Rewrite; readonly byArgument: boolean } | null {
  const lines = facts.stages.filter(({ label }) => stages.includes(label)).map(({ line }) => line);
  const byArgument = !PLAIN.test(list);
  const inserted = insertArgument(text, byArgument ? 'GOPROXY' : `GOPROXY GOPROXY="\${GOPROXY:-${list}}"`, lines);
  if (inserted.lines.length === 0) return null;
  const reason = `ARG GOPROXY declared in ${stages.join(', ')}: ${why}`;
  return { rewrite: { path, ...inserted, reason }, byArgument };
}
