import { ageText } from '../registry/digest-of-tag.ts';
import { cleanLine } from './clean.ts';
import { columns } from './columns.ts';
import { fitSummary } from './fit.ts';
import { blocks, code, prose, table } from './markdown.ts';
import { listed, plural, shortDigest, size } from './words.ts';

/** One image, and what became of it in a pre-warm. */
export interface WarmedImage {
  /** As people write it. */
  readonly name: string;
  readonly reference: string;
  readonly platforms: readonly string[];
  /** The digest that was wanted; null where nobody could say which. */
  readonly digest: string | null;
  readonly outcome:
    | { readonly kind: 'kept' }
    | {
        readonly kind: 'fetched';
        readonly from: readonly string[];
        readonly bytes: number;
        /** It was here already, and incomplete or damaged. */
        readonly repaired: boolean;
      }
    | {
        readonly kind: 'failed';
        readonly reason: string;
        /** What the store has of it all the same. */
        readonly older: { readonly digest: string; readonly confirmedAtMs: number } | null;
      };
}

export interface WarmedModules {
  readonly kind: 'kept' | 'failed';
  readonly reason: string;
}

/** What a pre-warm did. */
export interface Prewarmed {
  readonly store: string;
  readonly images: readonly WarmedImage[];
  /** Of the bundled Dockerfiles' Go modules; null where no such Dockerfile was asked for. */
  readonly modules: WarmedModules | null;
  /** Images that had to go, the ones that were wanted longest ago. */
  readonly evicted: readonly string[];
  readonly bytes: number;
  readonly maxBytes: number;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly nowMs: number;
}

/** Whether everything is there as it is today. */
export function isWarm({ images, modules, interrupted }: Prewarmed): boolean {
  return !interrupted && modules?.kind !== 'failed' && images.every(({ outcome }) => outcome.kind !== 'failed');
}

/** The one error that names everything that is not there, or null. */
export function prewarmProblem(result: Prewarmed): string | null {
  if (isWarm(result)) return null;
  const failed = result.images.flatMap(({ name, outcome }) =>
    outcome.kind === 'failed' ? [`${name}: ${cleanLine(outcome.reason, 300)}`] : [],
  );
  const modules = result.modules?.kind === 'failed' ? [`Go modules: ${cleanLine(result.modules.reason, 300)}`] : [];
  const all = [...failed, ...modules];
  if (result.interrupted) return 'prewarm was cancelled; the next run goes on where this one ended';
  return `prewarm could not bring up to date: ${all.join('; ')}`;
}

/** `12 images, 3 fetched (210 MB), 9 unchanged`. */
export function prewarmHeadline({ images, bytes, maxBytes }: Prewarmed): string {
  const fetched = images.flatMap(({ outcome }) => (outcome.kind === 'fetched' ? [outcome.bytes] : []));
  const kept = images.filter(({ outcome }) => outcome.kind === 'kept').length;
  const failed = images.length - fetched.length - kept;
  const parts = [
    `${fetched.length} fetched (${size(fetched.reduce((a, b) => a + b, 0))})`,
    `${kept} unchanged`,
    ...(failed === 0 ? [] : [`${failed} not brought up to date`]),
  ];
  return `Warm store: ${plural(images.length, 'image')}, ${parts.join(', ')}; ${size(bytes)} of at most ${size(maxBytes)}`;
}

/** The images as aligned lines. */
export function prewarmLines(result: Prewarmed): readonly string[] {
  return [
    ...columns(
      result.images.map((image) => [image.name, image.platforms.join(', '), outcomeText(image, result.nowMs)]),
    ),
    ...moreLines(result),
  ];
}

export function outcomeText({ digest, outcome }: WarmedImage, nowMs: number): string {
  switch (outcome.kind) {
    case 'kept':
      return `unchanged, ${shortDigest(digest ?? '')}`;
    case 'fetched': {
      const from = outcome.from.length === 0 ? '' : ` from ${listed(outcome.from)}`;
      return `${outcome.repaired ? 'completed' : 'fetched'}, ${shortDigest(digest ?? '')}, ${size(outcome.bytes)}${from}`;
    }
    case 'failed': {
      const { older, reason } = outcome;
      const stays =
        older === null
          ? ''
          : `; ${shortDigest(older.digest)} stays, confirmed ${ageText(nowMs - older.confirmedAtMs)} ago`;
      return `⚠️ ${cleanLine(reason, 300)}${stays}`;
    }
  }
}

function moreLines({ modules, evicted }: Prewarmed): readonly string[] {
  return [
    ...(modules === null ? [] : [`Go modules: ${modules.kind === 'failed' ? '⚠️ ' : ''}${modules.reason}`]),
    ...(evicted.length === 0 ? [] : [`Removed, wanted longest ago: ${evicted.join(', ')}`]),
  ];
}

/** The job summary of a pre-warm. */
export function prewarmSummary(result: Prewarmed): string {
  const icon = isWarm(result) ? '✅' : '⚠️';
  const rows = result.images.map((image) => [
    code(image.name),
    prose(image.platforms.join(', ')),
    prose(outcomeText(image, result.nowMs)),
  ]);
  const more = moreLines(result).map(prose).join('\n\n');
  const images = table(['Image', 'Platforms', 'Store'], rows);
  return fitSummary(`${blocks(`### ${icon} ${prose(prewarmHeadline(result))}`, images, more)}\n`);
}

/** The outputs of a pre-warm. */
export function prewarmOutputs(result: Prewarmed): Readonly<Record<string, string>> {
  const count = (kind: string): string => String(result.images.filter(({ outcome }) => outcome.kind === kind).length);
  return {
    'warm-store-path': result.store,
    'warm-images': String(result.images.length),
    'warm-fetched': count('fetched'),
    'warm-failed': count('failed'),
    'warm-bytes': String(result.bytes),
  };
}
