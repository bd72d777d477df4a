import { describe, expect, test } from 'vitest';
import { observationOf, probeRegistry } from '../../src/health/probe-registry.ts';
import type { ManifestHeadAnswer } from '../../src/registry/client.ts';
import { answers, registryHarness, silent, soon } from '../registry/harness.ts';

const location = { host: 'docker.io', repository: 'library/alpine', reference: 'latest' };
const found = {
  kind: 'found',
  digest: 'sha256:d',
  mediaType: 'm',
  sizeBytes: 1,
  latencyMs: 1,
  rateLimit: null,
} as const;
const pulls = (remaining: number): ManifestHeadAnswer => ({
  ...found,
  rateLimit: { remaining, limit: 100, windowSeconds: 21600 },
});
const evidence = 'what was seen';

test.each<[string, ManifestHeadAnswer, number, object]>([
  ['found', found, 80, { state: 'up', latencyMs: 80, evidence: 'registry-1.docker.io has library/alpine:latest' }],
  [
    'found, late',
    found,
    3001,
    { state: 'slow', latencyMs: 3001, evidence: 'registry-1.docker.io has library/alpine:latest' },
  ],
  [
    'enough pulls left',
    pulls(3),
    80,
    { state: 'up', latencyMs: 80, evidence: 'registry-1.docker.io has library/alpine:latest' },
  ],
  [
    'too few pulls left',
    pulls(2),
    80,
    { state: 'limited', latencyMs: 80, evidence: 'docker.io: 2 pulls left, 3 needed' },
  ],
  ['no such image', { kind: 'missing', host: 'h', evidence }, 80, { state: 'up', latencyMs: 80, evidence }],
  [
    'not for us',
    { kind: 'denied', status: 401, host: 'h', evidence },
    80,
    { state: 'up', latencyMs: 80, evidence: `${evidence} (docker.io answers)` },
  ],
  [
    'too often',
    { kind: 'limited', retryAfterMs: 1, host: 'h', evidence },
    80,
    { state: 'limited', latencyMs: null, evidence },
  ],
  [
    'down',
    { kind: 'failed', phase: 'connect', status: null, host: 'h', evidence },
    80,
    { state: 'down', latencyMs: null, evidence },
  ],
])('%s', (_, answer, tookMs, observation) => {
  expect(observationOf(answer, location, tookMs, 3)).toEqual(observation);
});

describe('a real exchange', () => {
  const { start } = registryHarness();
  const never = new AbortController().signal;

  test('is one HEAD with its token', async () => {
    const { client, registry, at } = await start({ scheme: 'bearer' });
    expect((await probeRegistry(client, at('3.20'), 2000, never)).state).toBe('up');
    expect(registry.log.map((line) => line.split(' ')[0])).toEqual(['HEAD', 'token', 'HEAD']);
  });

  test('a registry without its token server is down', async () => {
    const { client, registry, at } = await start({ scheme: 'bearer' });
    registry.faults.token = answers(503);
    const { state, evidence: words } = await probeRegistry(client, at('3.20'), 2000, soon());
    expect([state, words.replace(registry.tokenHost, 'TOKENS')]).toEqual([
      'down',
      expect.stringContaining('503 from TOKENS'),
    ]);
  });

  test('a silent one is given up', async () => {
    const { client, registry, at } = await start(null);
    registry.faults.registry = silent;
    const { state, evidence: words } = await probeRegistry(client, at('3.20'), 300, never);
    expect([state, words.replace(registry.host, 'HOST')]).toEqual(['down', 'HOST did not answer in 0.3 s']);
  });
});
