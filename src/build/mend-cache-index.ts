import { createHash } from 'node:crypto';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What BuildKit's local exporter writes; other fields are kept as they are. */
const Index = z.looseObject({ manifests: z.array(z.looseObject({ digest: z.string(), size: z.number() })) });
/** A manifest of a cache: layers and the configuration that says of which step each is. */
const Manifest = z.object({
  mediaType: z.string().regex(/\.(manifest|index)\.|\.manifest\.list\./),
  layers: z.array(z.unknown()).optional(),
  manifests: z.array(z.unknown()).optional(),
});

/** Manifests are some kilobytes; what is larger is a layer. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Corrects the index of a cache that was exported just now. With several cache exports at once buildx writes into it the
 * manifest of whichever ended last (BuildKit client/solve.go: all of them answer under the one key `cache.manifest`), and
 * that of another export is not there: nobody could import the cache. In a folder of its own there is one manifest only.
 */
export async function mendCacheIndex(folder: string): Promise<void> {
  const file = join(folder, 'index.json');
  const index = Index.safeParse(parse(await readFile(file, 'utf8').catch(() => '')));
  const [named, ...others] = index.data?.manifests ?? [];
  if (named === undefined || others.length > 0) return;
  const blobs = join(folder, 'blobs/sha256');
  const names: readonly string[] = await readdir(blobs).catch(() => []);
  if (names.includes(named.digest.replace(/^sha256:/, ''))) return;
  const found = (await Promise.all(names.map((name) => manifestIn(blobs, name)))).flat();
  const [manifest] = found;
  if (manifest === undefined || found.length > 1) return;
  await writeFile(file, JSON.stringify({ ...index.data, manifests: [{ ...named, ...manifest }] }));
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** The blob as a manifest, or nothing where it is none or is damaged. */
async function manifestIn(folder: string, name: string): Promise<readonly Descriptor[]> {
  const file = await open(join(folder, name)).catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const first = await file.read(Buffer.alloc(1), 0, 1, 0);
    if (size > MAX_BYTES || first.buffer.toString() !== '{') return [];
    const content = await readFile(join(folder, name));
    const { success, data } = Manifest.safeParse(parse(content.toString()));
    const isWhole = createHash('sha256').update(content).digest('hex') === name;
    if (!success || !isWhole || (data.layers ?? data.manifests) === undefined) return [];
    return [{ mediaType: data.mediaType, digest: `sha256:${name}`, size }];
  } finally {
    await file.close();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
