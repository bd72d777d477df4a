/** Paths of the distribution API (opencontainers/distribution-spec: spec.md, "Endpoints"). */

export interface RegistryPath {
  readonly repository: string;
  readonly kind: 'manifests' | 'blobs' | 'tags' | 'referrers';
  /** Tag, digest, `uploads/…` or `list`. */
  readonly reference: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

const pattern =
  /^\/v2\/(?<repository>[^?]+)\/(?<kind>manifests|blobs|tags|referrers)\/(?<reference>[^?]*)(?<query>\?.*)?$/;

export function parseRegistryPath(path: string): RegistryPath | undefined {
  const groups = pattern.exec(path)?.groups;
  const { repository, kind, reference, query } = groups ?? {};
  if (repository === undefined || reference === undefined) {
    return undefined;
  }
  return {
    repository,
    kind: kind as RegistryPath['kind'],
    reference: decodeURIComponent(reference),
    query: query ?? '',
  };
}
