import { expect, test } from 'vitest';
import { evaluate, interpolate } from './workflow/expressions.ts';

const contexts = {
  github: { ref: 'refs/heads/main', event_name: 'push', event: { number: 7 } },
  steps: { build: { outputs: { digest: 'sha256:1', 'health-score': '39' }, outcome: 'failure' } },
  inputs: { push: true, 'runs-on': '["self-hosted","x64"]' },
  secrets: {},
  matrix: { os: ['linux', 'windows'] },
};

/* https://docs.github.com/actions/reference/workflows-and-actions/expressions */
test.each([
  ["github.ref == 'REFS/heads/main'", true],
  ["github.event_name != 'pull_request' && inputs.push", true],
  ["secrets.password || 'it''s'", "it's"],
  ["steps.build.outputs['health-score'] < 40", true],
  ['fromJSON(steps.build.outputs.health-score) >= 40', false],
  ["startsWith(inputs.runs-on, '[') && fromJSON(inputs.runs-on) || inputs.runs-on", ['self-hosted', 'x64']],
  ["contains(matrix.os, 'Linux') && !contains('abc', 'd')", true],
  ["format('{0}-{1}', github.event.number, join(matrix.os))", '7-linux,windows'],
  ["(failure() || always()) && steps.build.outcome == 'failure'", true],
  ['success()', false],
  ['steps.nobody.outputs.x', null],
  ["secrets.password != ''", false],
  ['1 == true', true],
])('%s', (source, value) => {
  expect(evaluate(source, contexts, 'failure')).toEqual(value);
});

test.each(['nobody.x', 'nothing()', "'open", '1 +', '(1'])('%s throws', (source) => {
  expect(() => evaluate(source, contexts, 'success')).toThrow(/^lab: /);
});

test('an expression alone keeps its type, in a text it becomes one', () => {
  expect(interpolate('${{ inputs.push }}', contexts, 'success')).toBe(true);
  expect(interpolate('a ${{ inputs.push }} ${{ secrets.x }}b', contexts, 'success')).toBe('a true b');
});
