import { expect, test } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import { chooseBuilder, wantsOwnBuilder } from '../../src/plan/builder-choice.ts';
import { NO_LESSONS } from '../../src/plan/lessons.ts';
import type { ImageRoute } from '../../src/plan/plan.ts';
import { builderRoute, digestA, factsOf, inputsOf } from './world.ts';

const containerd = factsOf();
const classic = factsOf({ engine: { containerdStore: false } });
const container = factsOf({ engine: { containerdStore: false }, builder: { driver: 'docker-container' } });
const withImage = factsOf({ engine: { containerdStore: false }, hasBuilderImage: true });

const one = inputsOf().request;
const two = inputsOf({ platforms: 'linux/amd64,linux/arm64' }).request;
const named = { ...two, builder: 'mine' };

const viaUpstream = builderRoute({ kind: 'upstream', digest: digestA, reason: 'it answers' });
const viaMirror = builderRoute({
  kind: 'mirror',
  host: 'mirror.gcr.io',
  repository: 'moby/buildkit',
  digest: digestA,
  confirmedBy: 'docker.io',
  reason: '',
});
const nowhere = builderRoute({ kind: 'none', reason: '503 from docker.io', remedy: null });

test.each<[string, Facts, typeof one, Parameters<typeof wantsOwnBuilder>[2], boolean]>([
  ['containerd image store', containerd, two, null, false],
  ['classic store', classic, one, null, true],
  ['classic store, optimal', classic, one, 'optimal', true],
  ['classic store, emergency: no cache is wanted', classic, one, 'emergency', false],
  ['classic store, emergency, two platforms', classic, two, 'emergency', true],
  ['a container builder is there', container, two, null, false],
  ['the user named a builder', classic, named, null, false],
])('a builder of our own is wanted: %s', (_, facts, request, strategy, wanted) => {
  expect(wantsOwnBuilder(facts, request, strategy)).toBe(wanted);
});

const own = (image: string | null, what = 'exports no cache'): object => ({
  builder: { kind: 'own', name: 'own-1', image, reason: `the engine has no containerd image store, so it ${what}` },
  cacheExport: true,
  multiPlatform: true,
  missing: null,
});
const engine = (missing: string | null, able: boolean): object => ({
  builder: { kind: 'current', name: null, driver: 'docker' },
  cacheExport: able,
  multiPlatform: able,
  missing,
});

test.each<[string, Facts, typeof one, ImageRoute | null, string | null, object]>([
  ['the engine can do it all', containerd, two, null, null, engine(null, true)],
  ['boots by its usual name', classic, one, viaUpstream, null, own(null)],
  ['boots from a mirror, by digest', classic, one, viaMirror, null, own(`mirror.gcr.io/moby/buildkit@${digestA}`)],
  [
    'says all that the engine cannot',
    classic,
    two,
    viaUpstream,
    null,
    own(null, 'exports no cache and builds one platform only'),
  ],
  ['boots from the copy that is there', withImage, one, nowhere, null, own(null)],
  [
    'no route, no copy: the engine does what it can',
    classic,
    two,
    nowhere,
    null,
    engine(
      'exports no cache and builds one platform only, because no builder could be booted: 503 from docker.io',
      false,
    ),
  ],
  [
    'a boot that failed is not tried again',
    withImage,
    one,
    viaUpstream,
    'exit 1',
    engine('exports no cache, because no builder could be booted: exit 1', false),
  ],
])('%s', (_, facts, request, route, boot, expected) => {
  expect(chooseBuilder(facts, request, 'optimal', route, 'own-1', { ...NO_LESSONS, boot })).toEqual(expected);
});

test("the user's own builder is used as it is", () => {
  const able = chooseBuilder(container, { ...one, builder: 'mine' }, 'optimal', null, 'own-1', NO_LESSONS);
  expect(able).toEqual({
    builder: { kind: 'current', name: 'mine', driver: 'docker-container' },
    cacheExport: true,
    multiPlatform: true,
    missing: null,
  });
});
