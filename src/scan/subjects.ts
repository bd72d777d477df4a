import type { Blueprint } from '../facts/blueprint.ts';
import { needKey } from '../facts/blueprint.ts';
import { isUsable } from '../health/observation.ts';
import type { SourceAnswer } from '../health/source-answer.ts';
import type { ImageRoute, Plan } from '../plan/plan.ts';
import type { StoredImage } from '../store/stored.ts';
import type { ImageReference } from '../registry/reference.ts';
import type { SignedImage } from './cosign.ts';
import type { ScanSubject } from './findings.ts';

/** One external image as scanners and cosign are asked about it. */
export interface ExternalSubject {
  /** `docker.io/library/alpine`: what the patterns of a policy are held against. */
  readonly fullName: string;
  readonly signed: SignedImage | null;
  /** Once for each platform of the build; empty for what does not end up in an image. */
  readonly scans: readonly ScanSubject[];
}

/** An image of the plan, where the plan fetches it. */
export function subjectOf(route: ImageRoute, standIns: ReadonlySet<string>): ExternalSubject {
  const { name, reference, choice, platforms, purpose } = route;
  const isUpstream = choice.kind === 'upstream';
  const digest = choice.kind === 'none' ? null : choice.digest;
  const place = choice.kind === 'mirror' ? choice : { host: reference?.registry, repository: reference?.repository };
  const at = digest === null || place.host === undefined ? null : `${place.host}/${place.repository}@${digest}`;
  const kind = standIns.has(name) ? 'fallback' : 'base';
  return {
    fullName: fullNameOf(reference, name),
    signed: at === null ? null : { name, reference: at, isUpstream },
    scans: purpose === 'base' ? scansOf(kind, name, at, platforms, choice.kind === 'store' ? choice.path : null) : [],
  };
}

/** The bases that could stand in for others and do not, where anybody has them. */
export function sparesOf(
  plan: Plan,
  blueprints: readonly Blueprint[],
  answers: ReadonlyMap<string, readonly SourceAnswer[]>,
  store: { readonly root: string; readonly stored: ReadonlyMap<string, StoredImage> },
): readonly ScanSubject[] {
  const used = new Set(plan.images.map(({ name }) => name));
  const spares = new Map(
    blueprints
      .flatMap(({ facts }) => facts.images)
      .filter(({ text, uses }) => !used.has(text) && uses.some(({ kind }) => kind === 'from'))
      .map((image) => [image.text, image] as const),
  );
  return [...spares.values()].flatMap((image) => {
    const key = needKey(image);
    const source = answers.get(key)?.find((answer) => isUsable(answer) && answer.digest !== null);
    if (source !== undefined)
      return scansOf(
        'fallback',
        image.text,
        `${source.host}/${source.repository}@${source.digest}`,
        image.platforms,
        null,
      );
    const kept = store.stored.get(key);
    const { registry, repository } = image.reference;
    const at = kept?.problem === null ? `${registry}/${repository}@${kept.digest}` : null;
    return scansOf('fallback', image.text, at, image.platforms, at === null ? null : store.root);
  });
}

/** What stands in for another base in this plan. */
export function standInsOf({ substitutions }: Plan): ReadonlySet<string> {
  return new Set(substitutions.map(({ to }) => to));
}

function scansOf(
  kind: ScanSubject['kind'],
  name: string,
  reference: string | null,
  platforms: readonly string[],
  store: string | null,
): readonly ScanSubject[] {
  const each = platforms.length === 0 ? [null] : platforms;
  const place = store === null ? ({ where: 'registry' } as const) : ({ where: 'store', store } as const);
  return each.map((platform) => ({ kind, name, reference, platform, ...place }));
}

function fullNameOf(reference: ImageReference | undefined, name: string): string {
  return reference === undefined ? name : `${reference.registry}/${reference.repository}`;
}
