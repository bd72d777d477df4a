import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { defaultDockerfile, isRemoteContext } from '../inputs/parse.ts';
import { isPlatform } from '../inputs/platforms.ts';
import type { Inputs } from '../inputs/types.ts';
import type { RunCommand } from '../process/run-command.ts';
import { diskPaths } from './paths.ts';
import { readOne, unreadDockerfiles, type ReadDockerfiles } from './read-dockerfiles.ts';
import { workspaceCommit } from './workspace-commit.ts';

export interface GivenPlaces {
  readonly cwd: string;
  /** GITHUB_WORKSPACE, or null. */
  readonly workspace: string | null;
  readonly run: RunCommand;
}

/**
 * Reads the Dockerfile that docker/build-push-action's inputs name, to know what it needs. It is only read: buildx is given
 * what the user gave. One that cannot be read here counts as needing nothing.
 */
export async function readGivenDockerfile(inputs: Inputs, places: GivenPlaces): Promise<ReadDockerfiles> {
  // Platforms that nobody knows are for buildx to refuse.
  const request = { ...inputs.request, platforms: inputs.request.platforms.filter(isPlatform) };
  const path = await findDockerfile(inputs, places);
  const text = path === null ? null : await readFile(path, 'utf8').catch(() => null);
  if (path === null || text === null) return unreadDockerfiles(request);
  const origin = request.file === null ? 'repository' : 'given';
  return readOne(request, { path, origin, isDefault: request.file === null }, text);
}

/** Where buildx will read it, or a copy that is the very same; null where there is none. */
async function findDockerfile({ request, asked }: Inputs, places: GivenPlaces): Promise<string | null> {
  const { file, context } = request;
  // An absolute path is a file of this machine, for a Git context too (docker/buildx build/opt.go, since 0.12).
  if (file !== null && isAbsolute(file)) return file;
  if (!isRemoteContext(context))
    return file === null ? defaultDockerfile(resolve(places.cwd, context), diskPaths) : resolve(places.cwd, file);
  if (asked.ownCommit === null || places.workspace === null) return null;
  const commit = await workspaceCommit(places.workspace, places.run);
  if (commit !== asked.ownCommit.commit) return null;
  const directory = join(places.workspace, asked.ownCommit.directory);
  return file === null ? defaultDockerfile(directory, diskPaths) : join(directory, file);
}
