import type { Observation, State } from '../health/observation.ts';
import { REGISTRIES, type RegistryId } from '../health/services.ts';
import type { ImageRoute } from '../plan/plan.ts';
import { substitutionWords } from '../plan/substitutions.ts';
import { parseReference } from '../registry/reference.ts';
import { cleanLine } from './clean.ts';
import type { Outage } from './outage.ts';
import { lostCaches, metByAttempts, passedOver, repeatedPushes } from './outages-met.ts';
import type { Result } from './result.ts';
import { servedInstead, upstreamHost } from './routes.ts';
import { listed, serviceName } from './words.ts';

/** Everything that was not well, as the probes saw it, as the sources answered, and as the build met it. */
export function outagesOf(result: Result): readonly Outage[] {
  const seen = new Map<string, Outage>();
  const all = [
    ...passedOver(result),
    ...probed(result),
    ...answeredBySources(result),
    ...metByAttempts(result),
    ...repeatedPushes(result),
    ...lostCaches(result),
  ];
  for (const outage of all) {
    const known = seen.get(outage.name);
    seen.set(outage.name, known === undefined ? outage : joined(known, outage));
  }
  return [...seen.values()];
}

/** The probe's own words stay; what the build met adds its cost, and what it did about it. */
function joined(first: Outage, second: Outage): Outage {
  const instead = [...new Set([first.instead, second.instead?.replace(' now from ', ' from ')])].filter(
    (text) => text != null,
  );
  const costs = [first.costSeconds, second.costSeconds].filter((seconds) => seconds !== null);
  return {
    ...first,
    instead: instead.length === 0 ? null : instead.join('; '),
    needed: first.needed || second.needed,
    costSeconds: costs.length === 0 ? null : costs.reduce((sum, seconds) => sum + seconds, 0),
  };
}

function probed(result: Result): readonly Outage[] {
  const { services } = result.health;
  const registries = REGISTRIES.flatMap((id) => registryOutage(result, id, services[id]));
  const targets = Object.entries(result.health.targets).flatMap(([host, seen]) =>
    simpleOutage(serviceName(host), seen),
  );
  const network = (['dns', 'internet'] as const).flatMap((id) => simpleOutage(serviceName(id), services[id]));
  return [...cacheOutage(result), ...registries, ...targets, ...goProxyOutages(result), ...network];
}

/** Equals stand in for each other, where the build was told so; one that a stage asks first was needed. */
function goProxyOutages({ health: { goProxies }, attempts }: Result): readonly Outage[] {
  const plan = attempts.at(-1)?.plan;
  const asked = plan?.goStages === undefined ? undefined : goProxies[0];
  const working = goProxies.filter((proxy) => !isBad(proxy.observation.state)).map((proxy) => hostOf(proxy.url));
  return goProxies
    .filter((proxy) => isBad(proxy.observation.state))
    .map((proxy) => {
      const isStored = plan?.goProxy?.value.startsWith('file:') === true;
      const others = working.length === 0 ? null : listed(working);
      const instead = plan?.goProxy === undefined ? null : isStored ? "the warm store's modules" : others;
      return outage(hostOf(proxy.url), proxy.observation, instead, proxy === asked);
    });
}

function simpleOutage(name: string, observation: Observation | null): readonly Outage[] {
  return observation === null || !isBad(observation.state) ? [] : [outage(name, observation, null, true)];
}

function registryOutage(result: Result, id: RegistryId, observation: Observation | null): readonly Outage[] {
  if (observation === null || !isBad(observation.state)) return [];
  const routes = routesVia(result, id);
  const substituted = substitutedFor(result, id);
  const needed = routes.length > 0 || substituted !== null || pushesTo(result, id);
  return [outage(serviceName(id), observation, servedInstead(routes) ?? substituted, needed)];
}

function pushesTo(result: Result, host: string): boolean {
  const registries = result.tags
    .map(parseReference)
    .map((tag) => (tag.kind === 'parsed' ? tag.reference.registry : null));
  return result.inputs.request.push && registries.includes(host);
}

/** The bases that were taken because a registry did not serve the first choice; null for none. */
function substitutedFor(result: Result, host: string): string | null {
  const substitutions = (result.attempts.at(-1)?.plan.substitutions ?? []).filter(({ hosts }) => hosts.includes(host));
  return substitutions.length === 0 ? null : listed(substitutions.map(substitutionWords));
}

function cacheOutage(result: Result): readonly Outage[] {
  const observation = result.health.services['gha-cache'];
  if (observation === null || !isBad(observation.state)) return [];
  const others = (result.attempts.at(-1)?.plan.caches ?? []).filter(
    (cache) => cache.direction === 'import' && cache.value !== null && cache.backend !== 'gha',
  );
  const backends = listed([...new Set(others.map((cache) => cache.backend))]);
  const instead = others.length === 0 ? 'built without it' : `only the ${backends} cache was asked`;
  return [outage(serviceName('gha-cache'), observation, instead, result.attempts.length > 0)];
}

/** Hosts that this build needed, as they answered for its very images. */
function answeredBySources(result: Result): readonly Outage[] {
  // Offline nobody is asked for an image, which says nothing of anybody.
  const { offline } = result.inputs.settings;
  const routes = offline ? [] : result.attempts.flatMap((attempt) => attempt.plan.images);
  return routes
    .flatMap((route) => {
      const upstream = route.answers.find((answer) => answer.kind === 'upstream');
      if (upstream === undefined || !isBad(upstream.state)) return [];
      return [outage(serviceName(upstream.host), upstream, servedInstead(routesVia(result, upstream.host)), true)];
    })
    .filter((one, index, all) => all.findIndex((other) => other.name === one.name) === index);
}

function routesVia(result: Result, host: string): readonly ImageRoute[] {
  const routes = result.attempts.at(-1)?.plan.images ?? [];
  return routes.filter((route) => upstreamHost(route) === host);
}

function outage(
  name: string,
  seen: { state: State; evidence: string },
  instead: string | null,
  needed: boolean,
): Outage {
  const { state, evidence } = seen;
  const short = `${name} ${shortOf(state)}`;
  return { name, short, answered: cleanLine(evidence), instead, needed, late: state === 'slow', costSeconds: null };
}

function isBad(state: State): boolean {
  return state === 'down' || state === 'limited' || state === 'slow';
}

function shortOf(state: State): string {
  switch (state) {
    case 'up':
      return 'up';
    case 'slow':
      return 'slow';
    case 'limited':
      return 'out of pulls';
    case 'down':
      return 'down';
    case 'unknown':
      return 'unknown';
  }
}

/** A URL's host as people know it. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
