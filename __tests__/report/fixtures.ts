import { type Health } from '../../src/health/health.ts';
import { answered, down, type Observation } from '../../src/health/observation.ts';
import { scoreOf, type Verdict as Checked } from '../../src/health/score.ts';
import { REGISTRIES, SERVICES, type ServiceId } from '../../src/health/services.ts';
import type { Attribution } from '../../src/failure/types.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Inputs } from '../../src/inputs/types.ts';
import type { SourceAnswer } from '../../src/health/source-answer.ts';
import type { ImageRoute, Plan } from '../../src/plan/plan.ts';
import type { AttemptRecord, Result } from '../../src/report/result.ts';

/*
 * Whole results, as a run leaves them, for tests and for looking at.
 */

export const startedAtMs = Date.UTC(2026, 8, 24, 9, 30);
export const digest = `sha256:${'1f3c8a0b'.repeat(8)}`;
const golangDigest = `sha256:${'42bc77e1'.repeat(8)}`;
const distrolessDigest = `sha256:${'c89b2d04'.repeat(8)}`;

export const inputs: Inputs = {
  mode: 'build',
  strategy: 'auto',
  service: 'api',
  image: 'ghcr.io/acme/api',
  version: 'v1.4.2',
  request: {
    addHosts: [],
    allow: [],
    annotations: [],
    attests: [],
    buildArgs: ['SERVICE=api', 'VERSION=v1.4.2'],
    buildContexts: [],
    builder: null,
    cacheFrom: [],
    cacheTo: [],
    cgroupParent: null,
    context: '.',
    file: null,
    labels: [],
    load: false,
    network: null,
    noCache: false,
    noCacheFilters: [],
    outputs: [],
    platforms: ['linux/amd64', 'linux/arm64'],
    pull: false,
    push: true,
    secrets: ['id=npm_token,env=NPM_TOKEN'],
    shmSize: null,
    ssh: [],
    tags: ['ghcr.io/acme/api:v1.4.2'],
    target: null,
    ulimit: [],
  },
  settings: {
    healthCheckTimeoutMs: 30_000,
    maxRetryAttempts: 3,
    buildTimeoutMs: { optimal: 2_400_000, resilient: 1_800_000, conservative: 1_200_000, emergency: 900_000 },
    cacheLocalPath: '/tmp/cache',
    cacheRegistryRef: null,
    thresholds: { optimal: 80, resilient: 60, conservative: 40 },
    buildkitProgress: null,
    noDefaultAttestations: null,
    debug: false,
    mirrors: [],
    allowUnverifiedMirrors: false,
    goProxies: [],
  },
};

export const facts: Facts = {
  engine: {
    clientVersion: '28.4.0',
    serverVersion: '28.4.0',
    buildxVersion: 'v0.29.1',
    containerdStore: true,
    platform: 'linux/amd64',
    problem: null,
  },
  builder: {
    name: 'default',
    driver: 'docker',
    running: true,
    buildkitVersion: 'v0.25.1',
    platforms: ['linux/amd64', 'linux/arm64'],
    problem: null,
  },
  runner: {
    inActions: true,
    cacheService: null,
    cacheMode: '',
    repository: 'acme/api',
    sha: null,
    runUrl: null,
  },
  dockerfiles: {
    standard: { path: '/work/api/Dockerfile', origin: 'repository', isDefault: true },
    resilient: null,
  },
  hasBuilderImage: true,
  freeBytes: 40_000_000_000,
};

const latencies: Readonly<Record<ServiceId, number>> = {
  'gha-cache': 142,
  'docker.io': 118,
  'gcr.io': 96,
  'ghcr.io': 74,
  'quay.io': 131,
  'registry.k8s.io': 88,
  'go-proxies': 61,
  dns: 4,
  internet: 39,
};

const evidences: Readonly<Record<ServiceId, string>> = {
  'gha-cache': '200 from results-receiver.actions.githubusercontent.com',
  'docker.io': '200 from registry-1.docker.io on library/golang:1.24-alpine',
  'gcr.io': '200 from gcr.io on distroless/static:nonroot',
  'ghcr.io': '200 from ghcr.io on acme/api',
  'quay.io': '200 from quay.io on prometheus/busybox:latest',
  'registry.k8s.io': '200 from registry.k8s.io on pause:3.10',
  'go-proxies': '3/3 responsive',
  dns: 'ghcr.io resolved to 140.82.121.33',
  internet: '204 from www.google.com',
};

/** All well but what is given; null is "does not apply". */
export function health(changes: Readonly<Partial<Record<ServiceId, Observation | null>>> = {}, badProxies = 0): Health {
  const services = Object.fromEntries(
    SERVICES.map(({ id }) => [id, id in changes ? changes[id] : answered(latencies[id], evidences[id])]),
  ) as Record<ServiceId, Observation | null>;
  const goProxies = ['https://proxy.golang.org', 'https://goproxy.cn', 'https://goproxy.io'].map((url, index) => ({
    url,
    observation: index < badProxies ? down('no answer in 3 s') : answered(61 + index, '200'),
  }));
  const checked = Object.fromEntries(
    SERVICES.map(({ id }): [ServiceId, Checked] => [id, { state: services[id]?.state ?? 'not-applicable' }]),
  ) as Record<ServiceId, Checked>;
  const usable = (observation: Observation | null): boolean => observation?.state === 'up';
  return {
    checkedAtMs: startedAtMs + 40,
    tookMs: 1100,
    services,
    goProxies,
    targets: {},
    cacheRights: services['gha-cache'] === null ? null : { read: true, write: true, reason: null },
    score: scoreOf({ ...checked, 'go-proxies': { state: 'up', share: { up: 3 - badProxies, of: 3 } } }),
    ghaCacheAvailable: usable(services['gha-cache']),
    availableRegistries: REGISTRIES.filter((id) => usable(services[id])),
  };
}

export const hubDown = down('503 from registry-1.docker.io on library/golang:1.24-alpine', 210);

export function answer(changes: Partial<SourceAnswer>): SourceAnswer {
  return {
    host: 'docker.io',
    repository: 'library/golang',
    operator: 'Docker',
    kind: 'upstream',
    retired: false,
    trust: 'tags',
    state: 'up',
    latencyMs: 118,
    digest: golangDigest,
    lacks: [],
    missing: false,
    evidence: '200 from registry-1.docker.io on library/golang:1.24-alpine',
    ...changes,
  };
}

const golang: ImageRoute = {
  name: 'golang:1.24-alpine',
  contextKey: 'golang:1.24-alpine',
  purpose: 'base',
  choice: { kind: 'upstream', digest: golangDigest, reason: '200 from registry-1.docker.io' },
  answers: [answer({})],
};

const distroless: ImageRoute = {
  name: 'gcr.io/distroless/static:nonroot',
  contextKey: 'gcr.io/distroless/static:nonroot',
  purpose: 'base',
  choice: { kind: 'upstream', digest: distrolessDigest, reason: '200 from gcr.io' },
  answers: [
    answer({ host: 'gcr.io', repository: 'distroless/static', digest: distrolessDigest, evidence: '200 from gcr.io' }),
  ],
};

export const plan: Plan = {
  strategy: 'optimal',
  reason: 'score 100 is at least 80',
  dockerfile: { kind: 'standard', file: { path: '/work/api/Dockerfile', origin: 'repository', isDefault: true } },
  images: [golang, distroless],
  substitutions: [],
  caches: [
    { backend: 'local', direction: 'import', value: null, reason: 'nothing is cached here yet' },
    { backend: 'gha', direction: 'import', value: 'type=gha,scope=api', reason: 'the cache service answers' },
    {
      backend: 'registry',
      direction: 'import',
      value: 'type=registry,ref=ghcr.io/acme/api:cache',
      reason: 'the registry answers',
    },
    {
      backend: 'local',
      direction: 'export',
      value: 'type=local,dest=/tmp/cache/next,mode=max,ignore-error=true',
      reason: 'for the next build here',
    },
    {
      backend: 'registry',
      direction: 'export',
      value: 'type=registry,ref=ghcr.io/acme/api:cache,mode=max,ignore-error=true',
      reason: 'for other machines',
    },
    {
      backend: 'gha',
      direction: 'export',
      value: 'type=gha,scope=api,mode=max,ignore-error=true',
      reason: 'for the next job',
    },
  ],
  builder: { kind: 'current', name: null, driver: 'docker' },
  missing: [],
  deadlineMs: 2_400_000,
  argv: [
    ...['docker', 'buildx', 'build', '--build-arg', 'SERVICE=api', '--build-arg', 'VERSION=v1.4.2'],
    ...['--cache-from', 'type=gha,scope=api', '--cache-from', 'type=registry,ref=ghcr.io/acme/api:cache'],
    ...['--platform', 'linux/amd64,linux/arm64', '--secret', 'id=npm_token,env=NPM_TOKEN'],
    ...['--tag', 'ghcr.io/acme/api:v1.4.2', '--push', '.'],
  ],
  env: { BUILDX_METADATA_WARNINGS: 'true' },
};

const mirrored: ImageRoute = {
  ...golang,
  choice: {
    kind: 'mirror',
    host: 'mirror.gcr.io',
    repository: 'library/golang',
    digest: golangDigest,
    confirmedBy: 'the last healthy run (120 min ago)',
    reason: 'the last healthy run, 2 hours ago',
  },
  answers: [
    answer({ state: 'down', digest: null, evidence: hubDown.evidence }),
    answer({ host: 'mirror.gcr.io', operator: 'Google', kind: 'mirror', evidence: '200 from mirror.gcr.io' }),
    answer({ host: 'public.ecr.aws', operator: 'AWS', kind: 'mirror', evidence: '200 from public.ecr.aws' }),
  ],
};

export const mirroredPlan: Plan = { ...plan, reason: 'score 85 is at least 80', images: [mirrored, distroless] };

export const attempt: AttemptRecord = {
  number: 1,
  plan,
  startedAtMs: startedAtMs + 1300,
  seconds: 70.4,
  outcome: { kind: 'built' },
  next: null,
  steps: [
    { name: '[internal] load build definition from Dockerfile', state: 'done', seconds: 0.1, offsetSeconds: 0 },
    {
      name: '[internal] load metadata for docker.io/library/golang:1.24-alpine',
      state: 'done',
      seconds: 0.8,
      offsetSeconds: 0.1,
    },
    {
      name: '[linux/amd64 build 1/5] FROM docker.io/library/golang:1.24-alpine',
      state: 'cached',
      seconds: 0,
      offsetSeconds: 1,
    },
    { name: '[linux/amd64 build 3/5] RUN go mod download', state: 'done', seconds: 9.3, offsetSeconds: 2.1 },
    {
      name: '[linux/amd64 build 5/5] RUN CGO_ENABLED=0 go build -o /out/api ./cmd/api',
      state: 'done',
      seconds: 31.7,
      offsetSeconds: 11.6,
    },
    {
      name: '[linux/amd64->arm64 build 5/5] RUN CGO_ENABLED=0 go build -o /out/api ./cmd/api',
      state: 'done',
      seconds: 38.2,
      offsetSeconds: 11.6,
    },
    { name: 'exporting to image', state: 'done', seconds: 12.9, offsetSeconds: 50.1 },
    { name: 'exporting cache to GitHub Actions Cache', state: 'done', seconds: 6.4, offsetSeconds: 63.2 },
  ],
};

export const healthy: Result = {
  verdict: 'built',
  startedAtMs,
  seconds: 72.2,
  inputs,
  facts,
  health: health(),
  attempts: [attempt],
  image: {
    reference: 'ghcr.io/acme/api:v1.4.2',
    registry: 'ghcr.io',
    digest,
    imageId: digest,
    where: 'registry',
    platforms: [
      { platform: 'linux/amd64', sizeBytes: 8_123_456 },
      { platform: 'linux/arm64', sizeBytes: 7_654_321 },
    ],
    problem: null,
  },
  metadata: `{"containerimage.digest":"${digest}"}`,
  tags: ['ghcr.io/acme/api:v1.4.2'],
};

export const pushFailure: Attribution = {
  class: 'push-failed-transient',
  retryable: true,
  component: 'ghcr.io',
  step: { kind: 'push', name: 'pushing ghcr.io/acme/api:v1.4.2 with docker', number: 24 },
  host: 'ghcr.io',
  cause: 'push',
  evidence: [
    'failed to copy: unexpected status from PUT request to https://ghcr.io/v2/acme/api/blobs/upload: 502 Bad Gateway',
  ],
  dockerfile: null,
  headline: 'ghcr.io answered 502 on a blob upload',
  advice: 'Run the job again when ghcr.io is well; its state is on https://www.githubstatus.com.',
  retryAfterMs: null,
  rule: 'push-5xx',
};

/** Docker Hub down from the start, and the push refused once. */
export const recovered: Result = {
  ...healthy,
  seconds: 91.3,
  health: health({ 'docker.io': hubDown }),
  attempts: [
    {
      ...attempt,
      plan: mirroredPlan,
      outcome: {
        kind: 'failed',
        exitCode: 1,
        failure: pushFailure,
        lastLine:
          'ERROR: failed to build: failed to solve: failed to push ghcr.io/acme/api:v1.4.2: unexpected status: 502 Bad Gateway',
      },
      next: { decision: 'again', reason: 'waiting 4 s for ghcr.io', waitMs: 4000 },
    },
    {
      number: 2,
      plan: mirroredPlan,
      startedAtMs: startedAtMs + 75_700,
      seconds: 15.2,
      outcome: { kind: 'built' },
      next: null,
      steps: attempt.steps.map((step) =>
        step.name.startsWith('exporting to image')
          ? { ...step, seconds: 13.8, offsetSeconds: 1.2 }
          : { ...step, state: 'cached' as const, seconds: 0, offsetSeconds: 0.5 },
      ),
    },
  ],
};

export const userCode: Attribution = {
  class: 'user-code',
  retryable: false,
  component: null,
  step: { kind: 'run', name: '[build 5/5] RUN CGO_ENABLED=0 go build -o /out/api ./cmd/api', number: 17 },
  host: null,
  cause: null,
  evidence: ['cmd/api/main.go:9:14: undefined: nope'],
  dockerfile: {
    file: 'Dockerfile',
    line: 7,
    excerpt: [
      '   5 |     RUN go mod download',
      '   6 |     COPY . .',
      '   7 | >>> RUN CGO_ENABLED=0 go build -o /out/api ./cmd/api',
      '   8 |',
      '   9 |     FROM gcr.io/distroless/static:nonroot',
    ],
  },
  headline: 'RUN go build failed: undefined: nope',
  advice: 'Mend cmd/api/main.go line 9; `docker buildx build --target build .` shows the same failure on any machine.',
  retryAfterMs: null,
  rule: 'run-exit-code',
};

/** The Go code does not compile. */
export const failedUserCode: Result = {
  ...healthy,
  verdict: 'failed',
  seconds: 22.4,
  image: null,
  metadata: null,
  attempts: [
    {
      ...attempt,
      seconds: 20.6,
      steps: [
        ...attempt.steps.slice(0, 4),
        { name: userCode.step?.name ?? '', state: 'error', seconds: 8.1, offsetSeconds: 12.4 },
      ],
      outcome: {
        kind: 'failed',
        exitCode: 1,
        failure: userCode,
        lastLine:
          'ERROR: failed to build: failed to solve: process "/bin/sh -c CGO_ENABLED=0 go build -o /out/api ./cmd/api" did not complete successfully: exit code: 1',
        stepLog: ['# github.com/acme/api/cmd/api', 'cmd/api/main.go:9:14: undefined: nope'],
      },
      next: { decision: 'stop', reason: 'user-code is not cured by another attempt', waitMs: 0 },
    },
  ],
};

const unavailable: Attribution = {
  class: 'registry-unavailable',
  retryable: true,
  component: 'quay.io',
  step: { kind: 'resolve', name: '[internal] load metadata for quay.io/acme/base:3', number: 3 },
  host: 'quay.io',
  cause: 'base-image',
  evidence: [
    'failed to do request: Head "https://quay.io/v2/acme/base/manifests/3": dial tcp 34.224.196.162:443: i/o timeout',
  ],
  dockerfile: { file: 'Dockerfile', line: 1, excerpt: ['   1 | >>> FROM quay.io/acme/base:3', '   2 |     COPY . .'] },
  headline: 'quay.io does not answer on acme/base:3',
  advice:
    'Wait until https://status.redhat.com says that quay.io is well, or name a mirror of it: mirrors: quay.io=registry.corp.example/quay.',
  retryAfterMs: null,
  rule: 'registry-timeout',
};

const lostBase: Plan = {
  ...plan,
  strategy: 'resilient',
  reason: 'one strategy down: quay.io does not answer',
  missing: ['no Actions cache in this attempt: its service answered with an HTML page'],
  images: [
    {
      name: 'quay.io/acme/base:3',
      contextKey: 'quay.io/acme/base:3',
      purpose: 'base',
      choice: {
        kind: 'none',
        reason: 'no answer from quay.io in 3 s',
        remedy: 'pin the image by digest in the Dockerfile, or commit a docker-build.lock (smart-docker-build lock)',
      },
      answers: [
        answer({
          host: 'quay.io',
          repository: 'acme/base',
          state: 'down',
          digest: null,
          evidence: 'no answer from quay.io in 3 s',
        }),
      ],
    },
  ],
};

/** A base that only quay.io has, while quay.io and the Actions cache are down. */
export const failedInfrastructure: Result = {
  ...healthy,
  verdict: 'failed',
  seconds: 74.9,
  image: null,
  metadata: null,
  health: health(
    {
      'quay.io': down('no answer from quay.io in 3 s'),
      'gha-cache': down('an HTML page with status 400 from results-receiver.actions.githubusercontent.com'),
    },
    1,
  ),
  attempts: [1, 2, 3].map((number): AttemptRecord => ({
    number,
    plan: number === 1 ? { ...lostBase, strategy: 'optimal', reason: 'score 80 is at least 80' } : lostBase,
    startedAtMs: startedAtMs + 1300 + (number - 1) * 24_000,
    seconds: 20.1,
    outcome: {
      kind: 'failed',
      exitCode: 1,
      failure: unavailable,
      lastLine:
        'ERROR: failed to build: failed to solve: quay.io/acme/base:3: failed to resolve source metadata for quay.io/acme/base:3: dial tcp 34.224.196.162:443: i/o timeout',
    },
    next:
      number === 3
        ? { decision: 'stop', reason: '3 of 3 attempts are used up', waitMs: 0 }
        : { decision: 'again', reason: 'waiting 3.9 s for quay.io', waitMs: 3900 },
    steps: [
      { name: '[internal] load metadata for quay.io/acme/base:3', state: 'error', seconds: 20, offsetSeconds: 0.1 },
    ],
  })),
};

/** Nothing to build with. */
export const noEngine: Result = {
  ...failedUserCode,
  attempts: [],
  seconds: 1.2,
  facts: {
    ...facts,
    engine: {
      ...facts.engine,
      serverVersion: null,
      platform: null,
      problem: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    },
    builder: { name: null, driver: null, running: false, buildkitVersion: null, platforms: [], problem: null },
  },
};

/** `mode: health`, outside Actions, with Docker Hub down. */
export const healthOnly: Result = {
  ...healthy,
  verdict: 'health',
  seconds: 1.2,
  inputs: { ...inputs, mode: 'health' },
  health: health({ 'docker.io': hubDown, 'gha-cache': null }, 1),
  attempts: [],
  image: null,
  metadata: null,
  tags: [],
};

/** Texts that try to be more than text, wherever text from outside appears. */
export const hostileTexts: readonly string[] = [
  '</details><script>alert(1)</script>',
  '| a | b |\\| ` c',
  '```\n# heading\n```',
  '@octocat #1 GH-1 [link](https://evil.example) ![i](https://evil.example/x.png)',
  'https://evil.example/login www.evil.example me@evil.example $x^2$ :rocket:',
  '<!-- ::error::x ##[group]y',
  '::set-output name=x::y\n::add-mask::z',
  '\u001b[31mred\u001b[0m \u202egnp.exe \u200bzero\r\nnext\rdrawn again',
  '%%{init: {}}%% section x: done, 0, 1; click a href "javascript:alert(1)" # y',
];

/** A failed run in which every text from outside is the given one. */
export function hostile(text: string): Result {
  const [first] = failedInfrastructure.attempts;
  if (first?.outcome.kind !== 'failed') throw new Error('the fixture has changed');
  const failure: Attribution = {
    ...unavailable,
    component: text,
    host: text,
    step: { kind: 'run', name: text, number: 1 },
    evidence: [text, `second ${text}`],
    headline: text,
    advice: text,
    dockerfile: { file: text, line: 3, excerpt: [text] },
  };
  const bad: Plan = {
    ...lostBase,
    reason: text,
    missing: [text],
    substitutions: [{ arg: text, from: text, to: text, reason: text }],
    dockerfile: { kind: 'standard', file: { path: text, origin: 'given', isDefault: false } },
    images: lostBase.images.map((route) => ({
      ...route,
      name: text,
      choice: { kind: 'none', reason: text, remedy: text },
    })),
    caches: plan.caches.map((cache) => ({ ...cache, value: cache.value === null ? null : text, reason: text })),
    builder: { kind: 'own', name: text, image: text, reason: text },
    argv: ['docker', 'buildx', 'build', '--tag', text, text],
    env: { X: text },
  };
  const record: AttemptRecord = {
    ...first,
    plan: bad,
    outcome: { ...first.outcome, failure, lastLine: text, stepLog: [text, text] },
    next: { decision: 'again', reason: text, waitMs: 500 },
    steps: [{ name: text, state: 'error', seconds: 12, offsetSeconds: 0 }],
  };
  return {
    ...failedInfrastructure,
    inputs: { ...inputs, image: text, request: { ...inputs.request, buildArgs: [`A=${text}`], platforms: [text] } },
    facts: { ...facts, builder: { ...facts.builder, name: text, problem: text } },
    health: health({ 'docker.io': down(text) }),
    attempts: [record, { ...record, number: 2, next: { decision: 'stop', reason: text, waitMs: 0 } }],
    tags: [text, text],
  };
}
