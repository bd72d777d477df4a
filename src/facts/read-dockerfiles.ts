import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { blueprintsOf, type Blueprint } from './blueprint.ts';
import { chooseDockerfiles, type DockerfileChoice, type DockerfileFile } from './dockerfile-choice.ts';
import { readDockerfile } from './dockerfile/read.ts';
import type { DockerfileQuestion } from './dockerfile/types.ts';
import { diskPaths } from './paths.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import { isRemoteContext } from '../inputs/parse.ts';
import type { BuildRequest } from '../inputs/types.ts';

/** The Dockerfiles of a build, read. */
export interface ReadDockerfiles {
  readonly choice: DockerfileChoice;
  /** The standard one first, then the resilient one with every choice of its bases. */
  readonly blueprints: readonly Blueprint[];
  /** Enough of the standard one's SHA-256 to tell it from another, hexadecimal. */
  readonly fingerprint: string;
  /** Why it is not known what the build needs, a clause. Default: it is known. */
  readonly unread?: string;
}

/** Where Dockerfiles are looked for. */
export interface DockerfilePlaces {
  readonly cwd: string;
  /** The directory of the bundled ones. */
  readonly bundled: string;
}

/** Node's names of architectures as Go and image indexes have them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm: 'arm/v7', ppc64: 'ppc64le' };

/** The platform of this machine, which is nearly always the engine's. */
export function ownPlatform(architecture: string): string {
  return `linux/${ARCHITECTURES[architecture] ?? architecture}`;
}

/** Finds and reads the Dockerfiles. Of a remote context nothing can be read in advance: it counts as needing nothing. */
export async function readDockerfiles(request: BuildRequest, places: DockerfilePlaces): Promise<ReadDockerfiles> {
  const choice = chooseDockerfiles({ file: request.file, context: request.context, ...places }, diskPaths);
  const question = questionOf(request);
  if (choice === null) return unreadDockerfiles(request);
  const text = async (file: DockerfileChoice['standard']): Promise<string> => await readFile(file.path, 'utf8');
  const [standard, resilient] = await Promise.all([
    text(choice.standard),
    choice.resilient === null ? null : text(choice.resilient),
  ]);
  const blueprints = blueprintsOf('standard', choice.standard, standard, question, readDockerfile);
  if (choice.resilient === null || resilient === null)
    return { choice, blueprints, fingerprint: fingerprintOf(standard) };
  const more = blueprintsOf('resilient', choice.resilient, resilient, question, readDockerfile);
  return { choice, blueprints: [...blueprints, ...more], fingerprint: fingerprintOf(standard) };
}

/** One Dockerfile without a resilient one beside it. */
export function readOne(request: BuildRequest, standard: DockerfileFile, text: string): ReadDockerfiles {
  const blueprints = blueprintsOf('standard', standard, text, questionOf(request), readDockerfile);
  return { choice: { standard, resilient: null }, blueprints, fingerprint: fingerprintOf(text) };
}

/**
 * What is built where the Dockerfile cannot be read before BuildKit does.
 * @param tried of a context that BuildKit fetches: why it is not known, a clause each
 */
export function unreadDockerfiles(request: BuildRequest, tried: readonly string[] = []): ReadDockerfiles {
  const { file } = request;
  const standard = { path: file ?? 'Dockerfile', origin: 'repository', isDefault: file === null } as const;
  if (!isRemoteContext(request.context)) {
    const unread = `the Dockerfile ${standard.path} cannot be read`;
    return { ...readOne(request, standard, 'FROM scratch\n'), fingerprint: 'remote', unread };
  }
  const why = tried.length === 0 ? '' : ` (${tried.join('; ')})`;
  const unread = `only BuildKit will read the Dockerfile of this context${why}; check the repository out, and build from its directory`;
  const remote = { kind: 'unread', tried } as const;
  return { ...readOne(request, { ...standard, remote }, 'FROM scratch\n'), fingerprint: 'remote', unread };
}

function questionOf(request: BuildRequest): DockerfileQuestion {
  return {
    target: request.target,
    buildArgs: argumentsOf(request.buildArgs),
    platforms: request.platforms,
    buildPlatform: ownPlatform(process.arch),
    contexts: request.buildContexts.map((context) => context.split('=')[0] ?? ''),
  };
}

function fingerprintOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
