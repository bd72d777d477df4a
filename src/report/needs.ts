import { registryHealth } from '../health/health.ts';
import type { Observation } from '../health/observation.ts';
import type { Plan } from '../plan/plan.ts';
import { parseReference } from '../registry/reference.ts';
import type { Result } from './result.ts';

/** One thing outside of this machine that a build needs. */
export interface Need {
  readonly kind: 'base' | 'frontend' | 'builder' | 'scanner' | 'context' | 'emulation' | 'push' | 'cache' | 'go-proxy';
  readonly name: string;
  /** Of an image, those that are wanted of it. */
  readonly platforms: readonly string[];
  /** What it is needed for, such as `FROM on line 1 (build)`. */
  readonly uses: readonly string[];
  /** What was seen of it; null where it was not asked. */
  readonly observation: Observation | null;
}

/** Everything that a plan needs of the world: images, where it pushes to, caches, Go proxies, emulation. */
export function needsOf(result: Result, plan: Plan): readonly Need[] {
  return [
    ...imageNeeds(plan),
    ...contextNeeds(result),
    ...emulationNeeds(result),
    ...pushNeeds(result),
    ...cacheNeeds(result, plan),
    ...goNeeds(result, plan),
  ];
}

function imageNeeds(plan: Plan): readonly Need[] {
  return plan.images.map(({ name, purpose, platforms, uses, answers }) => {
    const upstream = answers.find(({ kind }) => kind === 'upstream');
    const observation =
      upstream === undefined
        ? null
        : { state: upstream.state, latencyMs: upstream.latencyMs, evidence: upstream.evidence };
    return { kind: purpose, name, platforms, uses, observation };
  });
}

/** Images that the user names beside the Dockerfile; the engine may have them itself, so that nobody is asked before. */
function contextNeeds({ inputs, health }: Result): readonly Need[] {
  return inputs.request.buildContexts.flatMap((context): readonly Need[] => {
    const [, key, name] = /^([^=]+)=docker-image:\/\/(.+)$/.exec(context) ?? [];
    if (key === undefined || name === undefined) return [];
    return [
      { kind: 'context', name, platforms: [], uses: [`build context ${key}`], observation: seenAt(name, health) },
    ];
  });
}

/** Programs of other platforms run by QEMU, whose image setup-qemu-action takes from Docker Hub. */
function emulationNeeds({ inputs, facts }: Result): readonly Need[] {
  const { platforms: able } = facts.builder;
  const lacking = inputs.request.platforms.filter((platform) => able.length > 0 && !able.includes(platform));
  if (lacking.length === 0) return [];
  const uses = ['runs programs of other platforms, where a step does so; this builder has no emulation of them'];
  return [{ kind: 'emulation', name: 'tonistiigi/binfmt', platforms: lacking, uses, observation: null }];
}

function pushNeeds({ inputs, health }: Result): readonly Need[] {
  if (!inputs.request.push) return [];
  return inputs.request.tags.map((tag) => ({
    kind: 'push',
    name: tag,
    platforms: [],
    uses: ['pushed to'],
    observation: seenAt(tag, health),
  }));
}

function cacheNeeds({ health }: Result, plan: Plan): readonly Need[] {
  const remote = plan.caches.filter(
    ({ backend, value }) => value !== null && (backend === 'gha' || backend === 'registry'),
  );
  const names = [
    ...new Set(
      remote.map(({ backend, value }) => (backend === 'gha' ? 'Actions cache service' : referenceIn(value ?? ''))),
    ),
  ];
  return names.map((name) => {
    const uses = remote.filter(
      ({ backend, value }) => name === (backend === 'gha' ? 'Actions cache service' : referenceIn(value ?? '')),
    );
    const observation = name === 'Actions cache service' ? health.services['gha-cache'] : seenAt(name, health);
    return { kind: 'cache', name, platforms: [], uses: uses.map(({ direction }) => `cache ${direction}`), observation };
  });
}

function referenceIn(value: string): string {
  return /(?:^|,)ref=([^,]+)/.exec(value)?.[1] ?? value;
}

function goNeeds({ health }: Result, plan: Plan): readonly Need[] {
  if (plan.goStages === undefined) return [];
  const uses = plan.goStages.map((stage) => `Go modules of ${stage}`);
  return health.goProxies.map(({ url, observation }) => ({
    kind: 'go-proxy',
    name: url,
    platforms: [],
    uses,
    observation,
  }));
}

function seenAt(reference: string, health: Result['health']): Observation | null {
  const parsed = parseReference(reference);
  return parsed.kind === 'parsed' ? registryHealth(health, parsed.reference.registry) : null;
}
