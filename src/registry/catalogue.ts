import { z } from 'zod';
import data from './catalogue.json' with { type: 'json' };
import type { CustomMirror } from './mirror-list.ts';
import type { ImageReference } from './reference.ts';

/** How an upstream's repository is named at a mirror. What a mapping cannot hold, the mirror does not have. */
const mappingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prefix'), prefix: z.string() }),
  /** Docker's official images only, without their `library/`. */
  z.object({ kind: z.literal('official'), prefix: z.string() }),
  /** The last part of the path only. */
  z.object({ kind: z.literal('flatten'), prefix: z.string() }),
  /** A single repository. */
  z.object({ kind: z.literal('one'), repository: z.string(), as: z.string() }),
]);

const common = {
  upstream: z.string().min(1),
  mirror: z.string().min(1),
  /** Who runs it: two mirrors of one operator are one witness. */
  operator: z.string().min(1),
  region: z.enum(['global', 'cn']),
  /** `limited`: allow-lists, rate limits or no dated evidence. `retired`: tried after all others. */
  state: z.enum(['good', 'limited', 'retired']),
  /** Year, month or day since when the state is known; null when nobody dated it. */
  since: z
    .string()
    .regex(/^\d{4}(-\d\d){0,2}$/)
    .nullable(),
  evidence: z.string().min(1),
};

const registrySchema = z.object({
  ...common,
  kind: z.literal('registry'),
  mapping: mappingSchema,
  /** `tags`: its word on a tag is evidence. `digests`: it is asked for known digests only. */
  trust: z.enum(['tags', 'digests']),
});

const packageSchema = z.object({
  ...common,
  kind: z.enum(['go-proxy', 'apk', 'apt']),
  mapping: z.object({ kind: z.literal('url'), url: z.url() }),
  /** What protects the bytes, whoever serves them: GOSUMDB, or the distribution's keys. */
  trust: z.enum(['checksum-database', 'signature']),
});

const catalogueSchema = z.array(z.discriminatedUnion('kind', [registrySchema, packageSchema])).readonly();

export type CatalogueEntry = Readonly<z.infer<typeof catalogueSchema>[number]>;
export type MirrorState = CatalogueEntry['state'];
export type MirrorRegion = CatalogueEntry['region'];
export type PackageKind = z.infer<typeof packageSchema>['kind'];
type Mapping = z.infer<typeof mappingSchema>;

export const catalogue: readonly CatalogueEntry[] = catalogueSchema.parse(data);

/** Another place where an image may be. */
export interface MirrorCandidate {
  readonly host: string;
  readonly repository: string;
  /** For the user's own mirrors the host itself, where the catalogue does not know it. */
  readonly operator: string;
  readonly state: MirrorState;
  /** Null for the user's own mirrors. */
  readonly region: MirrorRegion | null;
  readonly custom: boolean;
  readonly trust: 'tags' | 'digests';
}

/** The user's own mirrors first; with `mirrorsOnly` nothing else. */
export interface MirrorChoice<Custom> {
  readonly custom: readonly Custom[];
  readonly mirrorsOnly: boolean;
}

/** Every mirror that may hold an image, in catalogue order, the retired ones last, none twice. */
export function mirrorsOf(reference: ImageReference, choice: MirrorChoice<CustomMirror>): readonly MirrorCandidate[] {
  const own = choice.custom
    .filter((mirror) => mirror.upstream === reference.registry)
    .map(({ host, prefix }): MirrorCandidate => {
      const repository = prefix + reference.repository;
      return { host, repository, operator: operatorOf(host), state: 'good', region: null, custom: true, trust: 'tags' };
    });
  const listed = choice.mirrorsOnly ? [] : livingFirst(catalogue).flatMap((entry) => candidateOf(entry, reference));
  return uniqueBy([...own, ...listed], ({ host, repository }) => `${host}/${repository}`);
}

/** One host is one witness, however its name is written, and whoever lists it. */
function operatorOf(host: string): string {
  const plain = host.toLowerCase().replace(/:443$/, '');
  return catalogue.find(({ mirror }) => mirror === plain)?.operator ?? plain;
}

function candidateOf(entry: CatalogueEntry, reference: ImageReference): readonly MirrorCandidate[] {
  if (entry.kind !== 'registry' || entry.upstream !== reference.registry) return [];
  const repository = mapRepository(entry.mapping, reference.repository);
  if (repository === null) return [];
  const { mirror: host, operator, state, region, trust } = entry;
  return [{ host, repository, operator, state, region, custom: false, trust }];
}

/** How a mirror names a repository of its upstream; null where it cannot have it. */
export function mapRepository(mapping: Mapping, repository: string): string | null {
  switch (mapping.kind) {
    case 'prefix':
      return mapping.prefix + repository;
    case 'official': {
      const [, name] = /^library\/([^/]+)$/.exec(repository) ?? [];
      return name === undefined ? null : mapping.prefix + name;
    }
    case 'flatten':
      return mapping.prefix + repository.slice(repository.lastIndexOf('/') + 1);
    case 'one':
      return repository === mapping.repository ? mapping.as : null;
  }
}

/** A Go proxy, or a mirror of a distribution's packages. */
export interface PackageMirror {
  /** Without a slash at the end. */
  readonly url: string;
  readonly operator: string;
  readonly state: MirrorState;
  readonly region: MirrorRegion | null;
  readonly custom: boolean;
}

/** Every source of Go modules or packages, the user's own first (as URLs), the retired ones last, none twice. */
export function packageMirrors(kind: PackageKind, choice: MirrorChoice<string>): readonly PackageMirror[] {
  const own = choice.custom.map((text): PackageMirror => {
    const url = text.replace(/\/+$/, '');
    return { url, operator: URL.canParse(url) ? new URL(url).host : url, state: 'good', region: null, custom: true };
  });
  const listed = livingFirst(catalogue).flatMap((entry): readonly PackageMirror[] => {
    if (entry.kind !== kind) return [];
    const { mapping, operator, state, region } = entry;
    return [{ url: mapping.url, operator, state, region, custom: false }];
  });
  return uniqueBy(choice.mirrorsOnly ? own : [...own, ...listed], ({ url }) => url);
}

function livingFirst(entries: readonly CatalogueEntry[]): readonly CatalogueEntry[] {
  const isRetired = (entry: CatalogueEntry): boolean => entry.state === 'retired';
  return [...entries.filter((entry) => !isRetired(entry)), ...entries.filter(isRetired)];
}

function uniqueBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  const seen = new Map<string, Item>();
  for (const item of items) if (!seen.has(keyOf(item))) seen.set(keyOf(item), item);
  return [...seen.values()];
}
