import type { CacheService } from '../facts/runner.ts';
import type { Location } from '../registry/answer.ts';
import type { Board } from './board.ts';
import type { CacheRights } from './cache-rights.ts';
import type { GoProxyHealth, Health } from './health.ts';
import { down, isUsable, unknown, type Observation } from './observation.ts';
import type { HealthPorts } from './ports.ts';
import { probeCache } from './probe-cache.ts';
import { upstreamAnswer, upstreamKey, type ImageNeed } from './probe-image.ts';
import { probeDns, probeGoProxy, probeInternet } from './probe-network.ts';
import { probeRegistry } from './probe-registry.ts';
import { scoreOf, type Verdict } from './score.ts';
import { GO_PROXIES, REGISTRIES, REGISTRY_SAMPLES, type RegistryId, type ServiceId } from './services.ts';

/** What the check is made for. */
export interface HealthQuestion {
  readonly cacheService: CacheService | null;
  readonly cacheRights: CacheRights | null;
  /** The scopes in which BuildKit will look for its cache. Default: not known. */
  readonly cacheScopes?: readonly string[];
  /** Images that this build needs: their registries are judged by them. */
  readonly needs: readonly ImageNeed[];
  /** Where this build writes to: the image it pushes, its registry cache. */
  readonly targets: readonly Location[];
  /** Configured Go proxies, asked besides the fixed ones. */
  readonly goProxies: readonly string[];
  /** Nothing is asked but what the user named: the targets, configured Go proxies, the cache service. */
  readonly mirrorsOnly: boolean;
  /** Of these, the push target and the cache service alone. Default: as `mirrorsOnly` says. */
  readonly offline?: boolean;
  readonly timeoutMs: number;
}

/** Starts every check of the fixed services at once; the answers arrive on the board. */
export function startServiceChecks(
  question: HealthQuestion,
  ports: HealthPorts,
  board: Board,
  signal: AbortSignal,
): void {
  const { timeoutMs } = question;
  const rule = ruleOf(question);
  if (question.cacheService !== null) {
    const rights = question.cacheRights;
    // A token without any right says nothing about the service that refuses it.
    const isAsked = rights === null || rights.read || rights.write;
    void board.track(
      'gha-cache',
      isAsked
        ? probeCache(ports.http, question.cacheService, timeoutMs, signal, question.cacheScopes)
        : Promise.resolve(unknown(`not asked (${rights.reason ?? 'no rights'})`)),
    );
  }
  for (const registry of REGISTRIES) {
    if (needsAt(question, registry).length > 0) continue;
    const location = sampleOf(registry, question.targets);
    if (rule !== null && !question.targets.includes(location)) {
      void board.track(registry, Promise.resolve(unknown(`not asked (${rule})`)));
      continue;
    }
    void board.track(registry, probeRegistry(ports.registry, location, timeoutMs, signal));
  }
  for (const target of otherTargets(question)) {
    void board.track(target.host, probeRegistry(ports.registry, target, timeoutMs, signal));
  }
  for (const url of goProxiesOf(question)) {
    void board.track(url, probeGoProxy(ports.http, url, timeoutMs, signal));
  }
  void board.track('dns', probeDns(ports.lookup, timeoutMs, signal));
  const internet =
    rule !== null ? Promise.resolve(unknown(`not asked (${rule})`)) : probeInternet(ports.http, timeoutMs, signal);
  void board.track('internet', internet);
}

/** The images by which a registry is judged; where it is not asked for any, by the user's own rule, that says nothing of it. */
function needsAt({ offline, mirrorsOnly, needs }: HealthQuestion, registry: string): readonly ImageNeed[] {
  return offline === true || mirrorsOnly ? [] : needs.filter((need) => need.image.registry === registry);
}

/** The setting by which nobody is asked but who was named; null without one. */
function ruleOf({ offline, mirrorsOnly }: HealthQuestion): 'offline' | 'mirrors-only' | null {
  if (offline === true) return 'offline';
  return mirrorsOnly ? 'mirrors-only' : null;
}

/** The registry that a build pushes to is asked about the very image that it will push. */
function sampleOf(registry: RegistryId, targets: readonly Location[]): Location {
  const { repository, tag } = REGISTRY_SAMPLES[registry];
  return targets.find((target) => target.host === registry) ?? { host: registry, repository, reference: tag };
}

/** Targets at registries that are not among the fixed ones, each host once. */
function otherTargets(question: HealthQuestion): readonly Location[] {
  const others = question.targets.filter((target) => !(REGISTRIES as readonly string[]).includes(target.host));
  return [...new Map(others.map((target) => [target.host, target])).values()];
}

/** Whether every registry that this build writes to has answered: its cache may be kept there. */
export function haveTargetsAnswered(question: HealthQuestion, board: Board): boolean {
  const keysAt = (host: string): readonly string[] => {
    const needs = question.needs.filter((need) => need.image.registry === host);
    return needs.length === 0 ? [host] : needs.map(upstreamKey);
  };
  return question.targets.flatMap(({ host }) => keysAt(host)).every(board.has);
}

function goProxiesOf(question: HealthQuestion): readonly string[] {
  return [...new Set([...question.goProxies, ...(ruleOf(question) === null ? GO_PROXIES : [])])];
}

/**
 * Judges what is on the board now. A probe without an answer counts as down, in the words "no answer in 2.5 s": whoever
 * calls this early has made sure that it cannot change the strategy.
 */
export function judge(question: HealthQuestion, board: Board, elapsedMs: number, nowMs: number): Health {
  const goProxies = goProxiesOf(question).map((url): GoProxyHealth => ({
    url,
    observation: board.get<Observation>(url) ?? silent(new URL(url).host, elapsedMs),
  }));
  const services = { ...observationsOf(question, board, elapsedMs), 'go-proxies': bestOf(goProxies) };
  const cache = services['gha-cache'];
  return {
    checkedAtMs: nowMs,
    tookMs: elapsedMs,
    services,
    goProxies,
    targets: Object.fromEntries(
      otherTargets(question).map(({ host }) => [host, board.get<Observation>(host) ?? silent(host, elapsedMs)]),
    ),
    cacheRights: question.cacheRights,
    score: scoreOf(verdictsOf(services, goProxies)),
    ghaCacheAvailable: cache !== null && isUsable(cache) && question.cacheRights?.read !== false,
    availableRegistries: REGISTRIES.filter((id) => services[id]?.state === 'up' || services[id]?.state === 'slow'),
  };
}

/** The scores that are still possible: with every silent service healthy, and with every one of them down. */
export function scoreBounds(question: HealthQuestion, board: Board): { readonly best: number; readonly worst: number } {
  const total = (assumed: Observation): number => {
    const services = observationsOf(question, board, 0, assumed);
    const proxies = goProxiesOf(question).map((url) => ({ url, observation: board.get<Observation>(url) ?? assumed }));
    return scoreOf(verdictsOf(services, proxies)).total;
  };
  return {
    best: total({ state: 'up', latencyMs: 0, evidence: '' }),
    worst: total({ state: 'down', latencyMs: null, evidence: '' }),
  };
}

function observationsOf(
  question: HealthQuestion,
  board: Board,
  elapsedMs: number,
  assumed?: Observation,
): Record<ServiceId, Observation | null> {
  const at = (key: string): Observation => board.get<Observation>(key) ?? assumed ?? silent(key, elapsedMs);
  const registry = (id: RegistryId): Observation => {
    const needed = needsAt(question, id);
    if (needed.length === 0) return at(id);
    return worst(needed.map((need) => upstreamAnswer(board, need) ?? assumed ?? silent(id, elapsedMs)));
  };
  return {
    'gha-cache': question.cacheService === null ? null : at('gha-cache'),
    'docker.io': registry('docker.io'),
    'gcr.io': registry('gcr.io'),
    'ghcr.io': registry('ghcr.io'),
    'quay.io': registry('quay.io'),
    'registry.k8s.io': registry('registry.k8s.io'),
    'go-proxies': null,
    dns: at('dns'),
    internet: at('internet'),
  };
}

const BADNESS = { up: 0, unknown: 1, slow: 2, limited: 3, down: 4 } as const;

function worst(observations: readonly Observation[]): Observation {
  const [first, ...rest] = observations;
  if (first === undefined) throw new Error('nothing was observed');
  const { state, latencyMs, evidence } = rest.reduce((a, b) => (BADNESS[b.state] > BADNESS[a.state] ? b : a), first);
  return { state, latencyMs, evidence };
}

/** Equals stand in for each other: what the best of them answered; null where none was asked. */
function bestOf(goProxies: readonly GoProxyHealth[]): Observation | null {
  const [best] = goProxies
    .map(({ observation }) => observation)
    .toSorted((a, b) => BADNESS[a.state] - BADNESS[b.state]);
  return best ?? null;
}

function verdictsOf(
  services: Readonly<Record<ServiceId, Observation | null>>,
  goProxies: readonly GoProxyHealth[],
): Record<ServiceId, Verdict> {
  const verdict = (id: ServiceId): Verdict => ({ state: services[id]?.state ?? 'not-applicable' });
  const up = goProxies.filter((proxy) => isUp(proxy.observation)).length;
  return {
    'gha-cache': verdict('gha-cache'),
    'docker.io': verdict('docker.io'),
    'gcr.io': verdict('gcr.io'),
    'ghcr.io': verdict('ghcr.io'),
    'quay.io': verdict('quay.io'),
    'registry.k8s.io': verdict('registry.k8s.io'),
    'go-proxies': { state: 'up', share: { up, of: goProxies.length } },
    dns: verdict('dns'),
    internet: verdict('internet'),
  };
}

function isUp(observation: Observation | null): boolean {
  return observation !== null && isUsable(observation);
}

function silent(subject: string, elapsedMs: number): Observation {
  return down(`${subject}: no answer in ${(elapsedMs / 1000).toFixed(1)} s`);
}
