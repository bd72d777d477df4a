import { expect, test } from 'vitest';
import { type RunnerLog, createRunnerLog } from '../../src/flow/runner-log.ts';

function written(speak: (log: RunnerLog, write: (text: string) => void) => void): string {
  let all = '';
  const write = (text: string): void => void (all += text);
  speak(
    createRunnerLog(write, (text) => text.replaceAll('secret', '***'), 'TOKEN'),
    write,
  );
  return all;
}

test.each([
  ['::error::x', ': :error::x\n'],
  ['  ::add-mask::x', '  : :add-mask::x\n'],
  ['\u0085::error::x', '\u0085: :error::x\n'],
  ['a ##[set-output name=digest]sha256:evil', 'a ## [set-output name=digest]sha256:evil\n'],
  ['a\n::error::x', 'a\n: :error::x\n'],
  ['a\r::error::x', 'a\r: :error::x\n'],
  ['a\r\n::error::x', 'a\r\n: :error::x\n'],
  ['::TOKEN::', ': :TOKEN::\n'],
  ['std::string and a::b', 'std::string and a::b\n'],
  ['the secret', 'the ***\n'],
])('a line of our own gives no order: %j', (text, shown) => {
  expect(written((log) => log.lines(text))).toBe(shown);
});

test("a build's output goes out as it is, and only there", () => {
  const text = written((log) => {
    log.beginOutput();
    log.output('::error::x\nthe secret\n');
    log.endOutput();
    log.output('::error::x\n');
  });
  expect(text).toBe('::stop-commands::TOKEN\n::error::x\nthe ***\n::TOKEN::\n: :error::x\n');
});

test('the runner listens before it is told something, also behind half a line', () => {
  const text = written((log, write) => {
    log.beginOutput();
    log.output('half a line');
    log.withCommands(() => write('::add-mask::x\n'));
    log.output('the rest');
    log.endOutput();
  });
  expect(text).toBe(
    '::stop-commands::TOKEN\nhalf a line\n::TOKEN::\n::add-mask::x\n::stop-commands::TOKEN\nthe rest\n::TOKEN::\n',
  );
});

test('a command outside of any output begins a line', () => {
  const text = written((log, write) => {
    log.output('half');
    log.withCommands(() => write('::add-mask::x\n'));
  });
  expect(text).toBe('half\n::add-mask::x\n');
});
