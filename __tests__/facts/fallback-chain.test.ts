import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blueprintsOf, needKey } from '../../src/facts/blueprint.ts';
import { readDockerfile } from '../../src/facts/dockerfile/read.ts';
import { combinations, fallbackChains } from '../../src/facts/fallback-chain.ts';

test.each<[string, string, Record<string, string>, object]>([
  ['one chain', '# fallback BASE: a b c\nFROM x', {}, [{ arg: 'BASE', values: ['a', 'b', 'c'] }]],
  [
    'two, anywhere',
    'FROM x\n#fallback A: 1 2\n# Fallback B: 3, 4\n',
    {},
    [
      { arg: 'A', values: ['1', '2'] },
      { arg: 'B', values: ['3', '4'] },
    ],
  ],
  ['Windows line ends', '# fallback BASE: a b\r\nFROM x\r\n', {}, [{ arg: 'BASE', values: ['a', 'b'] }]],
  ['a chain of one is none', '# fallback BASE: a\n', {}, []],
  ['a chain of nothing', '# fallback BASE:\n# fallback :\n', {}, []],
  ['prose', '# fallback to the base: a b\n# no fallback BASE: a b\n', {}, []],
  ['settled by the user', '# fallback A: 1 2\n# fallback B: 3 4\n', { A: '2' }, [{ arg: 'B', values: ['3', '4'] }]],
  ['none', 'FROM x\n', {}, []],
])('%s', (_, text, buildArgs, chains) => {
  expect(fallbackChains(text, buildArgs)).toEqual(chains);
});

test('combinations, the nearest to the preferred ones first', () => {
  const chains = [
    { arg: 'A', values: ['1', '2', '3'] },
    { arg: 'B', values: ['x', 'y'] },
  ];
  expect(combinations(chains).map(({ A, B }) => `${A}${B}`)).toEqual(['1x', '1y', '2x', '2y', '3x', '3y']);
  expect(combinations([])).toEqual([{}]);
});

test('a Dockerfile is read for each choice of its bases, and only what a choice pulls is needed', () => {
  const text =
    '# fallback BASE: alpine debian\nARG BASE=alpine\nFROM alpine AS alpine-base\nFROM debian AS debian-base\nFROM ${BASE}-base\n';
  const file = { path: '/Dockerfile', origin: 'given', isDefault: false } as const;
  const question = { target: null, buildArgs: {}, platforms: [], buildPlatform: 'linux/amd64', contexts: [] };
  const blueprints = blueprintsOf('resilient', file, text, question, readDockerfile);
  expect(blueprints.map(({ bases, facts }) => [bases, facts.images.map(needKey)])).toEqual([
    [{ BASE: 'alpine' }, ['docker.io/library/alpine']],
    [{ BASE: 'debian' }, ['docker.io/library/debian']],
  ]);
  expect(blueprints[0]).toMatchObject({ kind: 'resilient', file });
});

test('chains without measure are cut', () => {
  const values = Array.from({ length: 20 }, (_, index) => `v${index}`).join(' ');
  const text = `# fallback A: ${values}\n# fallback B: ${values}\nFROM scratch\n`;
  const question = { target: null, buildArgs: {}, platforms: [], buildPlatform: 'linux/amd64', contexts: [] };
  const file = { path: '/Dockerfile', origin: 'given', isDefault: false } as const;
  expect(blueprintsOf('standard', file, text, question, readDockerfile)).toHaveLength(64);
});

test('the bundled chains begin with what the bundled Dockerfile takes by default', () => {
  const text = readFileSync(new URL('../../dockerfiles/Dockerfile.resilient', import.meta.url), 'utf8');
  const chains = fallbackChains(text, {});
  expect(chains.length).toBeGreaterThan(0);
  for (const { arg, values } of chains) expect(text).toContain(`\nARG ${arg}=${values[0]}\n`);
});

test('chains without end do not fill the memory', () => {
  const text = Array.from({ length: 40 }, (_, index) => `# fallback A${index}: a b c d`).join('\n');
  const all = combinations(fallbackChains(text, {}));
  expect(all.length).toBe(4096);
  expect(Object.keys(all[0] ?? {})).toHaveLength(6);
});
