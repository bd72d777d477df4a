import type { ImageNeed } from '../health/probe-image.ts';
import type { Inputs } from '../inputs/types.ts';
import { freeBytesAt } from '../process/free-space.ts';
import { familiarName } from '../registry/reference.ts';
import type { WarmedImage } from '../report/prewarm.ts';
import { size } from '../report/words.ts';
import type { Depth } from '../store/blobs.ts';
import { contentOf } from '../store/content.ts';
import { readEntry, touchEntry, writeEntry, type StoreEntry } from '../store/entries.ts';
import { fetchImage, type ImageFetchPorts } from '../store/fetch-image.ts';
import { storeKey } from '../store/key.ts';
import type { Store } from '../store/layout.ts';
import { choiceFor, confirmation, sourcesOf, type WarmEvidence } from './warm-source.ts';

/** Left free on the disk whatever is fetched: a full disk fails everything else on the machine too. */
const RESERVE_BYTES = 64 * 1024 * 1024;

export interface WarmPorts extends Omit<ImageFetchPorts, 'onPlan' | 'onBytes'>, WarmEvidence {
  readonly onBytes: (bytes: number, ofBytes: number) => void;
  /** Why so many bytes of an image may not be added to what this run keeps, or null where they may. */
  readonly admit: (totalBytes: number) => string | null;
  /** Makes room on the disk where it can. */
  readonly makeRoom: (bytes: number) => Promise<void>;
}

/** Brings one image of the store up to date: by digest, verified, from wherever it can be had. */
export async function warmImage(store: Store, need: ImageNeed, inputs: Inputs, ports: WarmPorts): Promise<WarmedImage> {
  const reference = storeKey(need.image);
  const choice = choiceFor(need, inputs, ports);
  const found = await readEntry(store, reference);
  const old = found === 'absent' || found === 'damaged' ? null : found.entry;
  const digest = choice.kind === 'none' ? null : choice.digest;
  const base = { name: familiarName(need.image), reference, platforms: need.platforms, digest };
  if (choice.kind === 'none' || digest === null) return await withoutSource(choice.reason);
  const confirmed = confirmation(choice, need, ports.remembered);
  // Another workflow may have asked for other platforms of the same image.
  const platforms = [...new Set([...need.platforms, ...(old?.digest === digest ? old.platforms : [])])];
  if (old?.digest === digest && (await isWhole(old, platforms, 'digests'))) {
    await writeEntry(store, { ...old, ...confirmed });
    return { ...base, outcome: { kind: 'kept' } };
  }
  const progress = { bytes: 0, ofBytes: 0 };
  const once = async (): Promise<WarmedImage> => {
    const fetched = await fetchImage(store, digest, platforms, sourcesOf(need, choice), {
      ...ports,
      onBytes: (added) => ports.onBytes((progress.bytes += added), progress.ofBytes),
      onPlan: async (missing, total) => {
        progress.ofBytes = progress.bytes + missing;
        return ports.admit(total) ?? (await roomProblem(missing));
      },
    });
    if (fetched.kind === 'refused') return await withoutSource(fetched.reason);
    const { mediaType, blobs, hosts } = fetched;
    const fetchedFrom = hosts.join(', ') || (old?.fetchedFrom ?? '');
    const entry = { reference, digest, mediaType, platforms: fetched.platforms, blobs, ...confirmed, fetchedFrom };
    await writeEntry(store, entry);
    // Room that was made for another image may have taken a layer that was here when this one began.
    if (!(await isWhole({ version: 1, ...entry }, platforms, 'sizes'))) return await once();
    const repaired = found === 'damaged' || old?.digest === digest;
    return { ...base, outcome: { kind: 'fetched', from: hosts, bytes: progress.bytes, repaired } };
  };
  return await once().catch(async (error: unknown) => await withoutSource(textOf(error)));

  /** What is there already stays, with the day on which it was last confirmed. */
  async function withoutSource(reason: string): Promise<WarmedImage> {
    const stays = old !== null && (await isWhole(old, need.platforms, 'digests'));
    if (stays) await touchEntry(store, reference, new Date());
    return {
      ...base,
      outcome: {
        kind: 'failed',
        reason,
        older: stays ? { digest: old.digest, confirmedAtMs: old.confirmedAtMs } : null,
      },
    };
  }

  async function isWhole(entry: StoreEntry, wanted: readonly string[], depth: Depth): Promise<boolean> {
    const root = entry.blobs.find((blob) => blob.digest === entry.digest);
    if (root === undefined) return false;
    return (await contentOf(store, root, wanted, depth)).kind === 'complete';
  }

  async function roomProblem(missing: number): Promise<string | null> {
    const lacks = async (): Promise<boolean> => {
      const free = await freeBytesAt(store.root);
      return free !== null && missing + RESERVE_BYTES > free;
    };
    if (!(await lacks())) return null;
    await ports.makeRoom(missing + RESERVE_BYTES);
    if (!(await lacks())) return null;
    const free = (await freeBytesAt(store.root)) ?? 0;
    return `no room on the disk: ${size(missing)} are to be fetched, ${size(free)} are free, and ${size(RESERVE_BYTES)} of them are left alone`;
  }
}

function textOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
