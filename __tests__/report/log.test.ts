import { describe, expect, it } from 'vitest';
import { answered, down } from '../../src/health/observation.ts';
import {
  attemptHeadline,
  changedPlanLines,
  commandLines,
  failureLines,
  healthHeadline,
  healthLines,
  nextLine,
  planLines,
  resultLine,
} from '../../src/report/log.ts';
import { digest, healthy, recovered } from './fixtures/built.ts';
import { cancelled, failedInfrastructure, failedUserCode, noEngine } from './fixtures/failed.ts';
import { hostile, hostileTexts } from './fixtures/hostile.ts';
import { mirroredPlan, plan } from './fixtures/plans.ts';
import { health, hubDown } from './fixtures/world.ts';

describe('health', () => {
  it('has a headline with its time at the right', () => {
    expect(healthHeadline(health({ 'docker.io': hubDown }), 'optimal')).toBe(
      'Infrastructure health  85/100 (85%) · optimal                          1.1 s',
    );
    expect(healthHeadline(health(), 'optimal')).toMatch(/^Infrastructure health {2}100\/100 · optimal +1\.1 s$/);
  });

  it('says what each check found, and how the score adds up', () => {
    expect(healthLines(health({ 'docker.io': hubDown }, 1))).toEqual([
      '✅ GHA cache service responsive                     142 ms',
      '✅ gcr.io responsive                                96 ms',
      '⚠️ docker.io may be experiencing issues             503 from registry-1.docker.io on library/golang:1.24-alpine',
      '✅ ghcr.io responsive                               74 ms',
      '✅ quay.io responsive                               131 ms',
      '✅ registry.k8s.io responsive                       88 ms',
      '✅ 2/3 Go proxies responsive                        proxy.golang.org: no answer in 3 s',
      '✅ DNS resolution working                           4 ms',
      '✅ Internet connectivity working                    39 ms',
      'Infrastructure health score: 85/100 (85%)',
      '  gha-cache 15/15 + docker.io 0/15 + gcr.io 10/10 + ghcr.io 10/10 + quay.io 5/5 + registry.k8s.io 5/5' +
        ' + go-proxies 15/15 + dns 15/15 + internet 10/10 = 85/100',
    ]);
  });

  it.each([
    [null, 'ℹ️ GHA cache service not applicable (not running in GitHub Actions)'],
    [
      down('an HTML page with status 400'),
      '⚠️ GHA cache service may be experiencing issues     an HTML page with status 400',
    ],
    [answered(4000, '200'), '⚠️ GHA cache service may be experiencing issues     200'],
    [
      { state: 'unknown' as const, latencyMs: null, evidence: 'not waited for' },
      'ℹ️ GHA cache service not known                      not waited for',
    ],
  ])('Actions cache %j', (observation, line) => {
    expect(healthLines(health({ 'gha-cache': observation }))[0]).toBe(line);
  });

  it('says what the token does not allow', () => {
    const limited = {
      ...health(),
      cacheRights: { read: true, write: false, reason: 'the token may only read the cache' },
    };
    expect(healthLines(limited)[0]).toMatch(
      /^✅ GHA cache service responsive +142 ms {2}the token may only read the cache$/,
    );
  });
});

it('the plan', () => {
  expect(planLines({ ...mirroredPlan, missing: ['no second platform'] })).toEqual([
    'Strategy    optimal: score 85 is at least 80',
    "Dockerfile  Dockerfile (the repository's own)",
    'Builder     default (docker)',
    'Deadline    40m',
    'Sources',
    '  golang:1.24-alpine                mirror.gcr.io  sha256:42bc77e142bc…  same digest as the last healthy run (120 min ago)',
    '  gcr.io/distroless/static:nonroot  gcr.io         sha256:c89b2d04c89b…  200 from gcr.io',
    'Caches',
    '  local     import  left out  nothing is cached here yet',
    '  gha       import  asked     the cache service answers',
    '  registry  import  asked     the registry answers',
    '  local     export  asked     for the next build here',
    '  registry  export  asked     for other machines',
    '  gha       export  asked     for the next job',
    'Missing',
    '  ⚠️ no second platform',
  ]);
});

describe('attempts', () => {
  it('have a headline', () => {
    expect(attemptHeadline(1, 3, plan)).toBe('Attempt 1 of 3 (optimal)');
    expect(attemptHeadline(4, 3, plan)).toBe('Attempt 4 of 4 (optimal)');
  });

  it('say what follows a failure', () => {
    const [first, second] = recovered.attempts;
    if (first === undefined || second === undefined) throw new Error('the fixture has changed');
    expect(nextLine(first, 3, second.plan)).toBe(
      'attempt 2 of 3 (optimal): ghcr.io answered 502 on a blob upload; waiting 4 s for ghcr.io',
    );
  });

  it('say of a further plan only what it changes', () => {
    expect(changedPlanLines(mirroredPlan, mirroredPlan)).toEqual([]);
    expect(changedPlanLines(plan, { ...mirroredPlan, reason: plan.reason, missing: ['no second platform'] })).toEqual([
      'Sources',
      '  golang:1.24-alpine  mirror.gcr.io  sha256:42bc77e142bc…  same digest as the last healthy run (120 min ago)',
      'Missing',
      '  ⚠️ no second platform',
    ]);
  });
});

describe('caches in the plan', () => {
  const leftOut = plan.caches.map((cache) => ({ ...cache, value: null, reason: 'not used by the strategy emergency' }));

  it('share a row where one reason leaves all of them out', () => {
    expect(planLines({ ...plan, caches: leftOut }).slice(-2)).toEqual([
      'Caches',
      '  local, gha, registry  import, export  left out  not used by the strategy emergency',
    ]);
  });

  it('keep their rows where that would say too much', () => {
    const [local, gha] = leftOut;
    if (local === undefined || gha === undefined) throw new Error('the fixture has changed');
    const caches = [local, { ...gha, direction: 'export' as const }];
    expect(planLines({ ...plan, caches }).slice(-2)).toEqual([
      '  local  import  left out  not used by the strategy emergency',
      '  gha    export  left out  not used by the strategy emergency',
    ]);
  });
});

it('the command is one line to be pasted, and keeps the lines of an argument that has several', () => {
  expect(commandLines({ ...plan, argv: ['docker', 'buildx', 'build', '--label', 'a=b c', '.'] })).toEqual([
    "docker buildx build --label 'a=b c' .",
  ]);
  expect(commandLines({ ...plan, argv: ['docker', '--label', 'a=1\n::error::2', '.'] })).toEqual([
    "docker --label 'a=1",
    ": :error::2' .",
  ]);
});

describe('the end', () => {
  it('of a build that succeeded', () => {
    expect([resultLine(healthy), resultLine(recovered)]).toEqual([
      `Pushed ghcr.io/acme/api:v1.4.2@${digest}  linux/amd64, linux/arm64  1m 12s`,
      `Pushed ghcr.io/acme/api:v1.4.2@${digest}  linux/amd64, linux/arm64  after 2 attempts  1m 31s`,
    ]);
  });

  it("of a build that is itself at fault: the cause, its proof, and whose fault it isn't", () => {
    expect(failureLines(failedUserCode)).toEqual([
      'Dockerfile:7 RUN go build failed: undefined: nope (user-code, not retried)',
      '  cmd/api/main.go:9:14: undefined: nope',
      '  Infrastructure was healthy (100/100); this build would fail everywhere.',
      'buildx failed with: ERROR: failed to build: failed to solve: process "/bin/sh -c CGO_ENABLED=0 go build -o /out/api ./cmd/api" did not complete successfully: exit code: 1',
    ]);
  });

  it('of a build that the infrastructure failed: what was tried, and what to do next', () => {
    expect(failureLines(failedInfrastructure)).toEqual([
      'Dockerfile:1 quay.io does not answer on acme/base:3 (registry-unavailable, tried 3 times)',
      '  failed to do request: Head "https://quay.io/v2/acme/base/manifests/3": dial tcp 34.224.196.162:443: i/o timeout',
      '  No source of quay.io/acme/base:3: no answer from quay.io in 3 s',
      '  Tried 3 times (optimal and resilient): 3 of 3 attempts are used up.',
      '  Wait until https://status.redhat.com says that quay.io is well, or name a mirror of it: mirrors: quay.io=registry.corp.example/quay.',
      'buildx failed with: ERROR: failed to build: failed to solve: quay.io/acme/base:3: failed to resolve source metadata for quay.io/acme/base:3: dial tcp 34.224.196.162:443: i/o timeout',
    ]);
  });

  it('of a build that was cancelled', () => {
    const words = 'cancelled by SIGTERM after 22 s';
    expect(failureLines(cancelled)).toEqual([words, `buildx failed with: ${words}`]);
  });

  it('of a build that never began', () => {
    const problem = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
    expect(failureLines(noEngine)).toEqual([problem, `buildx failed with: ${problem}`]);
  });
});

it('no text from outside breaks a line, moves a cursor or orders the runner about', () => {
  for (const result of hostileTexts.map(hostile)) {
    const [record] = result.attempts;
    if (record === undefined) throw new Error('the fixture has changed');
    const lines = [
      ...healthLines(result.health),
      ...planLines(record.plan),
      nextLine(record, 3, record.plan),
      ...failureLines(result),
    ];
    for (const line of lines) expect(line).not.toMatch(/[\n\r\u001b\u202e]|^\s*::|##\[/);
  }
});
