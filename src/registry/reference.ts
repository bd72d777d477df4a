/**
 * Image references, by the rules of distribution/reference (normalize.go, regexp.go), which docker, buildx and
 * BuildKit share: https://github.com/distribution/reference. A reference that one of them would read differently
 * would make us probe one image and build with another.
 */

/** A complete image name. At least one of tag and digest may be missing; both missing means `latest`. */
export interface ImageReference {
  /** Host with port, `docker.io` for Docker Hub. */
  readonly registry: string;
  /** Path below the host, with `library/` for Docker's official images. */
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:` and 64 hexadecimal digits (or sha384, sha512). */
  readonly digest: string | null;
}

export type ParsedReference =
  | { readonly kind: 'parsed'; readonly reference: ImageReference }
  | { readonly kind: 'invalid'; readonly problem: string };

export const dockerHub = 'docker.io';
const legacyDockerHub = 'index.docker.io';
const officialPrefix = 'library/';

/** Longest repository path (RepositoryNameTotalLengthMax). */
const maxRepositoryLength = 255;

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`);
const hostLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const registryPattern = new RegExp(`^(?:${hostLabel}(?:\\.${hostLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const imageIdPattern = /^[a-f0-9]{64}$/;
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Reads a reference as a user writes it (`alpine`, `ghcr.io/o/app:v1@sha256:…`). Never throws. */
export function parseReference(text: string): ParsedReference {
  if (text === '') return invalid('the image name is empty');
  if (imageIdPattern.test(text)) return invalid(`"${text}" is an image id: give the image's name`);
  const { registry, rest } = splitRegistry(text);

  const at = rest.indexOf('@');
  const digest = at === -1 ? null : rest.slice(at + 1);
  const named = at === -1 ? rest : rest.slice(0, at);
  const colon = named.indexOf(':');
  const tag = colon === -1 ? null : named.slice(colon + 1);
  const repository = colon === -1 ? named : named.slice(0, colon);

  const problem =
    registryProblem(registry) ?? repositoryProblem(repository) ?? tagProblem(tag) ?? digestProblem(digest);
  if (problem !== null) return invalid(`"${text}" is not an image name: ${problem}`);
  return { kind: 'parsed', reference: { registry, repository, tag, digest } };
}

/** `splitDockerDomain` of normalize.go: what precedes the first slash is a host only if it looks like one. */
function splitRegistry(text: string): { readonly registry: string; readonly rest: string } {
  const slash = text.indexOf('/');
  if (slash === -1) return { registry: dockerHub, rest: officialPrefix + text };
  const first = text.slice(0, slash);
  const remainder = text.slice(slash + 1);
  const isHost = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  if (isHost && first !== legacyDockerHub && first !== dockerHub) return { registry: first, rest: remainder };
  const rest = isHost ? remainder : text;
  return { registry: dockerHub, rest: rest.includes('/') ? rest : officialPrefix + rest };
}

function registryProblem(registry: string): string | null {
  return registryPattern.test(registry) ? null : `"${registry}" is not a host name`;
}

function repositoryProblem(repository: string): string | null {
  if (repository.length > maxRepositoryLength) return `its name is longer than ${maxRepositoryLength} characters`;
  if (repositoryPattern.test(repository)) return null;
  const shown = repository.startsWith(officialPrefix) ? repository.slice(officialPrefix.length) : repository;
  if (shown === '') return 'the name is missing';
  const lower = repository.toLowerCase();
  if (lower !== repository && repositoryPattern.test(lower)) {
    return `"${shown}" must be lower case: "${shown.toLowerCase()}"`;
  }
  return `"${shown}" may hold only lower-case letters, digits and single separators (. _ __ -) between them`;
}

function tagProblem(tag: string | null): string | null {
  if (tag === null || tagPattern.test(tag)) return null;
  if (tag === '') return 'the tag after ":" is missing';
  if (tag.length > 128) return 'its tag is longer than 128 characters';
  return `the tag "${tag}" may hold only letters, digits, "_", "." and "-", and starts with a letter, a digit or "_"`;
}

function digestProblem(digest: string | null): string | null {
  if (digest === null) return null;
  const [algorithm = '', hex = '', ...more] = digest.split(':');
  const length = Object.hasOwn(digestLengths, algorithm) ? digestLengths[algorithm] : undefined;
  if (length === undefined) return `the digest "${digest}" does not start with sha256:, sha384: or sha512:`;
  if (more.length > 0 || !/^[a-f0-9]*$/.test(hex) || hex.length !== length) {
    return `a ${algorithm} digest has ${length} lower-case hexadecimal digits`;
  }
  return null;
}

/** Whether the text is a digest that an image can be fetched by. */
export function isDigest(text: string): boolean {
  return digestProblem(text) === null;
}

/** The canonical text, host included: `docker.io/library/alpine:3.20@sha256:…`. `latest` is not added. */
export function formatReference(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`;
}

/** The text as people write it (`FamiliarString`): `alpine:3.20`, `moby/buildkit`, `gcr.io/distroless/static`. */
export function familiarName(reference: ImageReference): string {
  if (reference.registry !== dockerHub) return formatReference(reference);
  const official = reference.repository.startsWith(officialPrefix)
    ? reference.repository.slice(officialPrefix.length)
    : '';
  const name = official === '' || official.includes('/') ? reference.repository : official;
  return name + suffix(reference);
}

/** The tag that a registry is asked for when nothing else is said. */
export function tagOrLatest(reference: ImageReference): string {
  return reference.tag ?? 'latest';
}

/** What a manifest is asked for: the digest if there is one, else the tag. */
export function manifestReference(reference: ImageReference): string {
  return reference.digest ?? tagOrLatest(reference);
}

/**
 * The key that BuildKit looks up for `--build-context KEY=docker-image://…` when a Dockerfile says this reference
 * (buildx util/buildflags/context.go, BuildKit frontend/dockerui/config.go): familiar, without a final `:latest`.
 */
export function contextKey(reference: ImageReference): string {
  const familiar = familiarName(reference);
  return familiar.endsWith(':latest') ? familiar.slice(0, -':latest'.length) : familiar;
}

/** The same repository, tag and digest at another host. */
export function withRegistryHost(reference: ImageReference, registry: string): ImageReference {
  return { ...reference, registry };
}

function suffix(reference: ImageReference): string {
  const tag = reference.tag === null ? '' : `:${reference.tag}`;
  const digest = reference.digest === null ? '' : `@${reference.digest}`;
  return tag + digest;
}

function invalid(problem: string): ParsedReference {
  return { kind: 'invalid', problem };
}
