import { describe, expect, test } from 'vitest';
import { askMirror, askUpstream, type Source } from '../../src/health/ask-source.ts';
import type { SourceAnswer } from '../../src/health/source-answer.ts';
import type { ImageReference } from '../../src/registry/reference.ts';
import { type FakeRegistry, sha256 } from '../registry/fake-registry.ts';
import { answers, registryHarness, soon, type Started } from '../registry/harness.ts';

const { start } = registryHarness();

const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
const image = (platform: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: { digest: sha256(config), size: config.length },
      layers: [],
      annotations: { platform },
    }),
  );
const amd64 = image('linux/amd64');
const arm64 = image('linux/arm64');
const index = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    manifests: [
      { digest: sha256(amd64), size: amd64.length, platform: { os: 'linux', architecture: 'amd64' } },
      { digest: sha256(arm64), size: arm64.length, platform: { os: 'linux', architecture: 'arm64' } },
    ],
  }),
);

function stock(registry: FakeRegistry): void {
  registry.manifests.set('library/golang:1.24', index);
  for (const manifest of [index, amd64, arm64]) registry.manifests.set(sha256(manifest), manifest);
  registry.blobs.set(sha256(config), config);
}

async function stocked(): Promise<Started> {
  const started = await start({ scheme: 'bearer' });
  stock(started.registry);
  return started;
}

/** Without its latency, and with one name for the hosts that are different every time. */
function plain(answer: SourceAnswer, registry: FakeRegistry): object {
  const text = JSON.stringify({ ...answer, latencyMs: undefined })
    .replaceAll(registry.cdnHost, 'CDN')
    .replaceAll(registry.tokenHost, 'TOKENS')
    .replaceAll(registry.host, 'HOST');
  return JSON.parse(text) as object;
}

const source = {
  host: 'HOST',
  repository: 'library/golang',
  operator: 'someone',
  kind: 'mirror',
  retired: false,
  trust: 'tags',
  region: null,
} as const;
const has = { ...source, state: 'up', digest: sha256(index), lacks: [], missing: false, evidence: 'HOST has it' };

describe('a mirror', () => {
  async function ask(
    change: (registry: FakeRegistry) => void,
    wanted: Parameters<typeof askMirror>[2] = { reference: '1.24', platforms: ['linux/amd64'] },
  ): Promise<object> {
    const { client, registry } = await stocked();
    change(registry);
    const asked: Source = { ...source, host: registry.host };
    return plain(await askMirror(client, asked, wanted, soon(5000)), registry);
  }
  const asItIs = (): void => undefined;

  test('that has it all', async () => {
    expect(await ask(asItIs)).toEqual(has);
  });

  test('asked by digest', async () => {
    expect(await ask(asItIs, { reference: sha256(index), platforms: ['linux/arm64'] })).toEqual(has);
  });

  test('that lacks platforms', async () => {
    const wanted = { reference: '1.24', platforms: ['linux/amd64', 'linux/s390x', 'linux/riscv64'] };
    const lacks = ['linux/s390x', 'linux/riscv64'];
    expect(await ask(asItIs, wanted)).toEqual({
      ...has,
      state: 'down',
      lacks,
      evidence: 'HOST has no linux/s390x, linux/riscv64',
    });
  });

  test('that does not have it', async () => {
    const answer = await ask((registry) => registry.manifests.clear());
    expect(answer).toEqual({
      ...has,
      state: 'down',
      digest: null,
      missing: true,
      evidence: '404 from HOST on library/golang:1.24',
    });
  });

  test('whose index is there, and its images are not', async () => {
    const answer = await ask((registry) => registry.manifests.delete(sha256(amd64)));
    expect(answer).toMatchObject({
      state: 'down',
      digest: sha256(index),
      evidence: `404 from HOST on library/golang@${sha256(amd64)}`,
    });
  });

  test('whose CDN is down', async () => {
    const answer = await ask((registry) => {
      registry.faults.cdn = answers(503);
    });
    expect(answer).toMatchObject({
      state: 'down',
      digest: sha256(index),
      evidence: expect.stringContaining('503 from CDN') as string,
    });
  });

  test('whose CDN serves other bytes', async () => {
    const answer = await ask((registry) =>
      registry.blobs.set(sha256(config), Buffer.from('{"tampered":true,"with":"itself!"}')),
    );
    expect(answer).toMatchObject({ state: 'down', digest: sha256(index) });
  });

  test('that serves another manifest under the digest', async () => {
    const answer = await ask((registry) => registry.manifests.set(sha256(index), amd64), {
      reference: sha256(index),
      platforms: [],
    });
    expect(answer).toMatchObject({ state: 'down', digest: null, missing: false });
  });

  test('that is rate-limited', async () => {
    const answer = await ask((registry) => {
      registry.faults.registry = answers(429);
    });
    expect(answer).toMatchObject({ state: 'limited', digest: null });
  });

  test('of a single image, without an index', async () => {
    const answer = await ask((registry) => registry.manifests.set('library/golang:1.24', amd64));
    // The fake calls everything an index; the bytes decide what it is.
    expect(answer).toEqual({ ...has, digest: sha256(amd64) });
  });
});

describe('the upstream', () => {
  const reference = (registry: string, changes: Partial<ImageReference> = {}): ImageReference => ({
    registry,
    repository: 'library/golang',
    tag: '1.24',
    digest: null,
    ...changes,
  });
  const own = { ...has, operator: 'HOST', kind: 'upstream', evidence: 'HOST has library/golang:1.24' };

  test('is asked for the manifest alone, which costs no pull', async () => {
    const { client, registry } = await stocked();
    expect(plain(await askUpstream(client, reference(registry.host), { pulls: 1 }, soon()), registry)).toEqual(own);
    expect(registry.log.some((line) => line.startsWith('GET') || line.startsWith('cdn'))).toBe(false);
  });

  test('is asked for a pin rather than for its tag', async () => {
    const { client, registry } = await stocked();
    registry.manifests.set('library/golang:1.24', arm64);
    const answer = await askUpstream(client, reference(registry.host, { digest: sha256(index) }), { pulls: 1 }, soon());
    expect(answer.digest).toBe(sha256(index));
  });

  test('without the tag', async () => {
    const { client, registry } = await stocked();
    const answer = plain(
      await askUpstream(client, reference(registry.host, { tag: '9' }), { pulls: 1 }, soon()),
      registry,
    );
    expect(answer).toEqual({ ...own, digest: null, missing: true, evidence: '404 from HOST on library/golang:9' });
  });
});
