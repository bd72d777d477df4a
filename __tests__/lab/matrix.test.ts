import { expect, test } from 'vitest';
import { expandMatrix, jobName, type Combination, type Matrix } from './workflow/matrix.ts';

function matrix(axes: Matrix['axes'], more: Partial<Matrix> = {}): Matrix {
  return { axes, include: [], exclude: [], ...more };
}

const animals = { fruit: ['apple', 'pear'], animal: ['cat', 'dog'] };

test.each<[string, Matrix | undefined, readonly Combination[]]>([
  ['none', undefined, [{}]],
  [
    'two axes, the last one changes first',
    matrix(animals),
    [
      { fruit: 'apple', animal: 'cat' },
      { fruit: 'apple', animal: 'dog' },
      { fruit: 'pear', animal: 'cat' },
      { fruit: 'pear', animal: 'dog' },
    ],
  ],
  [
    'what agrees with an exclusion goes',
    matrix(animals, { exclude: [{ fruit: 'apple', animal: 'dog' }, { fruit: 'pear' }] }),
    [{ fruit: 'apple', animal: 'cat' }],
  ],
  [
    // The example of GitHub's documentation.
    'inclusions add to combinations, change what was added, and make new ones',
    matrix(animals, {
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    }),
    [
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ],
  ],
  ['inclusions alone', matrix({}, { include: [{ a: 1 }, { a: 2, b: true }] }), [{ a: 1 }, { a: 2, b: true }]],
])('%s', (_, given, combinations) => {
  expect(expandMatrix(given)).toEqual(combinations);
});

test('the names of the jobs', () => {
  expect([{}, { a: 'x', b: 2 }].map((one) => jobName('build', one))).toEqual(['build', 'build (x, 2)']);
});
