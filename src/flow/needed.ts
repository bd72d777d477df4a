import { registryHealth } from '../health/health.ts';
import type { Observation } from '../health/observation.ts';
import { REGISTRIES } from '../health/services.ts';
import type { Inputs } from '../inputs/types.ts';
import { parseReference } from '../registry/reference.ts';
import type { NeededService } from '../report/result.ts';
import type { Prepared } from './prepare.ts';

/**
 * The services that this repository's builds need, as they were seen: the registries of every image in its Dockerfiles and
 * of the image that it pushes, the Actions cache in Actions, and the Go proxies where Go is built. Without a Dockerfile
 * nobody knows, so every registry counts.
 */
export function neededServices(inputs: Inputs, { health, dockerfiles, answers }: Prepared): readonly NeededService[] {
  const upstreams = [...answers().values()].flatMap((sources) => sources.filter(({ kind }) => kind === 'upstream'));
  const tags = inputs.request.tags.flatMap((tag) => {
    const parsed = parseReference(tag);
    return parsed.kind === 'parsed' ? [parsed.reference.registry] : [];
  });
  const standard = dockerfiles.blueprints.filter(({ kind }) => kind === 'standard');
  const images = standard.flatMap(({ facts }) => facts.images);
  const bases = images.map(({ reference }) => reference.registry);
  const registries = [...new Set(bases.length === 0 ? [...REGISTRIES, ...tags] : [...bases, ...tags])];
  const seen = registries.flatMap((host): readonly NeededService[] => {
    const observation = registryHealth(health, host) ?? upstreams.find((one) => one.host === host) ?? null;
    return observation === null ? [] : [neededOf(host, observation)];
  });
  const cache = health.services['gha-cache'];
  const usesGo = standard.some(({ facts }) => facts.goUse.kind === 'used');
  return [
    ...seen,
    ...(cache === null ? [] : [neededOf('gha-cache', cache)]),
    ...(usesGo ? [goProxies(health.goProxies.map(({ observation }) => observation))] : []),
  ];
}

function neededOf(name: string, { state, evidence }: Pick<Observation, 'state' | 'evidence'>): NeededService {
  return { name, isDown: state === 'down', evidence };
}

/** One that answers is enough to build. */
function goProxies(proxies: readonly Observation[]): NeededService {
  const isDown = proxies.length > 0 && proxies.every(({ state }) => state === 'down');
  return { name: 'go-proxies', isDown, evidence: proxies[0]?.evidence ?? '' };
}
