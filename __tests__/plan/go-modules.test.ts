import { expect, test } from 'vitest';
import type { Blueprint } from '../../src/facts/blueprint.ts';
import { down } from '../../src/health/observation.ts';
import { planOf, valuesOf } from './question.ts';
import { blueprints, healthOf, inputsOf } from './world.ts';

const [google, cn, io] = ['https://proxy.golang.org', 'https://goproxy.cn', 'https://goproxy.io'];
const file =
  'FROM scratch AS go-modules\nFROM golang:1.24\nARG GOPROXY\nRUN --mount=type=bind,from=go-modules,target=/go-modules go build .\n';
const bundled = blueprints(file).map((one): Blueprint => ({ ...one, file: { ...one.file, origin: 'bundled' } }));

interface Case {
  readonly dead?: readonly string[];
  readonly flags?: Readonly<Record<string, string>>;
  readonly modules?: null;
  readonly own?: boolean;
}

test.each<[string, Case, string | null]>([
  [
    'no proxy is well: stored modules first',
    { dead: [google, cn, io] },
    `file:///go-modules|${google}|${cn}|${io}|direct`,
  ],
  ['one is well: they stay where they are', { dead: [google, io] }, null],
  ['mirrors-only without a proxy: they alone', { flags: { 'mirrors-only': 'true' } }, 'file:///go-modules'],
  ['offline: they alone', { flags: { offline: 'true' } }, 'file:///go-modules'],
  ["a Dockerfile of the user's", { own: true, dead: [google, cn, io] }, null],
  ['the user says it', { dead: [google, cn, io], flags: { 'build-args': 'GOPROXY=off' } }, null],
  ['nothing is stored', { dead: [google, cn, io], modules: null }, null],
])('%s', async (_, { dead = [], flags = {}, modules = '/store/go', own = false }, expected) => {
  const inputs = inputsOf(flags);
  const { mirrorsOnly, offline } = inputs.settings;
  const health = await healthOf(Object.fromEntries(dead.map((url) => [url, down('503')])), { mirrorsOnly, offline });
  const store = { root: '/store', stored: new Map(), modules };
  const plan = await planOf({ inputs, health, store, blueprints: own ? blueprints(file) : bundled });
  const given = valuesOf(plan, '--build-arg').filter((value) => value.startsWith('GOPROXY=file:'));
  expect(given).toEqual(expected === null ? [] : [`GOPROXY=${expected}`]);
  const contexts = valuesOf(plan, '--build-context').filter((value) => value.startsWith('go-modules='));
  expect(contexts).toEqual(expected === null ? [] : ['go-modules=/store/go']);
});
