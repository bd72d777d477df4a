import type { Attribution } from '../failure/types.ts';
import type { Strategy } from '../inputs/types.ts';
import type { Plan } from './plan.ts';

/** A past attempt, as far as the next plan learns from it. */
export interface Experience {
  readonly plan: Plan;
  readonly failure: Attribution;
}

/** What failures taught, in the terms in which a plan is made. Everything maps a name to the headline that taught it. */
export interface Lessons {
  /** Registries and mirrors that failed the build itself, whatever their probe said. */
  readonly hosts: ReadonlyMap<string, string>;
  readonly imports: ReadonlyMap<'local' | 'gha' | 'registry', string>;
  readonly exports: ReadonlyMap<'local' | 'gha' | 'registry', string>;
  readonly goProxies: ReadonlyMap<string, string>;
  /** No builder of the action's own could be booted. */
  readonly boot: string | null;
  /** The best strategy that is still allowed; null where nothing was taught about it. */
  readonly floor: { readonly strategy: Strategy; readonly reason: string } | null;
}

export const NO_LESSONS: Lessons = {
  hosts: new Map(),
  imports: new Map(),
  exports: new Map(),
  goProxies: new Map(),
  boot: null,
  floor: null,
};

/** Adds up what all attempts so far taught. */
export function learn(history: readonly Experience[]): Lessons {
  return history.reduce((lessons, experience) => lessonOf(experience, lessons), NO_LESSONS);
}

function lessonOf({ plan, failure }: Experience, lessons: Lessons): Lessons {
  const cacheLesson = cacheLessonOf(plan, failure, lessons);
  if (cacheLesson !== null) return cacheLesson;
  if (failure.cause === 'boot') {
    const boot = { ...lessons, boot: failure.headline };
    return failure.component === null ? boot : { ...withHost(lessons, failure), boot: null };
  }
  if (isAboutAFetch(failure)) return withHost(lessons, failure);
  if (failure.class === 'go-proxy' && failure.component !== null) {
    const goProxies = new Map(lessons.goProxies).set(failure.component, failure.headline);
    return oneDown({ ...lessons, goProxies }, plan, failure);
  }
  return failure.class === 'push-failed-transient' ? lessons : oneDown(lessons, plan, failure);
}

/** A cache that failed is left out; that is the whole cure, so the strategy stays. */
function cacheLessonOf(plan: Plan, failure: Attribution, lessons: Lessons): Lessons | null {
  if (failure.class !== 'gha-cache' && failure.cause !== 'cache-import' && failure.cause !== 'cache-export') return null;
  const backend = backendOf(plan, failure);
  const imports = new Map(lessons.imports);
  const exports = new Map(lessons.exports);
  // A service that broke one direction in mid-build is not asked again in the other.
  imports.set(backend, failure.headline);
  exports.set(backend, failure.headline);
  return { ...lessons, imports, exports };
}

function backendOf(plan: Plan, failure: Attribution): 'local' | 'gha' | 'registry' {
  if (failure.class === 'gha-cache' || failure.component === 'gha-cache') return 'gha';
  if (failure.step !== null && /local/.test(failure.step.name)) return 'local';
  const onLine = plan.caches.find((cache) => cache.value !== null && cache.backend === 'registry');
  return onLine === undefined ? 'gha' : 'registry';
}

/** Whether the engine failed to fetch an image, which another source may cure. */
function isAboutAFetch(failure: Attribution): boolean {
  return failure.cause === 'base-image' || failure.cause === 'frontend' || failure.cause === 'sbom';
}

function withHost(lessons: Lessons, failure: Attribution): Lessons {
  const host = failure.component ?? failure.host;
  if (host === null) return lessons;
  return { ...lessons, hosts: new Map(lessons.hosts).set(host, failure.headline) };
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
