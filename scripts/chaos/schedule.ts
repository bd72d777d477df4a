import type { Fault } from '../../__tests__/lab/contract.ts';
import { BYSTANDERS, CACHE_SERVICE, CACHE_STORE, HUB, MIRRORS, TARGET } from './hosts.ts';
import { createRandom, type Random } from './random.ts';

/** One fault with the time in which it holds, milliseconds since the start of the action. */
export interface Outage {
  readonly fault: Fault;
  readonly fromMs: number;
  /** Null: to the end. */
  readonly untilMs: number | null;
}

export interface Schedule {
  readonly seed: number;
  readonly index: number;
  readonly outages: readonly Outage[];
  /** Whether an earlier job has filled the Actions cache and the registry cache. */
  readonly warm: boolean;
}

/** The schedule of one case: the same for the same seed and index, whatever else was run. */
export function scheduleOf(seed: number, index: number): Schedule {
  const random = createRandom(Math.imul(seed, 1_000_003) + index);
  const count = random.between(1, 4);
  const outages = Array.from({ length: count }, () => outageOf(random));
  return { seed, index, outages, warm: random.chance(0.3) };
}

function outageOf(random: Random): Outage {
  const host = hostOf(random);
  // A wrong certificate is an attack or a proxy as long as nobody knows better: it is only tried where others can do.
  const fromMs = random.chance(0.55) ? 0 : random.between(200, 4000);
  const untilMs = random.chance(0.5) ? null : fromMs + random.between(500, 8000);
  return { fault: faultOf(random, host), fromMs, untilMs };
}

function hostOf(random: Random): string {
  const roll = random.next();
  if (roll < 0.35) return random.pick(HUB);
  if (roll < 0.55) return random.pick(MIRRORS);
  if (roll < 0.7) return TARGET;
  if (roll < 0.8) return CACHE_SERVICE;
  if (roll < 0.9) return CACHE_STORE;
  return random.pick(BYSTANDERS);
}

function faultOf(random: Random, host: string): Fault {
  const roll = random.next();
  if (roll < 0.3)
    return { host, fault: 'status', status: random.pick([500, 502, 503, 504]), body: 'html', ...filter(random) };
  if (roll < 0.36) return { host, fault: 'status', status: 429, body: 'json', ...filter(random) };
  if (roll < 0.46) return { host, fault: 'silent', ...filter(random) };
  if (roll < 0.54) return { host, fault: 'reset', ...filter(random) };
  if (roll < 0.6) return { host, fault: 'slow', delayMs: random.between(200, 3000) };
  if (roll < 0.66) return { host, fault: 'cut', bytes: random.between(100, 60_000), ...filter(random) };
  if (roll < 0.7) return { host, fault: 'stalled', bytes: random.between(100, 60_000), ...filter(random) };
  if ((MIRRORS as readonly string[]).includes(host) && roll < 0.78) return ofMirror(random, host);
  if (host === 'registry-1.docker.io' && roll < 0.78)
    return { host, fault: 'rate-limited', remaining: random.between(0, 2) };
  if (host === CACHE_SERVICE && roll < 0.78) return { host, fault: 'read-only' };
  return {
    host,
    fault: random.pick(['refused', 'black-holed', 'tls-silent', 'nxdomain', 'servfail', 'dns-silent'] as const),
  };
}

/** What an untrustworthy mirror does: it must never be believed. */
function ofMirror(random: Random, host: string): Fault {
  if (random.chance(0.5)) return { host, fault: 'tampered' };
  const repository = host === 'public.ecr.aws' ? 'docker/library/alpine' : 'library/alpine';
  return { host, fault: 'stale-tag', repository, tag: '3.22', servedAs: '3.21' };
}

/** Some faults let the first requests through, some are over after a few. */
function filter(random: Random): { readonly times?: number; readonly after?: number } {
  return {
    ...(random.chance(0.25) ? { times: random.between(1, 12) } : {}),
    ...(random.chance(0.25) ? { after: random.between(1, 6) } : {}),
  };
}

/** The faults in force at a time. */
export function faultsAt(schedule: Schedule, atMs: number): readonly Fault[] {
  return schedule.outages.filter((outage) => isOn(outage, atMs)).map(({ fault }) => fault);
}

function isOn({ fromMs, untilMs }: Outage, atMs: number): boolean {
  return fromMs <= atMs && (untilMs === null || atMs < untilMs);
}

/** The times at which the world changes, after the start. */
export function changesOf(schedule: Schedule): readonly number[] {
  const times = schedule.outages.flatMap(({ fromMs, untilMs }) => (untilMs === null ? [fromMs] : [fromMs, untilMs]));
  return [...new Set(times)].filter((at) => at > 0).toSorted((a, b) => a - b);
}

/** One line for people: `registry-1.docker.io 503 from 0.0 s to the end`. */
export function describeSchedule({ outages, warm }: Schedule): string {
  const lines = outages.map(({ fault, fromMs, untilMs }) => {
    const { host, fault: kind, ...more } = fault;
    const extra = Object.keys(more).length === 0 ? '' : ` ${JSON.stringify(more)}`;
    const until = untilMs === null ? 'the end' : `${(untilMs / 1000).toFixed(1)} s`;
    return `${host}: ${kind}${extra}, from ${(fromMs / 1000).toFixed(1)} s to ${until}`;
  });
  return [...lines, ...(warm ? ['caches are warm'] : [])].join('\n');
}
