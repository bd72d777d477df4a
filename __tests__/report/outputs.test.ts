import { expect, it } from 'vitest';
import { outputsOf } from '../../src/report/outputs.ts';
import { digest, recovered } from './fixtures/built.ts';
import { failedInfrastructure, failedUserCode, healthOnly } from './fixtures/failed.ts';

it('a build that recovered', () => {
  expect(outputsOf(recovered)).toEqual({
    GHA_CACHE_AVAILABLE: 'true',
    AVAILABLE_REGISTRIES: 'gcr.io ghcr.io quay.io registry.k8s.io',
    'health-score': '85',
    strategy: 'optimal',
    attempts: '2',
    digest,
    imageid: digest,
    metadata: `{\n  "containerimage.digest": "${digest}"\n}`,
  });
});

it('a failed build names its failure', () => {
  expect(outputsOf(failedInfrastructure)).toEqual({
    GHA_CACHE_AVAILABLE: 'false',
    AVAILABLE_REGISTRIES: 'gcr.io docker.io ghcr.io registry.k8s.io',
    'health-score': '80',
    strategy: 'resilient',
    attempts: '3',
    'failure-class': 'registry-unavailable',
    'failure-step': '[internal] load metadata for quay.io/acme/base:3',
    'failure-component': 'quay.io',
  });
});

it('a failure without a service has no component', () => {
  expect(Object.keys(outputsOf(failedUserCode))).not.toContain('failure-component');
});

it('a look at the health alone', () => {
  expect(outputsOf(healthOnly)).toEqual({
    GHA_CACHE_AVAILABLE: 'false',
    AVAILABLE_REGISTRIES: 'gcr.io ghcr.io quay.io registry.k8s.io',
    'health-score': '85',
    strategy: 'optimal',
    attempts: '0',
  });
});
