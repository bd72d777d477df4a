import type { Inputs } from '../inputs/types.ts';
import type { RegistryClient } from '../registry/client.ts';
import { parseReference, tagOrLatest } from '../registry/reference.ts';
import type { PreviousImage } from './image.ts';
import { readRegistryImage } from './registry-image.ts';

export interface PreviousPorts {
  readonly registry: RegistryClient;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** What a tag named before this build, asked for while the build runs. */
export interface PreviousQuestion {
  /** The answer, if there is one by now or in a moment; the question ends with it. Never rejects. */
  readonly answer: (built: {
    /** The digest that was built. */
    readonly digest: string | null;
    /** When the build began, milliseconds since the epoch. */
    readonly startedAtMs: number;
  }) => Promise<PreviousImage | null>;
  readonly cancel: () => void;
}

/** The question itself is given up after this time. */
const ASK_TIMEOUT_MS = 10_000;
/** Nobody waits longer for a comparison when the image is there. */
const MOMENT_MS = 300;

/** Asks the registry what the first tag names before it is pushed over; asks nothing where nothing is pushed. */
export function askPrevious(
  { request }: Inputs,
  enginePlatform: string | null,
  ports: PreviousPorts,
): PreviousQuestion {
  const [tag] = request.tags;
  const parsed = tag === undefined ? null : parseReference(tag);
  if (!request.push || parsed?.kind !== 'parsed') {
    return { answer: async () => await Promise.resolve(null), cancel: () => undefined };
  }
  const { registry: host, repository } = parsed.reference;
  const end = new AbortController();
  const signal = AbortSignal.any([ports.signal, end.signal, AbortSignal.timeout(ASK_TIMEOUT_MS)]);
  const location = { host, repository, reference: tagOrLatest(parsed.reference) };
  const asked = readRegistryImage(location, enginePlatform, ports.registry, signal).then(
    (image) => ({ image, atMs: ports.now() }),
    () => null,
  );
  return {
    cancel: () => end.abort(),
    answer: async ({ digest, startedAtMs }) => {
      const known = await Promise.race([asked, moment(end.signal)]);
      end.abort();
      if (known === null || known.image.digest === null || known.image.problem !== null) return null;
      // The same digest late in the build may be this build's own.
      if (known.image.digest === digest && known.atMs >= startedAtMs) return null;
      return { digest: known.image.digest, platforms: known.image.platforms };
    },
  };
}

async function moment(ended: AbortSignal): Promise<null> {
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), MOMENT_MS);
    ended.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
