import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { readDockerfile } from '../../../src/facts/dockerfile/read.ts';
import type { DockerfileQuestion, ExternalImage } from '../../../src/facts/dockerfile/types.ts';
import { formatReference } from '../../../src/registry/reference.ts';

/** What BuildKit's frontend itself asked the engine for, recorded by buildkit/main.go. */
interface Answer extends DockerfileQuestion {
  readonly dockerfile: string;
  readonly images: readonly string[];
  readonly error: string | null;
}

const answers = readFileSync(new URL('buildkit/answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Answer);

/** The frontend is not run through `# syntax`, so that its own image is not among the answers. */
function asBuildKit(image: ExternalImage): readonly string[] {
  if (image.uses.every((use) => use.kind === 'syntax')) return [];
  const { reference } = image;
  const latest = reference.tag === null && reference.digest === null ? ':latest' : '';
  return image.platforms.map((platform) => `${formatReference(reference)}${latest} ${platform}`);
}

describe('the images that BuildKit resolves', () => {
  test.each(answers.filter((answer) => answer.error === null))('answer %#', ({ dockerfile, images, ...question }) => {
    const facts = readDockerfile(dockerfile, question);
    expect({ images: facts.images.flatMap(asBuildKit).toSorted(), problems: facts.problems }, dockerfile).toEqual({
      images,
      problems: [],
    });
  });
});

describe('what BuildKit refuses is a problem', () => {
  test.each(answers.filter((answer) => answer.error !== null))('$error', ({ dockerfile, ...question }) => {
    expect(readDockerfile(dockerfile, question).problems).not.toEqual([]);
  });
});
