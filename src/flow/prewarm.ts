import { createBoard, type Board } from '../health/board.ts';
import { cacheLimit } from '../build/local-cache.ts';
import { recallDigests } from '../facts/digest-memory.ts';
import { isUsable } from '../health/observation.ts';
import { probeMirrors, probeUpstream, upstreamAnswer, type ImageNeed } from '../health/probe-image.ts';
import type { Inputs } from '../inputs/types.ts';
import { createLimit } from '../net/limit.ts';
import { freeBytesAt } from '../process/free-space.ts';
import { familiarName } from '../registry/reference.ts';
import { outcomeText, type Prewarmed, type WarmedImage } from '../report/prewarm.ts';
import { size } from '../report/words.ts';
import { readEntries, writeIndex } from '../store/entries.ts';
import { bytesOf, evicted, tidyStore } from '../store/evict.ts';
import { storeKey } from '../store/key.ts';
import type { Store } from '../store/layout.ts';
import { takeLease, whenAlone, type Lease } from '../store/lease.ts';
import { moduleBytes, readModules, removeModules, surplusModules } from '../store/modules.ts';
import { warmImage, type WarmPorts } from './warm-image.ts';
import { warmModules } from './warm-modules.ts';
import { warmNeeds, type WarmFiles } from './prewarm-needs.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

/** Images that are fetched at the same time. */
const AT_ONCE = 3;
/** Milliseconds without a byte after which a source is given up. */
const STALL_MS = 30_000;
const PAUSE_MS = 500;
/** Milliseconds between two words on a fetch that takes long. */
const NEWS_MS = 5_000;

/** Fills the warm store with everything that the Dockerfiles can need. */
export async function prewarm(
  store: Store,
  inputs: Inputs,
  files: WarmFiles,
  world: World,
  session: Session,
): Promise<Prewarmed> {
  const startedAtMs = Date.now();
  const { settings } = inputs;
  const lease = await takeLease(store);
  try {
    const needs = await warmNeeds(inputs, world, files);
    const board = await askEverybody(needs, inputs, world, session);
    const present = await readEntries(store);
    const freeBytes = await freeBytesAt(store.root);
    const maxBytes = cacheLimit(settings.warmMaxBytes, freeBytes, bytesOf(present.entries));
    const kept = new Set(needs.map(({ image }) => storeKey(image)));
    const gone: string[] = [];
    const makeRoom = async (bytes: number): Promise<void> => {
      gone.push(...(await evict(store, lease, bytes, kept)));
    };
    const memory = await recallDigests(settings.cacheLocalPath);
    const admitted = new Map<string, number>();
    const underWay: WarmPorts['underWay'] = new Map();
    const warm = async (need: ImageNeed, number: number): Promise<WarmedImage> => {
      const line = (text: string): void =>
        world.journal.line(`[${number}/${needs.length}] ${familiarName(need.image)}: ${text}`);
      const image = await warmImage(store, need, inputs, {
        ...portsOf(world, session, board, line, settings.healthCheckTimeoutMs),
        remembered: memory.get(need.key) ?? null,
        underWay,
        makeRoom,
        admit: (bytes) => {
          const others = [...admitted].reduce((sum, [key, one]) => sum + (key === need.key ? 0 : one), 0);
          if (others + bytes > maxBytes) {
            return `it does not fit: it has ${size(bytes)}, this run's other images ${size(others)}, and the store may have ${size(maxBytes)}`;
          }
          admitted.set(need.key, bytes);
          return null;
        },
      });
      line(outcomeText(image, Date.now()));
      return image;
    };
    const images = await inTurn(needs, warm);
    const modules = files.bundled ? await warmModules(store, inputs, world) : null;
    const all = await readEntries(store);
    const sources = await readModules(store);
    const unwanted = surplusModules(sources, maxBytes - bytesOf(all.entries), startedAtMs);
    const rest = maxBytes - (moduleBytes(sources) - moduleBytes(unwanted));
    const surplus = evicted(all.entries, rest, (reference) => kept.has(reference));
    const tidy = async (): Promise<void> => {
      await removeModules(unwanted);
      await tidyStore(store, surplus);
    };
    // Whoever is interrupted goes on from what he has.
    const isTidy = !world.signal.aborted && (await whenAlone(store, lease, tidy));
    if (isTidy) gone.push(...surplus);
    await writeIndex(store);
    const bytes = bytesOf((await readEntries(store)).entries) + moduleBytes(await readModules(store));
    const seconds = (Date.now() - startedAtMs) / 1000;
    const interrupted = world.signal.aborted;
    return {
      store: store.root,
      images,
      modules,
      evicted: gone,
      bytes,
      maxBytes,
      seconds,
      interrupted,
      nowMs: Date.now(),
    };
  } finally {
    await lease.release();
  }
}

/** Asks every registry, and the mirrors of each image whose own does not give it; waits for all that will answer. */
async function askEverybody(
  needs: readonly ImageNeed[],
  inputs: Inputs,
  world: World,
  session: Session,
): Promise<Board> {
  const board = createBoard();
  const timeoutMs = inputs.settings.healthCheckTimeoutMs;
  const probe = { knownDown: new Map<string, string>(), timeoutMs, signal: world.signal };
  for (const need of needs) probeUpstream(session.ports.registry, board, need, probe);
  await board.waitFor(() => false, timeoutMs + 1000);
  await board.linger(timeoutMs + 1000);
  for (const need of needs) {
    const answer = upstreamAnswer(board, need);
    if (answer === undefined || !isUsable(answer)) probeMirrors(session.ports.registry, board, need, probe);
  }
  await board.waitFor(() => false, timeoutMs + 1000);
  return board;
}

/** Removes what was wanted longest ago and is not wanted now, until so many bytes more are free. */
async function evict(store: Store, lease: Lease, bytes: number, kept: ReadonlySet<string>): Promise<readonly string[]> {
  const { entries } = await readEntries(store);
  const free = (await freeBytesAt(store.root)) ?? 0;
  const gone = evicted(entries, bytesOf(entries) - Math.max(0, bytes - free), (reference) => kept.has(reference));
  const isDone = await whenAlone(store, lease, () => tidyStore(store, gone));
  return isDone ? gone : [];
}

async function inTurn(
  needs: readonly ImageNeed[],
  warm: (need: ImageNeed, number: number) => Promise<WarmedImage>,
): Promise<readonly WarmedImage[]> {
  const limit = createLimit(AT_ONCE);
  return await Promise.all(
    needs.map(async (need, index) => {
      const release = await limit.acquire('images', new AbortController().signal);
      try {
        return await warm(need, index + 1);
      } finally {
        release?.();
      }
    }),
  );
}

function portsOf(
  world: World,
  session: Session,
  board: Board,
  line: (text: string) => void,
  timeoutMs: number,
): Omit<WarmPorts, 'remembered' | 'makeRoom' | 'admit' | 'underWay'> {
  let toldAtMs = Date.now();
  return {
    board,
    registry: session.ports.registry,
    blobs: session.blobs,
    signal: world.signal,
    stallMs: STALL_MS,
    pauseMs: PAUSE_MS,
    timeoutMs,
    onBytes: (bytes, ofBytes) => {
      if (Date.now() - toldAtMs < NEWS_MS) return;
      toldAtMs = Date.now();
      line(`${size(bytes)} of ${size(ofBytes)}`);
    },
  };
}
