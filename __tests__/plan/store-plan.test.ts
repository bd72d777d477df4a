import { describe, expect, test } from 'vitest';
import { changeOf } from '../../src/build/next.ts';
import { loadedName } from '../../src/plan/store-means.ts';
import { deadUpstream, digestA, factsOf, inputsOf } from './world.ts';
import { golang, planOf, questionOf, valuesOf } from './question.ts';

const nowMs = Date.UTC(2026, 8, 1);
const stored = { digest: digestA, confirmedAtMs: nowMs - 3600_000, confirmedBy: 'docker.io', problem: null };
const store = { root: '/cache/store', stored: new Map([[golang, stored]]) };
const answers = { [golang]: [deadUpstream('docker.io')] };

describe('an image that only the warm store has', () => {
  test('is sent by buildx out of the layout', async () => {
    const plan = await planOf({ store, answers });
    expect(plan.images[0]?.choice).toMatchObject({ kind: 'store', digest: digestA });
    expect(valuesOf(plan, '--build-context')).toEqual([`golang:1.24=oci-layout:///cache/store@${digestA}`]);
    expect(plan.loads).toBeUndefined();
    expect(plan.missing).toEqual([]);
  });

  test('is loaded into an engine whose own BuildKit reads no layouts', async () => {
    const facts = factsOf({ engine: { containerdStore: false }, builder: { driver: 'docker' } });
    const plan = await planOf({ store, answers, facts, inputs: inputsOf({ strategy: 'emergency' }) });
    expect(valuesOf(plan, '--build-context')).toEqual([`golang:1.24=docker-image://${loadedName(digestA)}`]);
    expect(plan.loads).toEqual([
      { name: loadedName(digestA), digest: digestA, platform: 'linux/amd64', store: '/cache/store' },
    ]);
  });

  test('is a change worth another attempt', async () => {
    const [before, after] = [await planOf({ answers }), await planOf({ store, answers })];
    expect(changeOf(before, after, null)).toContain('golang:1.24 now from the warm store');
  });

  test('that is old makes it an emergency, and says so; not where a strategy is forced', async () => {
    const old = { root: '/cache/store', stored: new Map([[golang, { ...stored, confirmedAtMs: 0 }]]) };
    const plan = await planOf({ store: old, answers });
    expect(plan.strategy).toBe('emergency');
    expect(plan.reason).toBe("golang:1.24 has no healthy source, and the warm store's copy is old");
    expect(plan.missing.join()).toContain('longer than warm-max-age');
    const forced = await planOf({ store: old, answers, inputs: inputsOf({ strategy: 'conservative' }) });
    expect(forced.images[0]?.choice.kind).toBe('none');
  });
});

describe('the image that makes the SBOM', () => {
  const scanner = 'docker.io/docker/buildkit-syft-scanner:stable-1';
  const both = { ...answers, [scanner]: [deadUpstream('docker.io')] };
  const all = {
    root: '/cache/store',
    stored: new Map([
      [golang, stored],
      [scanner, stored],
    ]),
  };
  const inputs = inputsOf({ sbom: 'true' });

  test('is loaded into an engine that holds images, and found there by a source policy', async () => {
    const plan = await planOf({ store: all, answers: both, inputs });
    expect(plan.loads).toEqual([{ name: loadedName(digestA), digest: digestA, platform: null, store: '/cache/store' }]);
    expect(plan.policy?.text).toContain(`"docker-image://${loadedName(digestA)}"`);
    expect(valuesOf(plan, '--build-context')).toEqual([`golang:1.24=oci-layout:///cache/store@${digestA}`]);
  });

  test('reaches no other builder, and that is said', async () => {
    const facts = factsOf({ builder: { driver: 'docker-container', name: 'boxed' } });
    const plan = await planOf({ store: all, answers: both, inputs, facts });
    expect(plan.images.find(({ purpose }) => purpose === 'scanner')?.choice).toMatchObject({
      kind: 'none',
      reason: expect.stringMatching(/to an engine with the containerd image store only/),
    });
  });
});

test('a healthy registry is asked before the warm store, and nobody is offline', async () => {
  const healthy = await questionOf();
  expect((await planOf({ store })).images[0]?.choice.kind).toBe('upstream');
  const offline = await planOf({
    store,
    answers: Object.fromEntries(healthy.answers),
    inputs: inputsOf({ offline: 'true' }),
  });
  expect(offline.images[0]?.choice.kind).toBe('store');
  expect(offline.policy?.text).toContain('DENY');
  const empty = await planOf({ store: { ...store, stored: new Map() }, inputs: inputsOf({ offline: 'true' }) });
  expect(empty.images[0]?.choice).toEqual({
    kind: 'none',
    reason: 'offline: the warm store does not have it',
    remedy: 'fill the warm store in good times (smart-docker-build prewarm)',
  });
});
