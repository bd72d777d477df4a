import { expect, test } from 'vitest';
import { isOwn } from '../../src/process/ownership.ts';

test.each([
  ['our own', { uid: 1001, mode: 0o100644 }, 1001, true],
  ["root's", { uid: 0, mode: 0o100644 }, 1001, true],
  ["another user's", { uid: 1002, mode: 0o100644 }, 1001, false],
  ["another user's, seen by root", { uid: 1002, mode: 0o100644 }, 0, false],
  ['writable by the group', { uid: 1001, mode: 0o100664 }, 1001, true],
  ['writable by everybody', { uid: 1001, mode: 0o100646 }, 1001, false],
  ['where users have no numbers', { uid: 0, mode: 0o100666 }, null, true],
])('%s', (_, stats, user, own) => {
  expect(isOwn(stats, user)).toBe(own);
});
