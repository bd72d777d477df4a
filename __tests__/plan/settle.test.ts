import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBoard, type Board } from '../../src/health/board.ts';
import type { Source } from '../../src/health/ask-source.ts';
import { judge, type HealthQuestion } from '../../src/health/check.ts';
import { needOf } from '../../src/health/needs.ts';
import { answered, down } from '../../src/health/observation.ts';
import type { HealthPorts } from '../../src/health/ports.ts';
import { answersFor, probeUpstream, type ImageNeed } from '../../src/health/probe-image.ts';
import { GO_PROXIES, REGISTRIES } from '../../src/health/services.ts';
import { settle, type SettleQuestion } from '../../src/plan/settle.ts';
import { createSlowRegistry, type Place } from './slow-registry.ts';
import { digestA, someCacheService } from './world.ts';

/* When is the plan decided? Every answer has its time, in milliseconds; what has none never comes. */

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => vi.useRealTimers());

const options = { mirrors: { custom: [], mirrorsOnly: false }, memory: new Map(), lock: new Map() };
const hub = (repository: string, tag: string): ImageNeed =>
  needOf({ registry: 'docker.io', repository, tag, digest: null }, [], options);
const gcr = (repository: string): ImageNeed =>
  needOf({ registry: 'gcr.io', repository, tag: 'nonroot', digest: null }, [], options);
const golang = hub('library/golang', '1.24');
const distroless = gcr('distroless/static');

interface World {
  /** Answers of services: milliseconds until a good one, or a bad one; null is silence. */
  readonly services?: Readonly<Record<string, number | { readonly down: number } | null>>;
  readonly places?: Readonly<Record<string, Place>>;
  readonly targets?: HealthQuestion['targets'];
  readonly primary?: readonly ImageNeed[];
  readonly secondary?: readonly ImageNeed[];
  readonly question?: Partial<SettleQuestion>;
  readonly timeoutMs?: number;
}

const wellPlaces: Readonly<Record<string, Place>> = {
  'docker.io': { afterMs: 100, digest: digestA },
  'gcr.io': { afterMs: 100, digest: digestA },
};

/** Runs the checks of a world until the plan is decided; gives back when that was. */
async function decided(
  world: World,
): Promise<{ atMs: number; board: Board; asked: readonly string[]; health: ReturnType<typeof judge> }> {
  const { primary = [golang], secondary = [], targets = [], timeoutMs = 30_000 } = world;
  const board = createBoard();
  const needed = new Set([...primary].map((need) => need.image.registry));
  const keys = ['gha-cache', ...REGISTRIES.filter((id) => !needed.has(id)), ...GO_PROXIES, 'dns', 'internet'];
  for (const key of new Set([...keys, ...targets.map(({ host }) => host).filter((host) => !needed.has(host))])) {
    const speed = world.services?.[key] === undefined ? 100 : world.services[key];
    const answer = typeof speed === 'number' || speed === null ? answered(1, key) : down(key);
    const afterMs = typeof speed === 'number' || speed === null ? speed : speed.down;
    void board.track(key, afterMs === null ? new Promise<never>(() => undefined) : after(afterMs, answer));
  }
  const { registry, asked } = createSlowRegistry({ ...wellPlaces, ...world.places });
  const ports = { registry } as Partial<HealthPorts> as HealthPorts;
  const health: HealthQuestion = {
    cacheService: someCacheService,
    cacheRights: null,
    needs: primary,
    targets,
    goProxies: [],
    mirrorsOnly: false,
    timeoutMs,
  };
  const probe = { knownDown: new Map<string, string>(), timeoutMs, signal: new AbortController().signal };
  for (const need of primary) probeUpstream(registry, board, need, probe);
  const thresholds = { optimal: 80, resilient: 60, conservative: 40 };
  const startedAt = Date.now();
  const clock = (): number => Date.now() - startedAt;
  const times: number[] = [];
  const question = { health, primary, secondary, thresholds, wantsFallbacks: false, probe, ...world.question };
  void settle(question, board, ports, clock).then(() => times.push(clock()));
  await vi.advanceTimersByTimeAsync(10_000);
  const [time] = times;
  if (time === undefined) throw new Error('never decided');
  // Fake timers take a millisecond even for nothing.
  const atMs = Math.floor(time / 10) * 10;
  return { atMs, board, asked, health: judge(health, board, atMs, 0) };
}

async function after<T>(ms: number, value: T): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return value;
}

const mirrors = (afterMs: number): Readonly<Record<string, Place>> => ({
  'mirror.gcr.io': { afterMs, digest: digestA },
  'public.ecr.aws': { afterMs, digest: digestA },
});
const dead = (afterMs: number): Place => ({ afterMs, digest: null });

test.each<[string, World, number]>([
  ['all well: with the last answer, and a look at a blob', { places: mirrors(10) }, 210],
  ['all well, but the way to a blob cannot be found', {}, 300],
  ['a service that weighs little is silent: out of courtesy only', { services: { 'quay.io': null } }, 1000],
  ['so for a Go proxy', { services: { 'https://goproxy.io': null } }, 1000],
  [
    'unless the build asks it first: it decides over GOPROXY',
    { services: { 'https://proxy.golang.org': null }, question: { goProxy: 'https://proxy.golang.org' } },
    2500,
  ],
  ['and for two that together change nothing', { services: { 'quay.io': null, 'registry.k8s.io': null } }, 1000],
  ['the Actions cache is silent: it is on the line, so patience', { services: { 'gha-cache': null } }, 2500],
  ['silence that decides over the strategy', { services: { dns: null, internet: null } }, 2500],
  [
    'the registry is down: with two mirrors, and courtesy for the others',
    { places: { 'docker.io': dead(100), ...mirrors(100) } },
    1000,
  ],
  ['two mirrors that take their time', { places: { 'docker.io': dead(100), ...mirrors(700) } }, 1500],
  [
    'the registry is silent, its mirrors are not: it may still come',
    { places: { 'docker.io': { afterMs: null, digest: null }, ...mirrors(100) } },
    2500,
  ],
  ['the registry is late, but comes', { places: { 'docker.io': { afterMs: 1500, digest: digestA } } }, 1500],
  [
    'the registry says that there is no such image: that is an answer',
    { places: { 'docker.io': { afterMs: 100, digest: null, missing: true } } },
    100,
  ],
  [
    'manifests are there, blobs are not',
    { places: { ...mirrors(10), 'docker.io': { afterMs: 100, digest: digestA, blobless: true } } },
    1000,
  ],
  ['everything has its deadline', { services: { 'gha-cache': null }, timeoutMs: 400 }, 400],
])('%s', async (_, world, atMs) => {
  expect((await decided(world)).atMs).toBe(atMs);
});

test('a silent service is told as such, and costs its points', async () => {
  const { health } = await decided({ services: { 'quay.io': null } });
  expect(health.services['quay.io']).toEqual({
    state: 'down',
    latencyMs: null,
    evidence: 'quay.io: no answer in 1.0 s',
  });
  expect(health.score.total).toBe(95);
});

test('the registry that keeps the cache is waited for', async () => {
  const targets = [{ host: 'registry.corp.example', repository: 'api', reference: 'cache' }];
  expect((await decided({ targets, services: { 'registry.corp.example': 1800 } })).atMs).toBe(1800);
  expect((await decided({ targets, services: { 'registry.corp.example': null } })).atMs).toBe(2500);
});

test('in a healthy world no fallback is asked, and of the mirrors one for the way to a blob', async () => {
  const { asked } = await decided({ secondary: [distroless] });
  expect(asked).toEqual(['docker.io/library/golang:1.24', `mirror.gcr.io/library/golang@${digestA}`]);
});

test('fallbacks are waited for where the strategy will build them', async () => {
  const bad = { 'gha-cache': { down: 100 }, dns: { down: 100 } };
  const world = { services: bad, secondary: [distroless], places: { 'gcr.io': { afterMs: 1200, digest: digestA } } };
  const { atMs, board } = await decided(world);
  expect(atMs).toBe(1500);
  expect(answersFor(board, distroless)[0]?.state).toBe('up');
});

test('two mirrors of one operator are one witness, so a third is waited for', async () => {
  const at = (host: string, operator: string): Source => ({
    host,
    operator,
    repository: 'golang',
    kind: 'mirror',
    retired: false,
    trust: 'tags',
    region: null,
  });
  const need = { ...golang, mirrors: [at('a.example', 'one'), at('b.example', 'one'), at('c.example', 'two')] };
  const quick = { afterMs: 100, digest: digestA };
  const places = {
    'docker.io': dead(100),
    'a.example': quick,
    'b.example': quick,
    'c.example': { afterMs: 800, digest: digestA },
  };
  expect((await decided({ primary: [need], places })).atMs).toBe(1700);
});

test('a host that failed a build is not asked again; its mirrors are, though its probe was answered', async () => {
  const knownDown = new Map([['docker.io', 'docker.io cut the connection']]);
  const probe = { knownDown: new Map<string, string>(), timeoutMs: 30_000, signal: new AbortController().signal };
  const { asked, board } = await decided({ places: mirrors(100), question: { probe: { ...probe, knownDown } } });
  expect(asked.filter((one) => one.startsWith('docker.io') && !one.endsWith(':blob'))).toEqual([
    'docker.io/library/golang:1.24',
  ]);
  expect(
    answersFor(board, golang)
      .filter((answer) => answer.state === 'up')
      .map(({ host }) => host),
  ).toEqual(['docker.io', 'mirror.gcr.io', 'public.ecr.aws']);
});

test('mirrors are asked for what a rate-limited registry says now, not for what it said last time', async () => {
  const remembering = { ...golang, knownDigest: `sha256:${'0'.repeat(64)}` };
  const places = { 'docker.io': { afterMs: 100, digest: digestA, pullsLeft: 0 }, ...mirrors(100) };
  const { asked } = await decided({ primary: [remembering], places });
  expect(asked).toContain(`mirror.gcr.io/library/golang@${digestA}`);
});
