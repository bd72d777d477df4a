import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readDockerfile } from '../../../src/facts/dockerfile/read.ts';
import type { DockerfileFacts } from '../../../src/facts/dockerfile/types.ts';
import { plainQuestion } from './cases/case.ts';
import { manners, models, neededImages, render } from './generated.ts';

const tokens = fc.constantFrom(
  ...['FROM ', 'FROM a AS b\n', 'from', 'COPY --from=', 'RUN --mount=from=', 'ARG A=', 'ENV ', 'ONBUILD ', '# syntax='],
  ...[
    '# escape=`\n',
    '\n',
    '\r\n',
    '\\\n',
    '`\n',
    '\\',
    '`',
    ' ',
    '\t',
    '<<EOF',
    '<<-',
    'EOF\n',
    '"',
    "'",
    '$',
    '${',
    '}',
  ],
  ...[
    '${A:-',
    '${A#',
    '${A/',
    '*',
    '?',
    '/',
    ':',
    '@',
    '[',
    ']',
    '{"syntax":',
    ',',
    '=',
    '--',
    'a',
    'B',
    '0',
    '-1',
    'é',
    '😀',
    '\uFEFF',
  ],
);
const soups = fc.array(tokens, { maxLength: 40 }).map((parts) => parts.join(''));
const texts = fc.oneof(soups, fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }));

function read(text: string, target: string | null = null): DockerfileFacts {
  return readDockerfile(text, { ...plainQuestion, target });
}

test('never throws, and the facts survive JSON', () => {
  fc.assert(
    fc.property(
      texts,
      fc.option(texts),
      fc.dictionary(texts, texts),
      fc.array(texts),
      (text, target, buildArgs, rest) => {
        const question = { target, buildArgs, platforms: rest, buildPlatform: rest[0] ?? '', contexts: rest };
        const facts = readDockerfile(text, question);
        expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
        expect(readDockerfile(text, question)).toEqual(facts);
      },
    ),
    { numRuns: 1000 },
  );
});

test('finds what a generated Dockerfile needs, however it is written', () => {
  fc.assert(
    fc.property(models, manners, (model, manner) => {
      const facts = read(render(model, manner), `s${model.target}`);
      expect(facts.problems).toEqual([]);
      expect(facts.images.map((image) => image.contextKey).toSorted()).toEqual(neededImages(model));
    }),
    { numRuns: 1000 },
  );
});

test('every use points at a line that names it', () => {
  fc.assert(
    fc.property(models, (model) => {
      const plain = { lineEnd: '\n', escape: '\\', byteOrderMark: false } as const;
      const flags = { lowerCase: false, continued: false, heredocs: true, comments: true, viaArguments: false };
      const text = render(model, { ...plain, ...flags });
      for (const image of read(text, `s${model.target}`).images) {
        for (const use of image.uses) expect(text.split('\n')[use.line - 1]).toContain(image.text);
      }
    }),
  );
});

test('an image of which the user gives a context is not fetched, and nothing else changes', () => {
  fc.assert(
    fc.property(models, manners, fc.nat(), (model, manner, chosen) => {
      const text = render(model, manner);
      const target = `s${model.target}`;
      const all = read(text, target).images;
      const given = all[chosen % Math.max(1, all.length)]?.contextKey;
      const question = { ...plainQuestion, target, contexts: given === undefined ? [] : [given] };
      expect(readDockerfile(text, question).images).toEqual(all.filter((image) => image.contextKey !== given));
    }),
  );
});
