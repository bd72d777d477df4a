import type { CacheChoice, Plan } from './plan.ts';
import { substitutionWords } from './substitutions.ts';

/** What one plan does differently from another, in words, the weightiest first. */
export function differences(before: Plan, after: Plan): readonly string[] {
  return [...routeDifferences(before, after), ...contentDifferences(before, after), ...limitDifferences(before, after)];
}

/** Differences that give an attempt another chance: another source, without a cache, another base, another builder. */
export function routeDifferences(before: Plan, after: Plan): readonly string[] {
  return [
    ...after.images.flatMap((route) => {
      const old = before.images.find((image) => image.name === route.name);
      if (route.choice.kind === 'store' && old?.choice.kind !== 'store')
        return [`${route.name} now from the warm store`];
      if (route.choice.kind !== 'mirror') return [];
      if (old?.choice.kind === 'mirror' && old.choice.host === route.choice.host) return [];
      return [`${route.name} now from ${route.choice.host}, same digest`];
    }),
    ...before.caches.flatMap((cache) =>
      cache.value === null || isAsked(cache, after) ? [] : [`without the ${cache.backend} cache ${cache.direction}`],
    ),
    ...after.substitutions.flatMap((one) => {
      const isKnown = before.substitutions.some((old) => old.arg === one.arg && old.to === one.to);
      return isKnown ? [] : [substitutionWords(one)];
    }),
    ...(before.builder.kind === after.builder.kind ? [] : ['with another builder']),
  ];
}

/** Differences in what is built and how. */
function contentDifferences(before: Plan, after: Plan): readonly string[] {
  return [
    ...(before.dockerfile.file.path === after.dockerfile.file.path ? [] : [dockerfileWords(after)]),
    ...(!before.argv.includes('--no-cache') && after.argv.includes('--no-cache') ? ['with --no-cache'] : []),
  ];
}

function dockerfileWords({ dockerfile }: Plan): string {
  return dockerfile.kind === 'outside' ? 'compiled outside of Docker, on scratch' : `with ${dockerfile.file.path}`;
}

function limitDifferences(before: Plan, after: Plan): readonly string[] {
  const minutes = (plan: Plan): string => `${Math.round(plan.deadlineMs / 60_000)} min`;
  return before.deadlineMs === after.deadlineMs ? [] : [`deadline ${minutes(after)} in place of ${minutes(before)}`];
}

function isAsked(cache: CacheChoice, plan: Plan): boolean {
  return plan.caches.some((c) => c.backend === cache.backend && c.direction === cache.direction && c.value !== null);
}
