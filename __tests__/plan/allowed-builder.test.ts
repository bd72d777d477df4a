import { expect, test } from 'vitest';
import { allowedBuilder, standInNote } from '../../src/plan/allowed-builder.ts';
import type { BuilderDecision } from '../../src/plan/builder-choice.ts';
import type { ImageRoute } from '../../src/plan/plan.ts';
import { builderRoute, digestA, factsOf, inputsOf } from './world.ts';

const current: BuilderDecision = {
  builder: { kind: 'current', name: 'mine', driver: 'docker-container' },
  cacheExport: true,
  multiPlatform: true,
  missing: null,
};
const held = builderRoute({
  kind: 'mirror',
  host: 'registry.corp.example',
  repository: 'hub/moby/buildkit',
  digest: digestA,
  confirmedBy: '',
  reason: '',
});
const nowhere = builderRoute({ kind: 'none', reason: 'no mirror has it', remedy: null });
const corp = { mirrors: 'docker.io=registry.corp.example/hub', 'mirrors-only': 'true' };
const why = 'mirrors-only: mine has not booted, and would ask for moby/buildkit:buildx-stable-1';
const like = {
  kind: 'own',
  name: 'own-1',
  image: `registry.corp.example/hub/moby/buildkit@${digestA}`,
  like: 'mine',
  reason: why,
};

interface Case {
  readonly flags?: Readonly<Record<string, string>>;
  readonly image?: string | null;
  readonly isBooted?: boolean;
  readonly route?: ImageRoute | null;
  readonly boot?: string;
}

test.each<[string, Case, object]>([
  ['without mirrors-only it boots as it is', { flags: {} }, current.builder],
  ['one that has booted is used', { isBooted: true }, current.builder],
  ['one like it boots from the mirror', {}, like],
  ['the user boots it from that mirror himself', { image: 'registry.corp.example/buildkit:v1' }, current.builder],
  ['nobody has its image', { route: nowhere }, { ...current.builder, barred: `${why}: no mirror has it` }],
  ['one like it did not boot', { boot: 'it died' }, { ...current.builder, barred: `${why}: it died` }],
  [
    'nobody is contacted at all',
    { flags: { offline: 'true' }, route: nowhere },
    { ...current.builder, barred: `${why.replace('mirrors-only', 'offline')}: no mirror has it` },
  ],
])('%s', (_, given, builder) => {
  const { flags = corp, image = null, isBooted = false, route = held, boot = null } = given;
  const facts = factsOf({
    builder: {
      name: 'mine',
      driver: 'docker-container',
      running: isBooted,
      ...(isBooted ? {} : { unbooted: { image } }),
    },
  });
  const { settings } = inputsOf(flags);
  const allowed = allowedBuilder(current, { facts, settings, lessons: { boot }, route, name: 'own-1' });
  expect(allowed).toEqual({ ...current, builder });
});

test('a stand-in is said, a builder of the usual kind is not', () => {
  expect(standInNote({ ...like, kind: 'own' })).toEqual([
    `the builder mine is left alone, and one like it builds, which is removed again (${why})`,
  ]);
  expect(standInNote({ kind: 'own', name: 'own-1', image: null, reason: '' })).toEqual([]);
  expect(standInNote(current.builder)).toEqual([]);
});
