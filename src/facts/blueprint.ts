import { formatReference } from '../registry/reference.ts';
import type { DockerfileFile } from './dockerfile-choice.ts';
import type { DockerfileFacts, DockerfileQuestion, ExternalImage } from './dockerfile/types.ts';
import { combinations, fallbackChains } from './fallback-chain.ts';

/** One Dockerfile with one choice of bases: a thing that could be built, and what it needs. */
export interface Blueprint {
  /** `outside`: what was compiled outside of Docker, on scratch. */
  readonly kind: 'standard' | 'resilient' | 'outside';
  readonly file: DockerfileFile;
  readonly text: string;
  /** Values of the declared fallback chains; empty where the Dockerfile declares none. */
  readonly bases: Readonly<Record<string, string>>;
  readonly facts: DockerfileFacts;
}

/** More combinations of bases than this are not looked at: nobody declares them by hand. */
const MAX_COMBINATIONS = 64;

/** Reads a Dockerfile's text once for each combination of the bases that it declares, the preferred ones first. */
export function blueprintsOf(
  kind: Blueprint['kind'],
  file: DockerfileFile,
  text: string,
  question: DockerfileQuestion,
  read: (text: string, question: DockerfileQuestion) => DockerfileFacts,
): readonly Blueprint[] {
  const choices = combinations(fallbackChains(text, question.buildArgs)).slice(0, MAX_COMBINATIONS);
  return choices.map((bases) => ({
    kind,
    file,
    text,
    bases,
    facts: read(text, { ...question, buildArgs: { ...question.buildArgs, ...bases } }),
  }));
}

/** The key under which an image is asked for, and its answers are found again. */
export function needKey(image: ExternalImage): string {
  return formatReference(image.reference);
}
