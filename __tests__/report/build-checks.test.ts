import { expect, test } from 'vitest';
import { annotationsOf, type CheckedDockerfile } from '../../src/report/build-checks.ts';

const content = 'FROM alpine AS Build\n';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const warning = {
  short: base64("StageNameCasing: Stage name 'Build' should be lowercase (line 1)"),
  detail: [base64('Stage names'), base64('should be lowercase')],
  url: 'https://docs.docker.com/x',
  sourceInfo: { filename: 'Dockerfile', data: base64(content) },
  range: [{ start: { line: 1 }, end: { line: 1 } }],
};
const annotation = {
  title: 'Stage names should be lowercase',
  message: "StageNameCasing: Stage name 'Build' should be lowercase\nMore info: https://docs.docker.com/x",
  file: 'app/Dockerfile',
  line: 1,
};
const here: CheckedDockerfile = { path: 'app/Dockerfile', content };

test.each<[string, object, CheckedDockerfile | null, readonly object[]]>([
  ['a finding', warning, here, [annotation]],
  [
    'without a link and a line',
    { ...warning, url: undefined, range: null },
    here,
    [{ ...annotation, message: annotation.message.split('\n')[0], line: null }],
  ],
  [
    'in a Git context, which is taken at its word',
    warning,
    { path: 'Dockerfile', content: null },
    [{ ...annotation, file: 'Dockerfile' }],
  ],
  [
    'in another Dockerfile',
    { ...warning, sourceInfo: { filename: 'Dockerfile', data: base64('FROM other') } },
    here,
    [],
  ],
  [
    'in a Dockerfile of another name',
    { ...warning, sourceInfo: { ...warning.sourceInfo, filename: 'x.Dockerfile' } },
    here,
    [],
  ],
  [
    'behind a line that was put in',
    { ...warning, range: [{ start: { line: 3 } }] },
    { ...here, inserted: [2] },
    [{ ...annotation, line: 2 }],
  ],
  ['outside of the repository', warning, null, []],
  ['without details', { ...warning, detail: undefined }, here, []],
  ['without a place', { ...warning, sourceInfo: null }, here, []],
])('%s', (_, one, dockerfile, annotations) => {
  expect(annotationsOf(JSON.stringify({ 'buildx.build.warnings': [one] }), dockerfile)).toEqual(annotations);
});

test.each([null, 'null', '{}', 'not JSON', '{"buildx.build.warnings": "odd"}'])('no findings in %j', (metadata) => {
  expect(annotationsOf(metadata, here)).toEqual([]);
});
