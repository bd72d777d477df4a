import { expect, test } from 'vitest';
import {
  prewarmHeadline,
  prewarmLines,
  prewarmOutputs,
  prewarmProblem,
  prewarmSummary,
} from '../../src/report/prewarm.ts';
import { warmed } from './fixtures/prewarmed.ts';

test('one headline, a line an image, and one error that names all that is missing', () => {
  expect(prewarmHeadline(warmed)).toBe(
    'Warm store: 3 images, 1 fetched (59.7 MB), 1 unchanged, 1 not brought up to date; 60.7 MB of at most 2 GB',
  );
  expect(prewarmLines(warmed)).toEqual([
    'alpine:3.22          linux/amd64               unchanged, sha256:abababababab…',
    'golang:1.24-alpine   linux/amd64, linux/arm64  fetched, sha256:abababababab…, 59.7 MB from mirror.gcr.io',
    'ghcr.io/acme/base:1  linux/amd64               ⚠️ ghcr.io: <script> connection refused; sha256:cdcdcdcdcdcd… stays, confirmed 3 hours ago',
    'Go modules: none is needed',
    'Removed, wanted longest ago: docker.io/library/debian:12',
  ]);
  expect(prewarmProblem(warmed)).toBe(
    'prewarm could not bring up to date: ghcr.io/acme/base:1: ghcr.io: <script> connection refused',
  );
  expect(prewarmProblem({ ...warmed, images: warmed.images.slice(0, 2) })).toBeNull();
  expect(prewarmProblem({ ...warmed, interrupted: true })).toContain('goes on where this one ended');
});

test('the summary keeps text from outside from being markup', () => {
  const summary = prewarmSummary(warmed);
  expect(summary.split('\n')[0]).toMatch(/^### ⚠️ Warm store: 3 images/);
  expect(summary).toContain('| `alpine:3.22` |');
  expect(summary).not.toMatch(/(?<!`)<script>/);
});

test('outputs for later steps', () => {
  expect(prewarmOutputs(warmed)).toEqual({
    'warm-store-path': '/tmp/cache/store',
    'warm-images': '3',
    'warm-fetched': '1',
    'warm-failed': '1',
    'warm-bytes': '60700000',
  });
});
