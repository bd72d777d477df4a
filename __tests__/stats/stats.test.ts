import { expect, test } from 'vitest';
import { reportSchema } from '../../scripts/docs/schemas.ts';
import { readRecord } from '../../src/stats/run-record.ts';
import { generateReports, withDeadMirror } from './generate.ts';
import { generatedStats, statsOf } from './collected.ts';

test('generated reports are reports', () => {
  for (const text of [...generateReports({ seed: 3, count: 60 }), withDeadMirror(1)]) {
    expect(reportSchema.safeParse(JSON.parse(text)).error?.issues ?? []).toEqual([]);
  }
});

test('every run is counted once, and ends as it ended', () => {
  const { runs, ends, trend } = generatedStats({ seed: 7, count: 1200 });
  const { built, recovered, ownFault, infrastructure, cancelled } = ends;
  expect(runs).toBe(1200);
  expect(built + recovered + ownFault + infrastructure + cancelled).toBe(1200);
  expect(trend.reduce((sum, day) => sum + day.built + day.recovered + day.failed + day.ownFault, 0)).toBe(1200);
  expect({ built, recovered, ownFault, infrastructure }).toEqual({
    built: 972,
    recovered: 108,
    ownFault: 107,
    infrastructure: 13,
  });
});

test('success leaves out what would fail everywhere', () => {
  const [optimal] = generatedStats({ seed: 7, count: 1200 }).strategies;
  expect(optimal?.successRate).toBeCloseTo(1080 / 1093);
});

test('failures with what they cost', () => {
  const { failures } = generatedStats({ seed: 7, count: 1200 });
  const push = failures.find((failure) => failure.class === 'push-failed-transient');
  expect(push).toMatchObject({ component: 'ghcr.io', attempts: 43, recovered: 43, ownFault: false });
  expect(push?.cost.count).toBe(43);
  expect(failures.find((failure) => failure.class === 'user-code')).toMatchObject({ ownFault: true, recovered: 0 });
});

test('the time of a build by phase, and its slowest step', () => {
  const { phases, slowestSteps } = generatedStats({ seed: 7, count: 200 });
  expect(phases.map(({ phase }) => phase)).toEqual(['health', 'sources', 'steps', 'export', 'cache export', 'waiting']);
  expect(slowestSteps[0]?.name).toContain('RUN CGO_ENABLED=0 go build');
});

test('a cache hit rate counts what is known', () => {
  const { caches } = generatedStats({ seed: 7, count: 1200 });
  const gha = caches.find(({ backend }) => backend === 'gha');
  expect(gha?.hitRate).toBeGreaterThan(0.3);
  expect(gha?.hitRate).toBeLessThan(0.4);
  expect(caches.find(({ backend }) => backend === 'registry')?.hitRate).toBe(0);
});

test('mirrors are judged by what they answered', () => {
  const { sources } = statsOf(Array.from({ length: 30 }, (_, index) => withDeadMirror(index)));
  const own = sources.mirrors.filter(({ custom }) => custom);
  expect(own.map(({ host, upstream, asked, up }) => [host, upstream, asked, up])).toEqual([
    ['registry.corp.example', 'docker.io', 30, 3],
    ['registry.corp.example', 'gcr.io', 30, 3],
  ]);
});

test.each([
  ['no object', 'hello'],
  ['another file', { name: 'smart-docker-build', version: '0.1.0' }],
  ['a later version', { ...report(), version: 2 }],
  ['a report without attempts', { ...report(), attempts: undefined }],
  ['times that are none', { ...report(), seconds: -1 }],
  ['a plan without strategy', { ...report(), attempts: [{ seconds: 1, plan: {}, outcome: { kind: 'built' } }] }],
])('%s is no report', (_, value) => {
  expect(readRecord(value)).toBeNull();
});

test('what an older release did not say is simply not counted', () => {
  const { inputs, ...old } = report();
  expect(inputs).toBeDefined();
  expect(readRecord(old)).toMatchObject({ verdict: 'built', thresholds: null, maxAttempts: null, forced: false });
});

function report(): Record<string, unknown> {
  const [text = ''] = generateReports({ seed: 1, count: 1 });
  return { ...(JSON.parse(text) as Record<string, unknown>), verdict: 'built' };
}
