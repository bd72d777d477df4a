import { blueprintsOf, type Blueprint } from '../../src/facts/blueprint.ts';
import { readDockerfile } from '../../src/facts/dockerfile/read.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Attribution } from '../../src/failure/types.ts';
import { createBoard } from '../../src/health/board.ts';
import { judge, type HealthQuestion } from '../../src/health/check.ts';
import type { Health } from '../../src/health/health.ts';
import { answered, type Observation } from '../../src/health/observation.ts';
import { GO_PROXIES, REGISTRIES } from '../../src/health/services.ts';
import type { SourceAnswer } from '../../src/health/source-answer.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { flagSource, layerInputs } from '../../src/inputs/raw.ts';
import type { Inputs } from '../../src/inputs/types.ts';
import type { ImageRoute } from '../../src/plan/plan.ts';

/*
 * A healthy world and its deviations, for tests of pure code. Nothing here is a fake: every value is made by the code
 * that makes it in a run.
 */

export const digestA = `sha256:${'a'.repeat(64)}`;
export const digestB = `sha256:${'b'.repeat(64)}`;

/** The inputs that a command line with these flags gives, in a repository that has every file. */
export function inputsOf(flags: Readonly<Record<string, string>> = {}): Inputs {
  const everything = { isFile: () => true, isDirectory: () => true };
  const given = { image: 'ghcr.io/acme/api', version: 'v1', service: 'api', ...flags };
  const parsed = parseInputs(layerInputs(flagSource(given), {}), everything, '/work');
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  return parsed.inputs;
}

export function factsOf(changes: { readonly [Key in keyof Facts]?: Partial<Facts[Key]> } = {}): Facts {
  return {
    engine: {
      clientVersion: '28.4.0',
      serverVersion: '28.4.0',
      buildxVersion: 'v0.29.1',
      containerdStore: true,
      platform: 'linux/amd64',
      problem: null,
      ...changes.engine,
    },
    builder: {
      name: 'default',
      driver: 'docker',
      running: true,
      buildkitVersion: 'v0.25.1',
      platforms: ['linux/amd64'],
      problem: null,
      ...changes.builder,
    },
    buildx: { kind: 'plugin', version: 'v0.29.1', refusal: null, nodes: ['v0.25.1'], ...changes.buildx },
    runner: {
      inActions: true,
      cacheService: null,
      cacheMode: '',
      repository: null,
      sha: null,
      runUrl: null,
      ...changes.runner,
    },
    dockerfiles: {
      standard: { path: '/work/Dockerfile', origin: 'repository', isDefault: true },
      resilient: null,
      ...changes.dockerfiles,
    },
    hasBuilderImage: changes.hasBuilderImage ?? false,
    freeBytes: 10_000_000_000,
  };
}

const everyService = ['gha-cache', ...REGISTRIES, ...GO_PROXIES, 'dns', 'internet'];

export const someCacheService = { version: 2, url: 'https://cache.example/', token: 'token' } as const;
const allRights = { read: true, write: true, reason: null };

/** Everything is well in GitHub Actions, but for what is given: by registry, proxy URL or service. */
export async function healthOf(
  observations: Readonly<Record<string, Observation>> = {},
  question: Partial<HealthQuestion> = {},
): Promise<Health> {
  const board = createBoard();
  const keys = new Set([...everyService, ...Object.keys(observations)]);
  for (const key of keys) await board.track(key, Promise.resolve(observations[key] ?? answered(50, `${key} answers`)));
  const asked: HealthQuestion = {
    cacheService: someCacheService,
    cacheRights: allRights,
    needs: [],
    targets: [],
    goProxies: [],
    mirrorsOnly: false,
    timeoutMs: 30_000,
    ...question,
  };
  return judge(asked, board, 500, Date.UTC(2026, 8, 1));
}

/** The blueprints of a Dockerfile's text, as a build for linux/amd64 reads it. */
export function blueprints(
  text: string,
  kind: Blueprint['kind'] = 'standard',
  buildArgs: Readonly<Record<string, string>> = {},
): readonly Blueprint[] {
  const path = kind === 'standard' ? '/work/Dockerfile' : '/work/Dockerfile.resilient';
  const question = { target: null, buildArgs, platforms: [], buildPlatform: 'linux/amd64', contexts: [] };
  const file = { path, origin: 'repository', isDefault: kind === 'standard' } as const;
  return blueprintsOf(kind, file, text, question, readDockerfile);
}

/** What a source answers: a mirror that has the image, unless said otherwise. */
export function answerOf(host: string, changes: Partial<SourceAnswer> = {}): SourceAnswer {
  return {
    host,
    repository: 'library/golang',
    operator: host,
    kind: 'mirror',
    retired: false,
    trust: 'tags',
    region: null,
    state: 'up',
    latencyMs: 50,
    digest: digestA,
    lacks: [],
    missing: false,
    evidence: `${host} has it`,
    ...changes,
  };
}

export function upstream(host: string, changes: Partial<SourceAnswer> = {}): SourceAnswer {
  return answerOf(host, { kind: 'upstream', ...changes });
}

/** The registry that a Dockerfile names, dead. */
export function deadUpstream(host: string): SourceAnswer {
  return upstream(host, { state: 'down', latencyMs: null, digest: null, evidence: `503 from ${host}` });
}

/** A failure that another attempt may cure, unless said otherwise. */
export function failureOf(changes: Partial<Attribution> = {}): Attribution {
  return {
    class: 'network',
    retryable: true,
    component: null,
    step: null,
    host: null,
    cause: null,
    evidence: [],
    dockerfile: null,
    headline: 'the network failed',
    advice: '',
    retryAfterMs: null,
    rule: 'test',
    ...changes,
  };
}

/** How the image of a docker-container builder is fetched. */
export function builderRoute(choice: ImageRoute['choice']): ImageRoute {
  return {
    name: 'moby/buildkit:buildx-stable-1',
    contextKey: null,
    purpose: 'builder',
    uses: [],
    platforms: [],
    choice,
    answers: [],
  };
}
