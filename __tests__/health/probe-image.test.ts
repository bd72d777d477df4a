import { expect, test } from 'vitest';
import type { Source } from '../../src/health/ask-source.ts';
import { createBoard, type Board } from '../../src/health/board.ts';
import { answersFor, probeMirrors, probeUpstream, wantedDigest, type ImageNeed } from '../../src/health/probe-image.ts';
import { digestA, digestB } from '../plan/world.ts';
import { createSlowRegistry, type Place } from '../plan/slow-registry.ts';

const image = { registry: 'docker.io', repository: 'library/golang', tag: '1.24', digest: null };

function mirror(host: string, changes: Partial<Source> = {}): Source {
  return {
    host,
    repository: 'golang',
    operator: host,
    kind: 'mirror',
    retired: false,
    trust: 'tags',
    region: null,
    ...changes,
  };
}

function needOf(mirrors: readonly Source[], changes: Partial<ImageNeed> = {}): ImageNeed {
  return {
    key: 'docker.io/library/golang:1.24',
    image,
    platforms: [],
    pulls: 1,
    mirrorsOnly: false,
    mirrors,
    locked: null,
    knownDigest: null,
    ...changes,
  };
}

const up = { afterMs: 0, digest: digestA };
const gone = { afterMs: 0, digest: null, missing: true };

/** Asks everybody, one after the other as in a run, and waits for the last answer. */
async function ask(
  need: ImageNeed,
  places: Readonly<Record<string, Place>>,
  knownDown: ReadonlyMap<string, string> = new Map(),
): Promise<{ board: Board; asked: readonly string[]; states: readonly string[] }> {
  const board = createBoard();
  const { registry, asked } = createSlowRegistry(places);
  const options = { knownDown, timeoutMs: 2000, signal: new AbortController().signal };
  probeUpstream(registry, board, need, options);
  await board.waitFor(() => false, 2000);
  probeMirrors(registry, board, need, options);
  await board.waitFor(() => false, 2000);
  return { board, asked, states: answersFor(board, need).map(({ host, state }) => `${host} ${state}`) };
}

test('answers come upstream first, then in the order of the mirrors, whoever was faster', async () => {
  const { states } = await ask(needOf([mirror('slow.example'), mirror('fast.example')]), {
    'docker.io': up,
    'slow.example': { ...up, afterMs: 50 },
    'fast.example': up,
  });
  expect(states).toEqual(['docker.io up', 'slow.example up', 'fast.example up']);
});

test('mirrors are asked for what the upstream says, blobs included', async () => {
  const { asked } = await ask(needOf([mirror('m.example')]), { 'docker.io': up, 'm.example': up });
  const blobs = ['docker.io/library/golang:blob', 'm.example/golang:blob'];
  expect([...asked].toSorted()).toEqual(
    ['docker.io/library/golang:1.24', `m.example/golang@${digestA}`, ...blobs].toSorted(),
  );
});

test('retired mirrors are asked where no living one has it', async () => {
  const need = needOf([mirror('living.example'), mirror('old.example', { retired: true })]);
  const well = await ask(need, { 'docker.io': gone, 'living.example': up, 'old.example': up });
  expect(well.states).toEqual(['docker.io up', 'living.example up']);
  const bad = await ask(need, { 'docker.io': gone, 'living.example': gone, 'old.example': up });
  expect(bad.states).toEqual(['docker.io up', 'living.example down', 'old.example up']);
});

test('a mirror whose tags are no evidence is asked for known digests only', async () => {
  const need = needOf([mirror('m.example', { trust: 'digests' })]);
  const dead = { afterMs: 0, digest: null };
  const unasked = await ask(need, { 'docker.io': dead, 'm.example': up });
  expect(unasked.asked).toEqual(['docker.io/library/golang:1.24']);
  expect(answersFor(unasked.board, need)[1]?.evidence).toBe('m.example is asked for known digests only');
  const known = await ask({ ...need, knownDigest: digestA }, { 'docker.io': dead, 'm.example': up });
  expect(known.asked).toContain(`m.example/golang@${digestA}`);
});

test('a remembered digest that has left a mirror gives way to the tag, a pin does not', async () => {
  const dead = { afterMs: 0, digest: null };
  const need = needOf([mirror('m.example')], { knownDigest: digestB });
  expect((await ask(need, { 'docker.io': dead, 'm.example': gone })).asked).toEqual([
    'docker.io/library/golang:1.24',
    `m.example/golang@${digestB}`,
    'm.example/golang:1.24',
  ]);
  const pinned = { ...need, image: { ...image, digest: digestB } };
  expect((await ask(pinned, { 'docker.io': dead, 'm.example': gone })).asked).toEqual([
    `docker.io/library/golang@${digestB}`,
    `m.example/golang@${digestB}`,
  ]);
});

test('hosts that failed a build are not asked', async () => {
  const knownDown = new Map([
    ['docker.io', 'docker.io cut the connection'],
    ['m.example', 'm.example served half a layer'],
  ]);
  const { asked, board } = await ask(needOf([mirror('m.example')]), { 'docker.io': up, 'm.example': up }, knownDown);
  expect(asked).toEqual([]);
  const answers = answersFor(board, needOf([mirror('m.example')]));
  expect(answers.map(({ state, evidence }) => [state, evidence])).toEqual([
    ['down', 'docker.io cut the connection'],
    ['down', 'm.example served half a layer'],
  ]);
});

test.each<[string, Partial<ImageNeed>, Place, string | null]>([
  ['the pin', { image: { ...image, digest: digestB } }, up, digestB],
  ['what the upstream says', { knownDigest: digestB }, up, digestA],
  ['what it said last time', { knownDigest: digestB }, gone, digestB],
  ['nothing', {}, gone, null],
])('wanted is %s', async (_, changes, place, digest) => {
  const need = needOf([], changes);
  const { board } = await ask(need, { 'docker.io': place });
  expect(wantedDigest(board, need)).toBe(digest);
});
