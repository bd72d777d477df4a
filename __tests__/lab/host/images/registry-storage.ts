import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly architecture: string; readonly os: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Writes images straight into docker-registry's storage folder: no server, no upload, and the folder is its own cache.
 * The layout is that of distribution/distribution, registry/storage/paths.go.
 */
export interface RegistryStorage {
  /** The folder given to the registry as `rootdirectory`. */
  readonly folder: string;
}

export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export async function writeBlob(storage: RegistryStorage, mediaType: string, content: Uint8Array): Promise<Descriptor> {
  const digest = digestOf(content);
  const hex = digest.slice('sha256:'.length);
  const file = path.join(root(storage), 'blobs/sha256', hex.slice(0, 2), hex, 'data');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return { mediaType, digest, size: content.length };
}

/** Makes a blob readable under a repository; blobs themselves are shared by all. */
export async function linkBlob(storage: RegistryStorage, repository: string, digest: string): Promise<void> {
  await writeLink(storage, repository, `_layers/${linkPath(digest)}`, digest);
}

export async function linkManifest(storage: RegistryStorage, repository: string, digest: string): Promise<void> {
  await writeLink(storage, repository, `_manifests/revisions/${linkPath(digest)}`, digest);
}

export async function tagManifest(
  storage: RegistryStorage,
  repository: string,
  tag: string,
  digest: string,
): Promise<void> {
  await writeLink(storage, repository, `_manifests/tags/${tag}/current`, digest);
  await writeLink(storage, repository, `_manifests/tags/${tag}/index/${linkPath(digest)}`, digest);
}

function root(storage: RegistryStorage): string {
  return path.join(storage.folder, 'docker/registry/v2');
}

function linkPath(digest: string): string {
  return digest.replace(':', '/');
}

async function writeLink(storage: RegistryStorage, repository: string, name: string, digest: string): Promise<void> {
  const folder = path.join(root(storage), 'repositories', repository, name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'link'), digest);
}
