import { expect, test } from 'vitest';
import { commandOf, expectFailed, expectPushed, expectSummary } from './expectations.ts';
import {
  checkout,
  checkoutGoService,
  GO_OUTPUT,
  runAction,
  TWO_BASES,
  TWO_BASES_OUTPUT,
  unavailable,
  useLab,
} from './world.ts';

const world = useLab();
const IMAGE = 'gcr.io/distroless/static-debian12:nonroot';
const REGISTRIES = 'docker.io ghcr.io quay.io registry.k8s.io';
const well = { prints: TWO_BASES_OUTPUT, score: 90, registries: REGISTRIES };

test('gcr.io is down, bundled Dockerfile: the resilient one takes another runtime base, and says so', async () => {
  const { lab } = world;
  await checkoutGoService(lab);
  await lab.faults([unavailable('gcr.io')]);
  const result = await runAction(lab);
  const recovered = 'gcr.io down (RUNTIME_BASE=debian in place of distroless)';
  const substitutions = 'RUNTIME_BASE: distroless => debian';
  await expectPushed(lab, result, { ...well, prints: GO_OUTPUT, strategy: 'resilient', recovered, substitutions });
  const lost = 'gcr.io/distroless/static-debian13:nonroot has no healthy source';
  expect(result.log).toContain(`⚠️ RUNTIME_BASE=debian in place of distroless: ${lost}`);
  expectSummary(result, [
    `⚠️ Substituted: RUNTIME_BASE=debian in place of distroless: ${lost}`,
    `| Strategy | resilient: ${lost} |`,
    '| Dockerfile | Dockerfile.resilient (the bundled resilient one for Go services) |',
    '### What was down',
    /^\| gcr\.io \| 503 from gcr\.io on distroless\/static-debian13:nonroot \| (?:.* \| )?RUNTIME_BASE=debian in place of distroless \|/,
  ]);
  expect(commandOf(result)).toContain('--build-arg RUNTIME_BASE=debian');
  const config = (await lab.inspectRemote('ghcr.io/acme/api:v1.4.2'))?.platforms['linux/amd64']?.config.config;
  expect(config?.Labels?.['org.opencontainers.image.base.name']).toBe('debian:trixie-slim');
  expect(config?.User).toBe('65532:65532');
});

test("gcr.io is down, the user's own Dockerfile: a mirror serves the digest of the last healthy run", async () => {
  const { lab } = world;
  await checkout(lab, TWO_BASES);
  await expectPushed(lab, await runAction(lab), { prints: TWO_BASES_OUTPUT });

  await lab.freshEngine();
  await lab.faults([unavailable('gcr.io')]);
  const result = await runAction(lab);
  const instead = `${IMAGE} from gcr.m.daocloud.io, same digest`;
  await expectPushed(lab, result, { ...well, recovered: `gcr.io down (${instead})` });
  expect(result.log).toMatch(
    / gcr\.m\.daocloud\.io +sha256:[0-9a-f]{12}… +same digest as the last healthy run \(0 minutes ago\)(?:;|$)/m,
  );
  expect(commandOf(result)).toMatch(
    /--build-context gcr\.io\/distroless\/static-debian12:nonroot=docker-image:\/\/gcr\.m\.daocloud\.io\/distroless\/static-debian12@sha256:[0-9a-f]{64} /,
  );
});

test("gcr.io is down, the user's own Dockerfile, nothing remembered: one mirror's word is not enough", async () => {
  const { lab } = world;
  await checkout(lab, TWO_BASES);
  await lab.faults([unavailable('gcr.io')]);
  const refused = await runAction(lab);
  await expectFailed(lab, refused, {
    class: 'registry-unavailable',
    component: 'gcr.io',
    step: `load metadata for ${IMAGE}`,
    score: 90,
    registries: REGISTRIES,
    attempts: 3,
    headline: `Dockerfile:5 gcr.io answered 503 on ${IMAGE} (registry-unavailable, tried 3 times)`,
    advice:
      /[Pp]in the image by digest in the Dockerfile.* accept a single mirror's word with allow-unverified-mirrors: true/,
  });
  expect(refused.log).toMatch(/only gcr\.m\.daocloud\.io has it, and nothing confirms sha256:[0-9a-f]{64}/);

  const allowed = await runAction(lab, { 'allow-unverified-mirrors': true });
  const instead = `${IMAGE} from gcr.m.daocloud.io, digest not confirmed`;
  await expectPushed(lab, allowed, { ...well, recovered: `gcr.io down (${instead})` });
  expect(allowed.log).toMatch(
    /⚠️ confirmed by nobody \(gcr\.m\.daocloud\.io alone, allowed by allow-unverified-mirrors\)/,
  );
});
