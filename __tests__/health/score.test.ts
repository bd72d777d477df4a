import { describe, expect, test } from 'vitest';
import { arithmetic, scoreOf, type Verdict } from '../../src/health/score.ts';
import { SERVICES, type ServiceId } from '../../src/health/services.ts';

const proxies = (up: number, of = 3): Verdict => ({ state: 'up', share: { up, of } });

function verdicts(changes: Readonly<Partial<Record<ServiceId, Verdict>>> = {}): Readonly<Record<ServiceId, Verdict>> {
  const well = SERVICES.map(({ id }) => [id, { state: 'up' }]);
  return { ...(Object.fromEntries(well) as Record<ServiceId, Verdict>), 'go-proxies': proxies(3), ...changes };
}

const down: Verdict = { state: 'down' };

test('the weights add up to 100', () => {
  expect(SERVICES.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
});

describe('the total', () => {
  test.each<[string, Partial<Record<ServiceId, Verdict>>, number]>([
    ['all well', {}, 100],
    ['docker.io degraded', { 'docker.io': down }, 85],
    ['docker.io degraded, 2 of 3 Go proxies, as in the example', { 'docker.io': down, 'go-proxies': proxies(2) }, 85],
    ['docker.io rate-limited', { 'docker.io': { state: 'limited' } }, 85],
    ['docker.io slow', { 'docker.io': { state: 'slow' } }, 93],
    ['not known is not held against it', { 'docker.io': { state: 'unknown' } }, 100],
    ['outside Actions', { 'gha-cache': { state: 'not-applicable' } }, 100],
    ['the Actions cache down', { 'gha-cache': down }, 85],
    ['docker.io and the Actions cache down', { 'docker.io': down, 'gha-cache': down }, 70],
    ['gcr.io down', { 'gcr.io': down }, 90],
    ['one Go proxy left', { 'go-proxies': proxies(1) }, 93],
    ['two of four', { 'go-proxies': proxies(2, 4) }, 93],
    ['three of four', { 'go-proxies': proxies(3, 4) }, 100],
    ['no Go proxy', { 'go-proxies': proxies(0) }, 85],
    [
      'no registry',
      { 'docker.io': down, 'gcr.io': down, 'ghcr.io': down, 'quay.io': down, 'registry.k8s.io': down },
      55,
    ],
    ['nothing at all', Object.fromEntries(SERVICES.map(({ id }) => [id, down])), 0],
  ])('%s', (_, changes, total) => {
    expect(scoreOf(verdicts(changes)).total).toBe(total);
  });
});

test('each line has its reason, and the arithmetic can be checked by hand', () => {
  const score = scoreOf(
    verdicts({
      'docker.io': down,
      'gcr.io': { state: 'slow' },
      'go-proxies': proxies(2),
      'gha-cache': { state: 'not-applicable' },
    }),
  );
  expect(score).toEqual({
    total: 80,
    lines: [
      { service: 'gha-cache', points: 15, weight: 15, reason: 'not applicable here' },
      { service: 'docker.io', points: 0, weight: 15, reason: 'degraded' },
      { service: 'gcr.io', points: 5, weight: 10, reason: 'slow' },
      { service: 'ghcr.io', points: 10, weight: 10, reason: 'healthy' },
      { service: 'quay.io', points: 5, weight: 5, reason: 'healthy' },
      { service: 'registry.k8s.io', points: 5, weight: 5, reason: 'healthy' },
      { service: 'go-proxies', points: 15, weight: 15, reason: '2/3 responsive' },
      { service: 'dns', points: 15, weight: 15, reason: 'healthy' },
      { service: 'internet', points: 10, weight: 10, reason: 'healthy' },
    ],
  });
  expect(arithmetic(score)).toBe(
    'gha-cache 15/15 + docker.io 0/15 + gcr.io 5/10 + ghcr.io 10/10 + quay.io 5/5 + registry.k8s.io 5/5 + go-proxies 15/15 + dns 15/15 + internet 10/10 = 80/100',
  );
});
