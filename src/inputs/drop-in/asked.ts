/*
 * What the inputs of docker/build-push-action ask for beyond a BuildRequest: what can only be put on the line once the
 * versions of buildx and BuildKit are known. The value of no secret is in here.
 */

/** A secret that was given as text: its value is kept apart, under the name of the file that will hold it. */
export interface SecretText {
  readonly id: string;
  readonly file: string;
}

/** The contexts in one of the two spellings of the default Git context. */
export interface ContextForm {
  readonly context: string;
  readonly buildContexts: readonly string[];
  /** The token that fetches the default Git context; null where the context is another one, or comes with its own. */
  readonly gitToken: SecretText | null;
}

/** A context that is a commit of the very repository that the workflow runs for. */
export interface OwnCommit {
  readonly commit: string;
  /** The directory in the repository, empty for its top. */
  readonly directory: string;
}

export interface Asked {
  /** Values of `--attest` in their order, without the default one. */
  readonly attests: readonly string[];
  /** The provenance of a build that asks for none, where BuildKit can give it; null where there is none. */
  readonly defaultProvenance: string | null;
  readonly secretTexts: readonly SecretText[];
  /** Complete values of `--secret`, such as `id=key,src=./key.txt`. */
  readonly secretFiles: readonly string[];
  readonly gitToken: SecretText | null;
  /** The contexts as `?ref=…`, for a buildx that takes that; null where it is not asked for. */
  readonly query: ContextForm | null;
  /** Whether the outputs leave an image, so that it has an ID. */
  readonly leavesImage: boolean;
  /** Whether an output goes to docker, which holds no attestations. */
  readonly forDocker: boolean;
  readonly ownCommit: OwnCommit | null;
}

export const NOTHING_ASKED: Asked = {
  attests: [],
  defaultProvenance: null,
  secretTexts: [],
  secretFiles: [],
  gitToken: null,
  query: null,
  leavesImage: true,
  forDocker: false,
  ownCommit: null,
};
