import { expect, test } from 'vitest';
import { createBoard } from '../../src/health/board.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('an answer is on the board as soon as it is there', async () => {
  const board = createBoard();
  const probe = board.track('dns', Promise.resolve('up'));
  expect([board.has('dns'), board.get('dns'), board.pending()]).toEqual([false, undefined, ['dns']]);
  expect(await probe).toBe('up');
  expect([board.has('dns'), board.get('dns'), board.pending()]).toEqual([true, 'up', []]);
});

test('a probe asked again keeps its old answer until the new one', async () => {
  const board = createBoard();
  await board.track('dns', Promise.resolve('down'));
  const again = board.track('dns', Promise.resolve('up'));
  expect([board.get('dns'), board.pending()]).toEqual(['down', ['dns']]);
  await again;
  expect([board.get('dns'), board.pending()]).toEqual(['up', []]);
});

test('waiting ends with enough', async () => {
  const board = createBoard();
  void board.track('silent', never());
  const answer = Promise.withResolvers<string>();
  void board.track('dns', answer.promise);
  let ended = false;
  const waiting = board.waitFor(() => board.has('dns'), 60_000).then(() => (ended = true));
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  answer.resolve('up');
  await waiting;
});

test('waiting ends with the last answer, though it is not enough', async () => {
  const board = createBoard();
  void board.track('dns', Promise.resolve('up'));
  await board.waitFor(() => false, 60_000);
  expect(board.pending()).toEqual([]);
});

test('waiting ends with the time', async () => {
  const board = createBoard();
  void board.track('silent', never());
  await board.waitFor(() => false, 30);
  expect(board.pending()).toEqual(['silent']);
});

test('nothing under way, nothing to wait for', async () => {
  await createBoard().waitFor(() => false, 60_000);
});
