import type { Attribution } from '../failure/types.ts';
import type { Strategy } from '../inputs/types.ts';
import { formatReference, parseReference } from '../registry/reference.ts';
import { readCacheEntry } from './cache-entry.ts';
import type { CacheChoice, Plan } from './plan.ts';
import { isAtOrBelow } from './strategy.ts';

/** A past attempt, as far as the next plan learns from it. */
export interface Experience {
  readonly plan: Plan;
  readonly failure: Attribution;
}

/** What failures taught, in the terms in which a plan is made. Everything maps a name to the headline that taught it. */
export interface Lessons {
  /** Registries and mirrors that failed the build itself, whatever their probe said. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Images that attempts failed on and no Dockerfile told of, as BuildKit names them. */
  readonly images: readonly string[];
  readonly imports: ReadonlyMap<Backend, string>;
  readonly exports: ReadonlyMap<Backend, string>;
  /** Registry caches that failed while others beside them were not concerned, by their reference. */
  readonly cacheReferences: ReadonlyMap<string, string>;
  readonly goProxies: ReadonlyMap<string, string>;
  /** Builders of the user's that were lost, by name; the one in use has an empty one. */
  readonly builders: ReadonlyMap<string, string>;
  /** A builder could not be booted. */
  readonly boot: string | null;
  /** The builder at hand waits for something that never comes, and takes no other build until then. */
  readonly hung: string | null;
  /** The best strategy that is still allowed; null where nothing was taught about it. */
  readonly floor: { readonly strategy: Strategy; readonly reason: string } | null;
}

export const NO_LESSONS: Lessons = {
  hosts: new Map(),
  images: [],
  imports: new Map(),
  exports: new Map(),
  cacheReferences: new Map(),
  goProxies: new Map(),
  builders: new Map(),
  boot: null,
  hung: null,
  floor: null,
};

/** Adds up what all attempts so far taught. */
export function learn(history: readonly Experience[]): Lessons {
  return history.reduce((lessons, experience) => notUp(experience.plan, lessonOf(experience, lessons)), NO_LESSONS);
}

/** A strategy that was left, be it for want of a source, is not gone back to. */
function notUp({ strategy, reason }: Plan, lessons: Lessons): Lessons {
  const { floor } = lessons;
  return floor !== null && isAtOrBelow(floor.strategy, strategy)
    ? lessons
    : { ...lessons, floor: { strategy, reason } };
}

function lessonOf({ plan, failure }: Experience, lessons: Lessons): Lessons {
  // Nobody had the image, and the build only waited to see it: an answer that comes late is as good as any.
  if (failure.rule === 'no-source') return lessons;
  const cacheLesson = cacheLessonOf(plan, failure, lessons);
  if (cacheLesson !== null) return cacheLesson;
  // Another source may cure the boot; a host that is avoided already will not.
  if (failure.cause === 'boot' && isBootedHere(plan) && isNews(lessons, failure)) return withHost(lessons, failure);
  const lost = lostBuilder(plan, failure);
  if (lost !== null) {
    const builders = new Map(lessons.builders).set(lost, failure.headline);
    return { ...lessons, builders, boot: failure.cause === 'boot' ? failure.headline : lessons.boot };
  }
  if (failure.cause === 'boot') return { ...lessons, boot: failure.headline };
  if (isAboutAFetch(failure)) return withImage(withHost(lessons, failure), plan, failure);
  if (failure.class === 'go-proxy' && failure.component !== null) {
    const goProxies = new Map(lessons.goProxies).set(failure.component, failure.headline);
    return oneDown({ ...lessons, goProxies }, plan, failure);
  }
  // A push is repeated, a full disk is freed: leaning on less cures neither.
  const isOurs = failure.cause === 'push' || failure.class === 'push-failed-transient' || failure.class === 'disk-full';
  return isOurs ? lessons : oneDown(lessons, plan, failure);
}

/** A cache that failed is left out; that is the whole cure, so the strategy stays. */
function cacheLessonOf(plan: Plan, failure: Attribution, lessons: Lessons): Lessons | null {
  if (failure.class !== 'gha-cache' && failure.cause !== 'cache-import' && failure.cause !== 'cache-export')
    return null;
  const imports = new Map(lessons.imports);
  const exports = new Map(lessons.exports);
  // A service that broke one direction in mid-build is not asked again in the other.
  const backends = backendsOf(plan, failure);
  const references = backends.includes('registry') ? referencesOf(plan, failure) : [];
  for (const backend of references.length > 0 ? [] : backends) {
    imports.set(backend, failure.headline);
    exports.set(backend, failure.headline);
  }
  const cacheReferences = new Map(lessons.cacheReferences);
  for (const reference of references) cacheReferences.set(reference, failure.headline);
  return {
    ...lessons,
    imports,
    exports,
    cacheReferences,
    hung: hangsBuilder(failure) ? failure.headline : lessons.hung,
  };
}

/**
 * BuildKit cannot be called off a download from the Actions cache, and its scheduler waits for it with the lock of all
 * builds (solver/llbsolver/bridge.go `lazyCacheManager.wait`; azcore goes on for a quarter of an hour): until then the
 * next build on the same builder says nothing at all.
 */
export function hangsBuilder(failure: Attribution): boolean {
  return failure.rule === 'ended-by-stall' && / from gha:\d/.test(failure.step?.name ?? '');
}

type Backend = CacheChoice['backend'];

/**
 * The caches that a failure is about: the one that its service or step names, else every one on the line. Steps are
 * called `importing cache manifest from gha:1234` (BuildKit solver/llbsolver/bridge.go; a registry's by its reference) and
 * as the exporters' `Name()` has it (cache/remotecache).
 */
function backendsOf(plan: Plan, failure: Attribution): readonly Backend[] {
  const step = failure.step?.name ?? '';
  if (failure.class === 'gha-cache' || failure.component === 'gha-cache') return ['gha'];
  if (/ from gha:\d|GitHub Actions Cache/.test(step)) return ['gha'];
  if (/ from local:\d|client directory/.test(step)) return ['local'];
  if (/ from (?:s3|azblob):|Amazon S3|Azure Blob/i.test(step)) return ['custom'];
  const onLine = plan.caches.flatMap((cache) => (cache.value === null ? [] : [cache.backend]));
  const named = failure.component !== null || /importing cache manifest|cache to registry/.test(step);
  return named && onLine.includes('registry') ? ['registry'] : [...new Set(onLine)];
}

/**
 * The registry caches that a failure is about, where they are some of those on the line and not all: the one that the
 * step or a request names, else those at the host that failed.
 */
function referencesOf(plan: Plan, { step, component, host, evidence }: Attribution): readonly string[] {
  const onLine = new Set(plan.caches.flatMap(({ value }) => (value === null ? [] : readCacheEntry(value).references)));
  const told = [step?.name ?? '', ...evidence].join('\n');
  const parsed = [...onLine].flatMap((text) => {
    const read = parseReference(text);
    return read.kind === 'parsed' ? [{ text, reference: read.reference }] : [];
  });
  const named = parsed.filter(
    ({ text, reference }) =>
      told.includes(` from ${text}`) ||
      told.includes(` from ${formatReference(reference)}`) ||
      told.includes(`/v2/${reference.repository}/`),
  );
  const there = parsed.filter(({ reference }) => reference.registry === component || reference.registry === host);
  const concerned = (named.length > 0 ? named : there).map(({ text }) => text);
  return concerned.length < onLine.size ? concerned : [];
}

/** Whether the engine at hand fetches the builder's image; a cluster fetches it itself, and its host is no registry. */
function isBootedHere({ builder }: Plan): boolean {
  return builder.kind === 'own' || (builder.driver !== 'kubernetes' && builder.driver !== 'remote');
}

/** Whether a failure names a host that was not known to fail. */
function isNews({ hosts }: Lessons, failure: Attribution): boolean {
  const host = hostOf(failure);
  return host !== null && !hosts.has(host);
}

/**
 * The builder that a build was lost with, by its name, empty for the one in use: another one is the whole cure, or the
 * same one once it is back. The engine's own never boots.
 */
function lostBuilder({ builder }: Plan, failure: Attribution): string | null {
  if (builder.kind === 'own') return null;
  if (failure.cause === 'boot') return builder.driver === 'docker' ? null : (builder.name ?? '');
  return failure.class === 'builder' ? builder.name : null;
}

/** Whether the engine failed to fetch an image, which another source may cure. */
function isAboutAFetch(failure: Attribution): boolean {
  return failure.cause === 'base-image' || failure.cause === 'frontend' || failure.cause === 'sbom';
}

function withHost(lessons: Lessons, failure: Attribution): Lessons {
  const host = hostOf(failure);
  if (host === null) return lessons;
  return { ...lessons, hosts: new Map(lessons.hosts).set(host, failure.headline) };
}

/** A step names what it resolves (BuildKit frontend/dockerui, `load metadata for`); what the plan knows is no news. */
function withImage(lessons: Lessons, { images }: Plan, { step }: Attribution): Lessons {
  const told = /(?:load metadata for|resolve image config for) (?:docker-image:\/\/)?(\S+)/.exec(step?.name ?? '')?.[1];
  const parsed = told === undefined ? null : parseReference(told);
  // Of a named context BuildKit repeats the user's own words, elsewhere the complete name.
  const name = parsed?.kind === 'parsed' ? formatReference(parsed.reference) : told;
  if (name === undefined || lessons.images.includes(name)) return lessons;
  const isKnown = images.some(
    ({ reference, choice }) =>
      (reference !== undefined && formatReference(reference) === name) ||
      (choice.kind === 'mirror' && name.startsWith(`${choice.host}/${choice.repository}`)),
  );
  return isKnown ? lessons : { ...lessons, images: [...lessons.images, name] };
}

/** As sources are named: docker.io, not registry-1.docker.io. */
function hostOf(failure: Attribution): string | null {
  return failure.component ?? failure.host;
}

const DOWN_FROM: Readonly<Record<Strategy, Strategy>> = {
  optimal: 'resilient',
  resilient: 'conservative',
  conservative: 'emergency',
  emergency: 'emergency',
};

/** Where nothing better is known, the next attempt leans on less: one strategy down. */
function oneDown(lessons: Lessons, plan: Plan, failure: Attribution): Lessons {
  return { ...lessons, floor: { strategy: DOWN_FROM[plan.strategy], reason: failure.headline } };
}
