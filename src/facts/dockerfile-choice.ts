import { join, resolve } from 'node:path';
import { defaultDockerfile, dockerfileOf, isRemoteContext, type PathKinds } from '../inputs/parse.ts';

/** One Dockerfile that could be built. */
export interface DockerfileFile {
  readonly path: string;
  readonly origin: 'given' | 'repository' | 'bundled';
  /** Whether buildx finds it by itself, so that no --file is needed. */
  readonly isDefault: boolean;
  /** Of a context that BuildKit fetches: how it was read. `path` is then one in that context. Default: it lies here. */
  readonly remote?: RemoteReading;
}

/** How the Dockerfile of a remote context was read before the build, or why it was not. */
export type RemoteReading =
  | {
      readonly kind: 'read';
      /** Where, as in `read ${from}`. */
      readonly from: string;
      /** To the byte what BuildKit will fetch: a branch may move until then, and a work tree may have been edited. */
      readonly isExact: boolean;
      /** Where this machine has it, or would have it with a checkout; null where the context is another repository. */
      readonly here: string | null;
    }
  | {
      readonly kind: 'unread';
      /** What was tried, a clause each. */
      readonly tried: readonly string[];
    };

/** The Dockerfile for good days and the one for bad days; they are the same where there is no resilient one. */
export interface DockerfileChoice {
  readonly standard: DockerfileFile;
  readonly resilient: DockerfileFile | null;
}

export interface DockerfileQuestion {
  readonly file: string | null;
  readonly context: string;
  readonly cwd: string;
  /** Where the bundled `Dockerfile` and `Dockerfile.resilient` are. */
  readonly bundled: string;
}

/** `file` if given, else the repository's own, else the bundled ones for Go services. */
export function chooseDockerfiles(question: DockerfileQuestion, paths: PathKinds): DockerfileChoice | null {
  if (isRemoteContext(question.context)) return null;
  const context = resolve(question.cwd, question.context);
  if (question.file !== null) {
    const path = dockerfileOf(question.file, question.cwd, context, paths);
    return path === null ? null : withSibling(path, 'given', false, paths);
  }
  const own = defaultDockerfile(context, paths);
  if (own !== null) return withSibling(own, 'repository', true, paths);
  return withSibling(join(question.bundled, 'Dockerfile'), 'bundled', false, paths);
}

function withSibling(
  path: string,
  origin: DockerfileFile['origin'],
  isDefault: boolean,
  paths: PathKinds,
): DockerfileChoice {
  const sibling = `${path}.resilient`;
  return {
    standard: { path, origin, isDefault },
    resilient: paths.isFile(sibling) ? { path: sibling, origin, isDefault: false } : null,
  };
}
