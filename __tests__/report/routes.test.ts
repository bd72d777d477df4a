import { expect, test } from 'vitest';
import { confirmation, whyThere } from '../../src/report/routes.ts';
import { builderRoute, digestA } from '../plan/world.ts';

test('who vouches for a digest is one thing, why a host is asked before another one is told beside it', () => {
  const choice = { kind: 'mirror', host: 'mirror.gcr.io', repository: 'moby/buildkit', digest: digestA } as const;
  const settled = { ...choice, confirmedBy: 'the Dockerfile', reason: 'docker.io is down; it is pinned' };
  const only = builderRoute(settled);
  expect(confirmation(only)).toBe('same digest as the Dockerfile');
  expect(whyThere(only)).toBe('same digest as the Dockerfile');
  const first = builderRoute({ ...settled, preference: 'faster than public.ecr.aws' });
  expect(confirmation(first)).toBe('same digest as the Dockerfile');
  expect(whyThere(first)).toBe('same digest as the Dockerfile; faster than public.ecr.aws');
});
