import { once } from 'node:events';
import { open as openFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Location, RegistryRefusal } from '../registry/answer.ts';
import type { BlobClient } from '../registry/blob-stream.ts';
import type { BlobDescriptor } from '../registry/manifest.ts';
import { blobState, digestOfFile } from './blobs.ts';
import { blobPath, moveInto, type Store } from './layout.ts';
import { claimPartial, dropPartials, releasePartial, type Partial } from './partial.ts';

/** A host and the repository under which it has an image. */
export type BlobSource = Omit<Location, 'reference'>;

export type FetchedBlob =
  | { readonly kind: 'here' }
  | { readonly kind: 'fetched'; readonly host: string; readonly resumedAt: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'disk full'; readonly reason: string };

export interface FetchPorts {
  readonly blobs: BlobClient;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which a source is given up. */
  readonly stallMs: number;
  /** Milliseconds between two tries at one source. */
  readonly pauseMs: number;
  readonly onBytes: (bytes: number) => void;
}

/** One source is asked this often in a row without a further byte of it; what has arrived is kept between the times. */
const TRIES = 3;

/** Whether the same source may do better in a moment; one that cannot even be reached gives way to the next. */
export function mayRecover(refusal: RegistryRefusal): boolean {
  return refusal.kind === 'failed' && !['dns', 'connect', 'tls', 'aborted'].includes(refusal.phase);
}

/**
 * Brings a blob into the store from the first source that has it, going on where an earlier fetch broke off. It gets its
 * name only once all of it has its digest; false bytes are thrown away, and the next source is asked.
 */
export async function fetchBlob(
  store: Store,
  blob: BlobDescriptor,
  sources: readonly BlobSource[],
  ports: FetchPorts,
): Promise<FetchedBlob> {
  if ((await blobState(store, blob, 'digests')) === 'whole') return { kind: 'here' };
  const reasons: string[] = [];
  const partial = await claimPartial(store, blob.digest);
  const resumedAt = partial.bytes;
  for (const source of sources) {
    for (let tries = 1; tries <= TRIES && !ports.signal.aborted; tries += 1) {
      const had = await sizeOf(partial.path);
      const refusal = await append(partial, blob, source, ports);
      if (refusal === null && (await digestOfFile(partial.path, blob.digest)) === blob.digest) {
        await moveInto(partial.path, blobPath(store, blob.digest));
        await dropPartials(store, blob.digest);
        return { kind: 'fetched', host: source.host, resumedAt };
      }
      if (refusal !== null && /ENOSPC|EDQUOT/.test(refusal.evidence)) {
        // What has arrived takes the very room that is missing.
        await rm(partial.path, { force: true });
        return { kind: 'disk full', reason: 'the disk is full' };
      }
      reasons.push(refusal?.evidence ?? `${source.host} serves other bytes for ${blob.digest}`);
      if (refusal === null) await rm(partial.path, { force: true });
      if (refusal === null || !mayRecover(refusal)) break;
      if ((await sizeOf(partial.path)) > had) tries = 0;
      await sleep(ports.pauseMs, undefined, { signal: ports.signal }).catch(() => undefined);
    }
  }
  await releasePartial(store, blob.digest, partial);
  return { kind: 'refused', reason: [...new Set(reasons)].join('; ') || 'given up' };
}

/** Adds what is missing to the partial file; null where the source has sent everything to its end. */
async function append(
  partial: Partial,
  blob: BlobDescriptor,
  source: BlobSource,
  ports: FetchPorts,
): Promise<RegistryRefusal | null> {
  const have = await sizeOf(partial.path);
  if (have === blob.sizeBytes) return null;
  const stalled = new AbortController();
  const watch = stallWatch(ports.stallMs, () => stalled.abort(new DOMException('no more bytes', 'TimeoutError')));
  let sink: Writable | undefined;
  const open = (fromByte: number): Writable => {
    let bytes = fromByte;
    sink = fileSink(partial.path, fromByte === 0 ? 'w' : 'a', (added) => {
      watch.alive();
      ports.onBytes(added);
      bytes += added;
      // A source that sends more than the blob has would fill the disk.
      return bytes > blob.sizeBytes ? new Error(`sends more than the ${blob.sizeBytes} bytes of ${blob.digest}`) : null;
    });
    return sink;
  };
  const location = { ...source, reference: blob.digest };
  const from = have > blob.sizeBytes ? 0 : have;
  const answer = await ports.blobs.streamBlob(location, from, open, AbortSignal.any([ports.signal, stalled.signal]));
  watch.end();
  if (sink !== undefined && !sink.closed) await once(sink, 'close').catch(() => undefined);
  return answer.kind === 'streamed' ? null : answer;
}

/** Writes to a file; `check` sees the size of each piece first, and may refuse it. */
function fileSink(path: string, flags: 'w' | 'a', check: (bytes: number) => Error | null): Writable {
  let file: FileHandle | undefined;
  return new Writable({
    construct(done) {
      openFile(path, flags).then((opened) => {
        file = opened;
        done();
      }, done);
    },
    write(chunk: Buffer, _encoding, done) {
      const problem = check(chunk.length);
      if (problem !== null || file === undefined) done(problem);
      else file.appendFile(chunk).then(() => done(), done);
    },
    destroy(error, done) {
      if (file === undefined) done(error);
      else file.close().then(() => done(error), done);
    },
  });
}

/** Calls back once nothing has been alive for so long. */
function stallWatch(stallMs: number, onStall: () => void): { readonly alive: () => void; readonly end: () => void } {
  let timer = setTimeout(onStall, stallMs);
  return {
    alive: () => {
      clearTimeout(timer);
      timer = setTimeout(onStall, stallMs);
    },
    end: () => clearTimeout(timer),
  };
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
