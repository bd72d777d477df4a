import type { CatalogueEntry } from '../registry/catalogue.ts';
import { parseReference, tagOrLatest, type ImageReference } from '../registry/reference.ts';

type RegistryEntry = Extract<CatalogueEntry, { kind: 'registry' }>;

/** Images that a registry's mirrors are asked for: small, popular, with tags that move and tags that do not. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['alpine:latest', 'debian:stable-slim', 'golang:latest', 'busybox:latest'],
  'gcr.io': ['gcr.io/distroless/static-debian12:nonroot', 'gcr.io/distroless/base-debian12:latest'],
  'quay.io': ['quay.io/prometheus/busybox:latest', 'quay.io/prometheus/node-exporter:latest'],
  'registry.k8s.io': ['registry.k8s.io/pause:3.10', 'registry.k8s.io/coredns/coredns:v1.11.3'],
};

/** The only tag that matters of a mirror of a single repository. */
const ONE_TAG: Readonly<Record<string, string>> = { 'moby/buildkit': 'buildx-stable-1' };

/** One image to ask for: at its registry, and at the mirror. */
export interface Sample {
  readonly image: ImageReference;
  readonly tag: string;
  /** How the mirror names the repository. */
  readonly repository: string;
}

/**
 * The images that a mirror is asked for.
 *
 * @param given images to ask for in place of the usual ones; those of other registries are left out
 * @param map how the mirror names a repository, null for what it does not have
 */
export function samplesFor(
  upstream: string,
  given: readonly string[],
  map: (repository: string) => string | null,
): readonly Sample[] {
  const names = given.length > 0 ? given : [...(SAMPLES[upstream] ?? []), ...oneNames(upstream)];
  return names.flatMap((name) => {
    const parsed = parseReference(name);
    if (parsed.kind !== 'parsed' || parsed.reference.registry !== upstream) return [];
    const image = parsed.reference;
    const repository = map(image.repository);
    return repository === null ? [] : [{ image, tag: tagOrLatest(image), repository }];
  });
}

function oneNames(upstream: string): readonly string[] {
  return Object.entries(ONE_TAG).map(([repository, tag]) => `${upstream}/${repository}:${tag}`);
}

/** Mirrors of a single repository are asked for that one only; the others not for it. */
export function isSampleOf(entry: Pick<RegistryEntry, 'mapping'>, repository: string): boolean {
  return entry.mapping.kind === 'one' || !(repository in ONE_TAG);
}
