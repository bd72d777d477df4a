import type { HealthPorts } from '../health/ports.ts';
import { catalogue, type CatalogueEntry } from '../registry/catalogue.ts';
import type { CustomMirror } from '../registry/mirror-list.ts';
import { askPackageMirror, askRegistryMirror } from './ask.ts';
import { proposalOf, STALE_MS, verdictOf, type CheckedEntry, type CheckedMirror, type SampleAnswer } from './judge.ts';

/** What is to be checked. */
export interface MirrorQuestion {
  /** Images to ask for in place of the usual sample. */
  readonly images: readonly string[];
  /** The user's own mirrors, checked as well. */
  readonly custom: readonly CustomMirror[];
  /** Today, `2026-11-23`. */
  readonly day: string;
}

type Ports = Pick<HealthPorts, 'http' | 'registry'>;

/** Asks every mirror at once, and judges each by its answers. */
export async function checkMirrors(
  question: MirrorQuestion,
  ports: Ports,
  signal: AbortSignal,
  entries: readonly CatalogueEntry[] = catalogue,
): Promise<readonly CheckedMirror[]> {
  const packages = checkPackages(entries, question, ports, signal);
  const registries = entries.flatMap((entry, index) =>
    entry.kind === 'registry' ? [checkRegistry({ ...entry, index }, entry, question, ports, signal)] : [],
  );
  const own = question.custom.map(({ upstream, host, prefix }) => {
    const asked = { upstream, mirror: host, mapping: { kind: 'prefix', prefix }, trust: 'tags' } as const;
    return checkRegistry({ ...asked, kind: 'registry', state: 'good', index: null }, asked, question, ports, signal);
  });
  return [...(await Promise.all([...own, ...registries])), ...(await packages)];
}

async function checkRegistry(
  { kind, upstream, mirror, state, trust, index }: CheckedEntry,
  asked: Parameters<typeof askRegistryMirror>[1],
  { images, day }: MirrorQuestion,
  ports: Ports,
  signal: AbortSignal,
): Promise<CheckedMirror> {
  const entry = { kind, upstream, mirror, state, trust, index };
  return judged(entry, await askRegistryMirror(ports.registry, asked, images, signal), day);
}

function judged(entry: CheckedEntry, samples: readonly SampleAnswer[], day: string): CheckedMirror {
  const verdict = verdictOf(samples);
  return { entry, samples, verdict, proposal: proposalOf(entry, samples, verdict, day) };
}

/** Mirrors of one distribution, beside each other: the newest among them is what the others are behind of. */
async function checkPackages(
  entries: readonly CatalogueEntry[],
  { day }: MirrorQuestion,
  ports: Ports,
  signal: AbortSignal,
): Promise<readonly CheckedMirror[]> {
  const asked = await Promise.all(
    entries.flatMap((entry, index) => {
      if (entry.kind === 'registry') return [];
      const answered = askPackageMirror(ports, { kind: entry.kind, url: entry.mapping.url }, signal);
      return [answered.then((seen) => ({ entry, index, ...seen }))];
    }),
  );
  const newest = (kind: CatalogueEntry['kind']): number =>
    Math.max(
      ...asked.flatMap(({ entry, changedMs }) => (entry.kind === kind && changedMs !== null ? [changedMs] : [])),
    );
  // Where nobody answers it is this machine that has no way out.
  const anybody = asked.some(({ answer }) => answer.result === 'equal');
  return asked.map(({ entry: { kind, upstream, mirror, state, trust }, index, answer, changedMs }) => {
    const behindMs = changedMs === null ? null : newest(kind) - changedMs;
    const isStale = behindMs !== null && behindMs > STALE_MS;
    const result = !anybody ? 'unconfirmed' : isStale ? 'differs' : answer.result;
    const sample: SampleAnswer = { ...answer, behindMs, result };
    return judged({ kind, upstream, mirror, state, trust, index }, [sample], day);
  });
}
