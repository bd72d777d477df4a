import { resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import { blueprintsOf, type Blueprint } from './blueprint.ts';
import { chooseDockerfiles, type DockerfileChoice } from './dockerfile-choice.ts';
import { readDockerfile } from './dockerfile/read.ts';
import type { DockerfileQuestion } from './dockerfile/types.ts';
import { diskPaths } from './paths.ts';
import type { Inputs } from '../inputs/types.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import type { World } from '../world.ts';

/** The Dockerfiles of a build, read. */
export interface ReadDockerfiles {
  readonly choice: DockerfileChoice;
  /** The standard one first, then the resilient one with every choice of its bases. */
  readonly blueprints: readonly Blueprint[];
}

/** Node's names of architectures as Go and image indexes have them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm: 'arm/v7' };

/** The platform of this machine, which is nearly always the engine's. */
export function ownPlatform(architecture: string): string {
  return `linux/${ARCHITECTURES[architecture] ?? architecture}`;
}

/** Finds and reads the Dockerfiles. Of a remote context nothing can be read in advance: it counts as needing nothing. */
export async function readDockerfiles(inputs: Inputs, world: World): Promise<ReadDockerfiles> {
  const { request } = inputs;
  const place = { file: request.file, context: request.context, cwd: world.cwd, bundled: world.bundled };
  const choice = chooseDockerfiles(place, diskPaths);
  const platform = ownPlatform(process.arch);
  const question: DockerfileQuestion = {
    target: request.target,
    buildArgs: argumentsOf(request.buildArgs),
    platforms: request.platforms,
    buildPlatform: platform,
    contexts: request.buildContexts.map((context) => context.split('=')[0] ?? ''),
  };
  if (choice === null) return remote(request.file, question);
  const read = async (kind: Blueprint['kind'], file: DockerfileChoice['standard'] | null): Promise<readonly Blueprint[]> =>
    file === null ? [] : blueprintsOf(kind, file, await readFile(resolve(file.path), 'utf8'), question, readDockerfile);
  const [standard, resilient] = await Promise.all([read('standard', choice.standard), read('resilient', choice.resilient)]);
  return { choice, blueprints: [...standard, ...resilient] };
}

/** What is built from a context that only BuildKit will fetch. */
function remote(file: string | null, question: DockerfileQuestion): ReadDockerfiles {
  const standard = { path: file ?? 'Dockerfile', origin: 'repository', isDefault: file === null } as const;
  const blueprints = blueprintsOf('standard', standard, 'FROM scratch\n', question, readDockerfile);
  return { choice: { standard, resilient: null }, blueprints };
}
