import { describe, expect, test } from 'vitest';
import { downloadPatienceMs } from '../../src/build/download-patience.ts';
import { fetchTrouble } from '../../src/build/fetch-trouble.ts';
import { findWayOut, type WayOutPorts } from '../../src/build/find-way-out.ts';
import { createSignsOfLife, type Transfer } from '../../src/build/signs-of-life.ts';
import type { BlobSample } from '../../src/health/sample-blob.ts';
import { readLog } from '../../src/failure/progress.ts';
import type { Plan, RouteChoice } from '../../src/plan/plan.ts';
import { parseReference } from '../../src/registry/reference.ts';
import type { Location } from '../../src/registry/answer.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const layer = `sha256:${'a'.repeat(64)}`;
const text = `#2 [1/2] FROM docker.io/library/alpine:3.22@${digest}\n#2 ${layer} 524.29kB / 1.06MB 0.2s\n`;

const upstream: RouteChoice = { kind: 'upstream', digest, reason: 'healthy' };
const mirror: RouteChoice = {
  kind: 'mirror',
  host: 'mirror.gcr.io',
  repository: 'library/alpine',
  digest,
  confirmedBy: 'docker.io',
  reason: 'docker.io failed',
};

function planWith(choice: RouteChoice): Plan {
  const read = parseReference('alpine:3.22');
  if (read.kind !== 'parsed') throw new Error('not a reference');
  const route = { name: 'alpine:3.22', reference: read.reference, contextKey: 'alpine:3.22', purpose: 'base' };
  const line = {
    strategy: 'optimal',
    reason: '',
    caches: [],
    builder: { kind: 'current', name: null, driver: 'docker' },
  };
  return { ...line, images: [{ ...route, uses: [], platforms: [], choice, answers: [] }] } as unknown as Plan;
}

interface Ask {
  readonly sample: BlobSample;
  readonly silentMs?: number;
  readonly ahead?: RouteChoice;
  readonly isBuilderNear?: boolean;
}

async function ask({ sample, silentMs = 1500, ahead = mirror, isBuilderNear = true }: Ask): Promise<unknown> {
  const signs = createSignsOfLife();
  signs.isNews(text);
  const trouble = fetchTrouble({ log: readLog(text), silentMs, ageMs: () => 1000, signs });
  if (trouble === null) throw new Error('there is no trouble');
  const asked: (readonly [Location, number])[] = [];
  const ports: WayOutPorts = {
    planAhead: async () => await Promise.resolve(planWith(ahead)),
    recheck: async () => await Promise.reject(new Error('not asked')),
    sample: async (...question) => {
      asked.push(question);
      return await Promise.resolve(sample);
    },
  };
  const answer = await findWayOut(trouble, { plan: planWith(upstream), history: [], isBuilderNear }, ports);
  expect(asked).toEqual([[{ host: 'docker.io', repository: 'library/alpine', reference: layer }, 524_290]]);
  return answer;
}

describe('a layer that stopped', () => {
  const fast: BlobSample = { kind: 'comes', bytesPerSecond: 20_000_000 };
  const slow: BlobSample = { kind: 'comes', bytesPerSecond: 50_000 };
  const fails: BlobSample = { kind: 'fails', evidence: 'the CDN stopped' };
  test.each<[string, Ask, object]>([
    ['comes to nobody', { sample: fails }, { kind: 'leave', reason: 'the CDN stopped' }],
    [
      'comes to nobody, and nobody else has it',
      { sample: fails, ahead: upstream },
      { kind: 'stay', untilSilentMs: null },
    ],
    ['comes fast to us', { sample: fast }, { kind: 'stay', untilSilentMs: 3000 }],
    [
      'comes fast to us, and still not to the builder',
      { sample: fast, silentMs: 3000 },
      { kind: 'leave', reason: 'mirror.gcr.io has alpine:3.22, same digest' },
    ],
    [
      'comes fast to us, and the builder is elsewhere',
      { sample: fast, silentMs: 3000, isBuilderNear: false },
      { kind: 'stay', untilSilentMs: 30_000 },
    ],
    ['comes slowly to anybody', { sample: slow, silentMs: 60_000 }, { kind: 'stay', untilSilentMs: 85_713.6 }],
    ['may not be looked at', { sample: { kind: 'unknown' } }, { kind: 'stay', untilSilentMs: 10_000 }],
  ])('%s', async (_, question, wanted) => {
    expect(await ask(question)).toEqual(wanted);
  });
});

test.each<[string, Partial<Transfer>, number, number]>([
  ['a small layer of a fast source', { totalBytes: 1_000_000 }, 20_000_000, 3000],
  ['a huge one, of which every twentieth is told', { totalBytes: 2_000_000_000 }, 20_000_000, 6000],
  ['what is left of it', { totalBytes: 2_000_000_000, doneBytes: 1_999_999_000 }, 20_000_000, 3000],
  ['a slow source', { totalBytes: 2_000_000_000 }, 100_000, 83_886.08],
])('the patience with %s', (_, transfer, bytesPerSecond, wanted) => {
  const whole = { step: 2, digest: layer, doneBytes: 0, totalBytes: 0, ...transfer };
  expect(downloadPatienceMs(whole, bytesPerSecond, 1, true)).toBeCloseTo(wanted, 3);
});
