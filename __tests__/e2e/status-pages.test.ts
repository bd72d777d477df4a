import { expect, test } from 'vitest';
import { expectPushed, expectSummary } from './expectations.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, unavailable, useLab } from './world.ts';

const world = useLab();
const GITHUB = { host: 'www.githubstatus.com', path: '/api/v2/summary.json' };

test('status pages: one is silent, one lies, one is right; the measured state decides', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  // Docker's own page says that all is well; GitHub's declares an outage of a registry that works.
  const components = [{ name: 'Packages', status: 'major_outage', updated_at: '2026-01-01T00:00:00Z' }];
  await lab.setDocument({ ...GITHUB, body: JSON.stringify({ components, incidents: [] }) });
  await lab.faults([unavailable('registry-1.docker.io'), { host: 'status.cloud.google.com', fault: 'silent' }]);
  const result = await runAction(lab);
  await expectPushed(lab, result, {
    prints: TINY_OUTPUT,
    strategy: 'optimal',
    score: 85,
    registries: 'gcr.io ghcr.io quay.io registry.k8s.io',
    recovered: 'Docker Hub down (alpine:3.22 from mirror.gcr.io, same digest)',
  });
  expectSummary(result, [
    '| Service | What it answered | Its status page | Served instead |',
    /^\| Docker Hub \| .*503.* \| Docker Hub Registry: operational \| /,
  ]);

  // All three down, and none of them asked where nothing but mirrors may be.
  await lab.faults(
    ['www.githubstatus.com', 'www.dockerstatus.com', 'status.cloud.google.com'].map((host) => unavailable(host)),
  );
  const down = await runAction(lab, { mode: 'health' });
  expect([down.exitCode, down.outputs['health-score']], down.log).toEqual([0, '100']);
  await lab.clearRequests();
  const alone = await runAction(lab, { mode: 'health', 'mirrors-only': true });
  expect(alone.exitCode, alone.log).toBe(0);
  expect((await lab.requests()).filter(({ host }) => host.includes('status'))).toEqual([]);
});
