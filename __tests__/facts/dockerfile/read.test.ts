import { describe, expect, test } from 'vitest';

import { readDockerfile } from '../../../src/facts/dockerfile/read.ts';
import type { ExternalImage } from '../../../src/facts/dockerfile/types.ts';
import { caseGroups } from './cases/all.ts';
import { plainQuestion } from './cases/case.ts';

function summary(image: ExternalImage): string {
  const platforms = image.platforms.join(' ');
  return platforms === 'linux/amd64' ? image.contextKey : `${image.contextKey} [${platforms}]`;
}

describe.each(Object.entries(caseGroups))('%s', (_, cases) => {
  test.each(cases)('$name', ({ dockerfile, ask, images, problems }) => {
    const facts = readDockerfile(dockerfile.join('\n'), { ...plainQuestion, ...ask });
    expect({
      images: facts.images.map(summary),
      problems: facts.problems.map((problem) => `${problem.kind}@${problem.line}`),
    }).toEqual({ images, problems: problems ?? [] });
  });
});
