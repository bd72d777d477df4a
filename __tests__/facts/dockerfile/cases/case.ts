import type { DockerfileQuestion, ProblemKind } from '../../../../src/facts/dockerfile/types.ts';

/** A small Dockerfile and the images that BuildKit fetches for it. */
export interface Case {
  readonly name: string;
  readonly dockerfile: readonly string[];
  readonly ask?: Partial<DockerfileQuestion>;
  /** Context keys in order of first use, with ` [platforms]` where these are not just linux/amd64. */
  readonly images: readonly string[];
  /** `kind@line`. */
  readonly problems?: readonly `${ProblemKind}@${number}`[];
}

export const plainQuestion: DockerfileQuestion = {
  target: null,
  buildArgs: {},
  platforms: [],
  buildPlatform: 'linux/amd64',
  contexts: [],
};

export const sha = `sha256:${'a'.repeat(64)}`;
