import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defaultDockerfile } from '../inputs/parse.ts';
import { isPlatform } from '../inputs/platforms.ts';
import type { Inputs } from '../inputs/types.ts';
import { diskPaths } from './paths.ts';
import { readOne, unreadDockerfiles, type ReadDockerfiles } from './read-dockerfiles.ts';

/**
 * Reads the Dockerfile of a local context that docker/build-push-action's inputs name, to know what it needs. It is only
 * read: buildx is given what the user gave. One that cannot be read here counts as needing nothing.
 */
export async function readGivenDockerfile(inputs: Inputs, cwd: string): Promise<ReadDockerfiles> {
  // Platforms that nobody knows are for buildx to refuse.
  const request = { ...inputs.request, platforms: inputs.request.platforms.filter(isPlatform) };
  const { file, context } = request;
  const path = file === null ? defaultDockerfile(resolve(cwd, context), diskPaths) : resolve(cwd, file);
  const text = path === null ? null : await readFile(path, 'utf8').catch(() => null);
  if (path === null || text === null) return unreadDockerfiles(request);
  return readOne(request, { path, origin: file === null ? 'repository' : 'given', isDefault: file === null }, text);
}
