import { expect, test } from 'vitest';
import { readSecretEnvs, readSecretFiles, readSecretTexts } from '../../../src/inputs/drop-in/secrets.ts';
import { inputsOf } from './given.ts';

test('texts are ids with a file each; values are apart', () => {
  const read = readSecretTexts(['KEY=value', 'A=b=c', 'TOKEN=x', 'TOKEN=y']);
  expect(read.texts).toEqual([
    { id: 'KEY', file: 'secret-1' },
    { id: 'A', file: 'secret-2' },
    { id: 'TOKEN', file: 'secret-3' },
    { id: 'TOKEN', file: 'secret-4' },
  ]);
  expect([...read.values]).toEqual([
    ['secret-1', 'value'],
    ['secret-2', 'b=c'],
    ['secret-3', 'x'],
    ['secret-4', 'y'],
  ]);
});

test.each(['KEY=', '=hunter2', 'hunter2', '   '])('%j is left out, and not repeated to anybody', (item) => {
  const { texts, warnings } = readSecretTexts(['GOOD=1', item]);
  expect(texts).toEqual([{ id: 'GOOD', file: 'secret-1' }]);
  expect(warnings).toEqual([
    'input secrets: item 2 is not a valid secret and is left out; KEY=VALUE is, and a value of several lines must be in double quotes together with its key',
  ]);
});

test('secrets from the environment', () => {
  expect(readSecretEnvs(['A=B', 'C=D=E', 'hunter2', 'F='])).toEqual({
    values: ['id=A,env=B', 'id=C,env=D=E'],
    warnings: [3, 4].map(
      (number) => `input secret-envs: item ${number} is not a valid secret and is left out; KEY=VARIABLE is`,
    ),
  });
});

test('secrets from files that there are', () => {
  expect(readSecretFiles(['A=./a', 'B=./b', 'C'], (path) => path === './a')).toEqual({
    values: ['id=A,src=./a'],
    warnings: [
      'input secret-files: secret file ./b not found, so B is left out',
      'input secret-files: item 3 is not a valid secret and is left out; KEY=FILE is',
    ],
  });
});

test('values of several lines, quotes in them, and spaces', () => {
  const secrets = 'PLAIN= spaced \n"KEY=-----BEGIN\nabc\n-----END\n"\n"JSON={""a"": 1}"\n  INDENTED=x';
  const { secretValues, inputs } = inputsOf({ inputs: { secrets, context: '.' } });
  expect([...secretValues.values()]).toEqual([' spaced ', '-----BEGIN\nabc\n-----END\n', '{"a": 1}', 'x']);
  expect(inputs.asked.secretTexts.map(({ id }) => id)).toEqual(['PLAIN', 'KEY', 'JSON', '  INDENTED']);
  expect(JSON.stringify(inputs)).not.toMatch(/BEGIN|spaced/);
});
