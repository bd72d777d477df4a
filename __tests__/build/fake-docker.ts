import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one call of the fake does: says something on stderr, then ends with a code, or hangs. */
export interface FakeCall {
  readonly says?: string;
  readonly code?: number;
  readonly hangs?: boolean;
}

export interface FakeDocker {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: { readonly iidFile: string; readonly metadataFile: string };
  /** How often it was called. */
  readonly calls: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Each call takes the next folder's words and code; a call that succeeds leaves an image id and metadata, as buildx does. */
const script = `#!/bin/sh
n=$(($(cat "$FAKE/count" 2>/dev/null || echo 0) + 1))
echo "$n" > "$FAKE/count"
cat "$FAKE/$n/says" >&2
[ ! -e "$FAKE/$n/hangs" ] || exec sleep 60
code=$(cat "$FAKE/$n/code")
if [ "$code" = 0 ]; then
  echo "sha256:image-$n" > "$FAKE/iid"
  echo '{"containerimage.digest":"sha256:image"}' > "$FAKE/metadata"
fi
exit "$code"
`;

/** A `docker` that is first on the path, and fails as it is told. Its arguments are not looked at. */
export async function createFakeDocker(calls: readonly FakeCall[]): Promise<FakeDocker> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-docker-'));
  await writeFile(join(folder, 'docker'), script);
  await chmod(join(folder, 'docker'), 0o755);
  for (const [index, { says = '', code = 0, hangs = false }] of calls.entries()) {
    const place = join(folder, String(index + 1));
    await mkdir(place);
    await writeFile(join(place, 'says'), says);
    await writeFile(join(place, 'code'), String(code));
    if (hangs) await writeFile(join(place, 'hangs'), '');
  }
  return {
    folder,
    env: { FAKE: folder, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    files: { iidFile: join(folder, 'iid'), metadataFile: join(folder, 'metadata') },
    calls: async () => Number(await readFile(join(folder, 'count'), 'utf8').catch(() => '0')),
    close: async () => await rm(folder, { recursive: true, force: true }),
  };
}
