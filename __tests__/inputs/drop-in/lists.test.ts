import { expect, test } from 'vitest';
import { readExporters } from '../../../src/inputs/drop-in/exporters.ts';
import { ITEMS, LINES, OUTPUTS, readList, SECRETS, type ListRules } from '../../../src/inputs/drop-in/lists.ts';

/* The habits of docker/actions-toolkit's `Util.getList`, tried with it. */

test.each<[ListRules, string, readonly string[]]>([
  // items: a comma separates, even within quotes when they are all there is on a line
  [ITEMS, '', []],
  [ITEMS, 'bar', ['bar']],
  [ITEMS, 'a, b', ['a', 'b']],
  [ITEMS, 'a\nb', ['a', 'b']],
  [ITEMS, 'a,b\nc', ['a', 'b', 'c']],
  [ITEMS, '"a,b"\nc', ['a', 'b', 'c']],
  [ITEMS, 'a,,b,', ['a', 'b']],
  [ITEMS, 'a , ,b', ['a', '', 'b']],
  [ITEMS, 'a\r\nb', ['a', 'b']],
  [ITEMS, '# no comment, b', ['# no comment', 'b']],
  // lines: a comma stays
  [LINES, 'a,b\nc', ['a,b', 'c']],
  [LINES, 'a\n\n\nb\n', ['a', 'b']],
  [LINES, '  a  \n\tb', ['a', 'b']],
  [LINES, 'FOO=\nBAR', ['FOO=', 'BAR']],
  [LINES, '"one\ntwo"\nthree', ['one\ntwo', 'three']],
  [LINES, '"say ""hi"""', ['say "hi"']],
  [LINES, 'x="q"', ['x="q"']],
  [LINES, ' "not seen as a quote\nb"', ['"not seen as a quote', 'b"']],
  [LINES, 'type=image,"name=a,b"', ['type=image,name=a,b']],
  [LINES, '"a\r\nb"\r\nc', ['a\r\nb', 'c']],
  [LINES, 'a\rb', ['a', 'b']],
  // outputs: quotes are text
  [OUTPUTS, 'type=image,"name=a,b"\n"x"', ['type=image,"name=a,b"', '"x"']],
  // secrets: spaces stay
  [SECRETS, '  A= b \n"C=d\n\n"', ['  A= b ', 'C=d\n\n']],
  // both kinds of line ends: the original goes by the first that it meets
  [LINES, 'a\r\nb\nc', ['a', 'b', 'c']],
  [LINES, 'a\nb\r\nc', ['a', 'b', 'c']],
])('%j of %j', (rules, text, items) => {
  expect(readList(text, rules)).toEqual({ kind: 'list', items });
});

test.each(['"never closed', 'a\n"b\nc'])('%j is refused', (text) => {
  expect(readList(text, LINES)).toMatchObject({
    kind: 'malformed',
    problem: expect.stringContaining('Quote Not Closed') as string,
  });
  expect(readList(text, OUTPUTS).kind).toBe('list');
});

test('a list that cannot be read says nothing of what is in it', () => {
  const read = readList('"SECRET=hunter2', SECRETS);
  expect(JSON.stringify(read)).not.toContain('hunter2');
});

test.each<[readonly string[], boolean, boolean]>([
  [[], true, false],
  [['type=image,push=true'], true, false],
  [['type=docker'], true, true],
  [['type=oci,dest=x.tar', 'type=docker'], true, true],
  [['type=local,dest=out'], false, false],
  [['type=tar,dest=x.tar'], false, false],
  [['./out'], false, false],
  [['type=image', 'type=local,dest=out'], false, false],
  // the first bare path settles it, whatever comes after
  [['./out', 'type=docker'], false, false],
  [[' type = local , dest = out'], false, false],
  [['type=image,"name=a,b",push=true'], true, false],
])('outputs %j: an image %s, to docker %s', (outputs, leavesImage, toDocker) => {
  expect(readExporters(outputs)).toEqual({ kind: 'exporters', leavesImage, toDocker });
});

test('outputs with a quote in the middle are refused', () => {
  expect(readExporters(['type=local,dest="x"'])).toMatchObject({ kind: 'malformed' });
});
