import { Writable } from 'node:stream';
import type { Location } from '../registry/answer.ts';
import type { BlobClient } from '../registry/blob-stream.ts';

/** How a blob comes from its registry just now. */
export type BlobSample =
  | { readonly kind: 'comes'; readonly bytesPerSecond: number }
  /** Nothing comes, or something wrong. */
  | { readonly kind: 'fails'; readonly evidence: string }
  /** The registry does not let us look. */
  | { readonly kind: 'unknown' };

/** Enough to tell a rate, and little beside a layer. */
const SAMPLE_BYTES = 256 * 1024;
/** A slow source has told its rate by then. */
const SAMPLE_MS = 2500;
/** Time to the first byte, with the token and the way to the blob store. */
const ANSWER_MS = 1500;
/** A connection that carries nothing for so long has stopped. */
const STILL_MS = 1000;

/** Reads a piece of a blob, as the builder would, to see whether and how fast it comes. Never rejects. */
export async function sampleBlob(
  blobs: BlobClient,
  location: Location,
  fromByte: number,
  signal: AbortSignal,
): Promise<BlobSample> {
  const startedAt = performance.now();
  const over = new AbortController();
  let bytes = 0;
  const stop = (why: 'enough' | 'still') => (): void => over.abort(why);
  let still = setTimeout(stop('still'), ANSWER_MS);
  const end = setTimeout(stop('enough'), SAMPLE_MS);
  const into = (): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        bytes += chunk.length;
        clearTimeout(still);
        still = setTimeout(stop('still'), STILL_MS);
        if (bytes >= SAMPLE_BYTES) over.abort('enough');
        done();
      },
    });
  const answer = await blobs.streamBlob(location, fromByte, into, AbortSignal.any([signal, over.signal]));
  clearTimeout(still);
  clearTimeout(end);
  const seconds = (performance.now() - startedAt) / 1000;
  const host = answer.host;
  if (over.signal.reason === 'still') {
    return { kind: 'fails', evidence: `${host} was asked for the layer as well, and stopped after ${bytes} bytes` };
  }
  if (bytes > 0 && (answer.kind === 'streamed' || over.signal.aborted)) {
    return { kind: 'comes', bytesPerSecond: bytes / seconds };
  }
  if (signal.aborted || answer.kind === 'streamed') return { kind: 'unknown' };
  const isWrong = answer.kind === 'failed' || answer.kind === 'limited';
  return isWrong ? { kind: 'fails', evidence: answer.evidence } : { kind: 'unknown' };
}
