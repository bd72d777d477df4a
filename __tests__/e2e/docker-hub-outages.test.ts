import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import { commandOf, expectPushed, expectSummary, PLAN_SECONDS, planSeconds } from './expectations.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, TWO_BASES, TWO_BASES_OUTPUT, unavailable, useLab } from './world.ts';

const world = useLab();
const registry = 'registry-1.docker.io';
const cdn = 'production.cloudflare.docker.com';
const WITHOUT_HUB = 'gcr.io ghcr.io quay.io registry.k8s.io';
const MIRROR = /--build-context alpine:3\.22=docker-image:\/\/mirror\.gcr\.io\/library\/alpine@sha256:[0-9a-f]{64}/;

interface Outage {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** What the health check says about docker.io. */
  readonly evidence: string;
  readonly state?: string;
  /** Who vouches for the mirror's digest. */
  readonly confirmedBy: string;
}

/** Whichever two of them answer in time. */
const twoMirrors = 'mirror\\.gcr\\.io and (?:public\\.ecr\\.aws|docker\\.m\\.daocloud\\.io)';

const outages: readonly Outage[] = [
  {
    name: 'answers 503',
    faults: [unavailable(registry)],
    evidence: `503 from ${registry} on library/alpine:3.22`,
    confirmedBy: twoMirrors,
  },
  {
    name: 'is black-holed, its CDN too',
    faults: [
      { host: registry, fault: 'black-holed' },
      { host: cdn, fault: 'black-holed' },
    ],
    evidence: 'docker.io: no answer in 2.5 s',
    confirmedBy: twoMirrors,
  },
  {
    name: 'is silent',
    faults: [{ host: registry, fault: 'silent' }],
    evidence: 'docker.io: no answer in 2.5 s',
    confirmedBy: twoMirrors,
  },
  {
    name: 'limits the rate',
    faults: [{ host: registry, fault: 'rate-limited' }],
    evidence: `429 from ${registry} on library/alpine:3.22`,
    state: 'out of pulls',
    confirmedBy: twoMirrors,
  },
  {
    name: 'has lost its token server',
    faults: [unavailable('auth.docker.io')],
    evidence: '503 from auth.docker.io on library/alpine:3.22',
    confirmedBy: twoMirrors,
  },
  {
    name: 'serves manifests, but its CDN is down',
    faults: [{ host: cdn, fault: 'refused' }],
    evidence: `${cdn}: connection refused`,
    confirmedBy: 'docker.io',
  },
];

test.each(outages)('Docker Hub $name: the base comes from a mirror by digest', async (outage) => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(outage.faults);
  const result = await runAction(lab);
  const instead = 'alpine:3.22 from mirror.gcr.io, same digest';
  const recovered = `Docker Hub ${outage.state ?? 'down'} (${instead})`;
  await expectPushed(lab, result, { prints: TINY_OUTPUT, score: 85, registries: WITHOUT_HUB, recovered });
  expect(planSeconds(result)).toBeLessThan(PLAN_SECONDS);
  expect(result.log).toMatch(new RegExp(`^⚠️ docker\\.io may be experiencing issues +${outage.evidence}$`, 'm'));
  expect(result.log).toContain('Infrastructure health score: 85/100 (85%)');
  expect(result.log).toMatch(
    new RegExp(`^ +alpine:3\\.22 +mirror\\.gcr\\.io +sha256:[0-9a-f]{12}… +same digest as ${outage.confirmedBy}`, 'm'),
  );
  expect(commandOf(result)).toMatch(MIRROR);
  expectSummary(result, [
    '### What was down',
    `| Docker Hub | ${outage.evidence} | Docker Hub Registry: operational | ${instead} |`,
  ]);
});

test('Docker Hub has one pull left, and the build needs two', async () => {
  const { lab } = world;
  await checkout(lab, TWO_BASES);
  await lab.faults([{ host: registry, fault: 'rate-limited', remaining: 1 }]);
  const platforms = ['linux/amd64', 'linux/arm64'];
  const result = await runAction(lab, { platforms: platforms.join(',') });
  const recovered = 'Docker Hub out of pulls (alpine:3.22 from mirror.gcr.io, same digest)';
  await expectPushed(lab, result, {
    prints: TWO_BASES_OUTPUT,
    platforms,
    score: 85,
    registries: WITHOUT_HUB,
    recovered,
  });
  expect(result.log).toMatch(/^⚠️ docker\.io may be experiencing issues +docker\.io: 1 pulls? left, 2 needed$/m);
  expect(result.log).toMatch(
    /^ +alpine:3\.22 +mirror\.gcr\.io +sha256:[0-9a-f]{12}… +same digest as docker\.io(?:;|$)/m,
  );
  expect(commandOf(result)).toMatch(MIRROR);
});
