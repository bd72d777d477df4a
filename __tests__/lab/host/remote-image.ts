import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { backendRepository } from '../services/hosts.ts';
import type { Descriptor, RegistryStorage } from './images/registry-storage.ts';

export interface Manifest {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly config?: {
    readonly Labels?: Readonly<Record<string, string>>;
    readonly User?: string;
    readonly Env?: readonly string[];
    readonly Entrypoint?: readonly string[];
  };
}

/** One image as the registry holds it. */
export interface RemoteImage {
  readonly digest: string;
  readonly mediaType: string;
  /** The index, or the only manifest. */
  readonly manifest: Manifest;
  /** By platform, such as `linux/amd64`. */
  readonly platforms: Readonly<
    Record<string, { readonly digest: string; readonly manifest: Manifest; readonly config: ImageConfig }>
  >;
  /** Predicate types of the attestations (SBOM, provenance) in the index. */
  readonly attestations: readonly string[];
}

/** Splits `ghcr.io/acme/x:1`, `alpine` or `…@sha256:…`, and finds where the lab's registry keeps it. */
export function locate(reference: string): {
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string;
} {
  const [name = '', digest] = reference.split('@');
  const [, host = 'docker.io', rest = name] = /^([^/]*[.:][^/]*)\/(.+)$/.exec(name) ?? [];
  const [, repository = rest, tag = 'latest'] = /^(.+?)(?::([\w.-]+))?$/.exec(rest) ?? [];
  const full = host === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
  return { repository: backendRepository(host, full), tag, ...(digest === undefined ? {} : { digest }) };
}

/**
 * Reads the registry's own storage, so that neither faults nor caches nor credentials come between a case and the
 * truth. Null where nothing was pushed under this reference.
 */
export async function readRemoteImage(storage: RegistryStorage, reference: string): Promise<RemoteImage | null> {
  const root = path.join(storage.folder, 'docker/registry/v2');
  const { repository, tag, digest: pinned } = locate(reference);
  const link = pinned
    ? path.join(root, 'repositories', repository, '_manifests/revisions', pinned.replace(':', '/'), 'link')
    : path.join(root, 'repositories', repository, '_manifests/tags', tag, 'current/link');
  const digest = await readFile(link, 'utf8').catch(() => null);
  if (digest === null) {
    return null;
  }
  const blob = async <T>(of: string): Promise<T> => {
    const hex = of.slice('sha256:'.length);
    return JSON.parse(await readFile(path.join(root, 'blobs/sha256', hex.slice(0, 2), hex, 'data'), 'utf8')) as T;
  };
  const manifest = await blob<Manifest>(digest);
  const children = manifest.manifests ?? [];
  const isAttestation = (child: Descriptor): boolean =>
    child.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
  const digests =
    children.length > 0 ? children.filter((child) => !isAttestation(child)).map((c) => c.digest) : [digest];
  const platforms = await Promise.all(
    digests.map(async (one) => {
      const own = await blob<Manifest>(one);
      const config = await blob<ImageConfig>(own.config?.digest ?? '');
      return [`${config.os}/${config.architecture}`, { digest: one, manifest: own, config }] as const;
    }),
  );
  const attestations = await Promise.all(children.filter(isAttestation).map((child) => blob<Manifest>(child.digest)));
  return {
    digest,
    mediaType: manifest.mediaType ?? '',
    manifest,
    platforms: Object.fromEntries(platforms),
    attestations: attestations.flatMap((one) =>
      (one.layers ?? []).map((layer) => layer.annotations?.['in-toto.io/predicate-type'] ?? ''),
    ),
  };
}
