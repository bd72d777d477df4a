import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A build as buildx's history knows it: `builder/node/id`. */
export interface BuildRef {
  readonly builder: string;
  readonly node: string;
  readonly id: string;
}

/** `buildx.build.ref` of a metadata file, or null. */
export function refIn(metadata: string | null): BuildRef | null {
  try {
    const value = (JSON.parse(metadata ?? 'null') as Readonly<Record<string, unknown>> | null)?.['buildx.build.ref'];
    return typeof value === 'string' ? refOf(value) : null;
  } catch {
    return null;
  }
}

function refOf(text: string): BuildRef | null {
  const [builder = '', node = '', id = '', ...more] = text.split('/');
  return builder === '' || node === '' || id === '' || more.length > 0 ? null : { builder, node, id };
}

/** Where buildx keeps its state (docker/buildx util/confutil/config.go). */
export function buildxStateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  return env['BUILDX_CONFIG'] || join(env['DOCKER_CONFIG'] || join(env['HOME'] || '/root', '.docker'), 'buildx');
}

/**
 * The builds of this run, the first one first. A failed build leaves no metadata, only a file with its name in buildx's
 * state (docker/actions-toolkit src/buildx/buildx.ts `refs`); all of one builder's node, because one record holds no more.
 * @param sinceMs when the first attempt began, milliseconds since the epoch
 */
export async function buildRefs(directory: string, metadata: string | null, sinceMs: number): Promise<BuildRef[]> {
  const named = refIn(metadata);
  const found = await refsSince(join(directory, 'refs'), sinceMs);
  const last = named ?? found.at(-1)?.ref;
  if (last === undefined) return [];
  const before = found
    .map(({ ref }) => ref)
    .filter(({ builder, node, id }) => builder === last.builder && node === last.node && id !== last.id);
  return [...before, last];
}

async function refsSince(
  root: string,
  sinceMs: number,
): Promise<readonly { readonly ref: BuildRef; readonly atMs: number }[]> {
  const builders = await namesIn(root);
  const nodes = await Promise.all(
    builders.map(async (builder) => (await namesIn(join(root, builder))).map((node) => ({ builder, node }))),
  );
  const refs = await Promise.all(
    nodes
      .flat()
      .map(async ({ builder, node }) =>
        (await namesIn(join(root, builder, node))).map((id) => ({ builder, node, id })),
      ),
  );
  const dated = await Promise.all(
    refs.flat().map(async (ref) => {
      const state = await stat(join(root, ref.builder, ref.node, ref.id)).catch(() => null);
      return { ref, atMs: state?.isFile() === true ? state.mtimeMs : Number.NEGATIVE_INFINITY };
    }),
  );
  return dated.filter(({ atMs }) => atMs >= sinceMs).toSorted((a, b) => a.atMs - b.atMs);
}

/** Beside the builders there is a folder of groups, which are no builds. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name !== '__group__');
}
